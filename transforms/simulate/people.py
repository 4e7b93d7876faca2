"""Communities, and the people who could be asked in them."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from transforms.simulate import plan
from transforms.study import Study

Integers = NDArray[np.int64]
Numbers = NDArray[np.float64]
Flags = NDArray[np.bool_]


def communities_table(study: Study) -> pd.DataFrame:
    """One row per community: code, governorate (position), rural (0 or 1), treated, displaced share of its people."""
    half = plan.COMMUNITIES_PER_GOVERNORATE // 2
    treated = {str(value) for value in study.design.treatment.values} if study.design.treatment else set()
    rows = []
    for governorate, prefix in enumerate(plan.PREFIXES.values()):
        for number in range(plan.COMMUNITIES_PER_GOVERNORATE):
            code = f"{prefix}-{number + 1:02d}"
            share = plan.DISPLACED_SHARE[governorate] + plan.DISPLACED_STEPS[number % half]
            rows.append((code, governorate, number // half, code in treated, share))
    return pd.DataFrame(rows, columns=["code", "governorate", "rural", "treated", "displaced_share"])


@dataclass(frozen=True)
class People:
    """People who could be asked, one entry each, by community; codes are positions in the tables of `plan`."""

    number: Integers  # of the respondent, in no order
    community: Integers
    community_code: NDArray[np.object_]
    rank: Integers  # place in the community's list
    governorate: Integers
    rural: Integers
    treated: Flags
    group: Integers
    sex: Integers
    age: Integers
    age_band: Integers
    weight: Numbers  # people of the population each stands for, relative

    def __len__(self) -> int:
        return len(self.community)

    def found_again(self) -> Numbers:
        """Probability to be found at endline: who they are decides, not what they think, nor the programme."""
        lost = plan.FOUND_LESS_DISPLACED * (self.group == plan.DISPLACED) + plan.FOUND_LESS_YOUNG * (self.age_band == 0)
        return np.asarray(plan.FOUND_AGAIN - lost, dtype=float)


def draw_people(communities: pd.DataFrame, sizes: Integers, rng: np.random.Generator) -> People:
    """People of each community, `sizes` of them."""
    community = np.repeat(np.arange(len(communities)), sizes)
    count = len(community)
    group = (rng.random(count) < communities["displaced_share"].to_numpy()[community]).astype(np.int64)
    sex = (rng.random(count) < plan.FEMALE_SHARE).astype(np.int64)
    band = rng.choice(len(plan.AGE_BANDS), size=count, p=plan.AGE_SHARES)
    lows, highs = (np.array(limit)[band] for limit in zip(*plan.AGE_BANDS, strict=True))
    governorate = communities["governorate"].to_numpy()[community]
    rural = communities["rural"].to_numpy()[community]
    noise = np.exp(plan.WEIGHT_NOISE * rng.standard_normal(count))
    return People(
        number=rng.permutation(count),
        community=community,
        community_code=communities["code"].to_numpy(dtype=object)[community],
        rank=np.arange(count) - np.repeat(np.cumsum(sizes) - sizes, sizes),
        governorate=governorate,
        rural=rural,
        treated=communities["treated"].to_numpy()[community],
        group=group,
        sex=sex,
        age=rng.integers(lows, highs, endpoint=True),
        age_band=band,
        weight=plan.STRATUM_WEIGHT[governorate, rural] * plan.GROUP_WEIGHT[group] * plan.SEX_WEIGHT[sex] * noise,
    )
