"""The respondents whose mean is 0 and whose standard deviation is 1."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from transforms.measure.scoring_key import ReferenceKey
from transforms.prepare.values import as_labels, is_one_of
from transforms.study.columns import ARM, COMPARISON, DESIGN_COLUMNS, EVERYONE, WAVE, WEIGHT
from transforms.study.indices import ReferenceGroup
from transforms.study.settings import Value
from transforms.study.study import Study


def reference_rows(panel: pd.DataFrame, study: Study, group: ReferenceGroup | None) -> npt.NDArray[np.intp]:
    """Positions in `panel` of the group; of the study's own (see `reference_of`) where `group` is None."""
    reference = reference_of(study, group)
    member = panel[WAVE] == reference.wave
    if group is None or group.arm is not None:
        member = member & (panel[ARM] == reference.arm)
    for name, values in (reference.where or {}).items():
        member = member & _has(panel, name, values, study)
    return np.flatnonzero(member)


def reference_of(study: Study, group: ReferenceGroup | None, n: int = 0) -> ReferenceKey:
    """What a key says of a group of `n` people with a weight.

    Without `group`: the comparison arm at baseline; everyone at baseline in a study without a comparison arm.
    """
    weighted = study.design.weight is not None
    if group is None:
        arm = COMPARISON if study.design.treatment else EVERYONE
        return ReferenceKey(wave=study.baseline.name, arm=arm, weighted=weighted, n=n)
    return ReferenceKey(
        wave=group.wave or study.baseline.name,
        arm=group.arm or EVERYONE,
        weighted=weighted,
        n=n,
        where=group.where or None,
    )


def people_with_weight(panel: pd.DataFrame, rows: npt.NDArray[np.intp]) -> int:
    """How many of the rows carry a weight above zero."""
    return int((panel[WEIGHT].to_numpy(dtype="float64")[rows] > 0).sum())


def describe_reference(reference: ReferenceKey) -> str:
    """The group in words, as in `the comparison arm in baseline (640 respondents)`."""
    group = "everyone" if reference.arm == EVERYONE else f"the {reference.arm} arm"
    chosen = "".join(
        f" with {name} {' or '.join(map(str, values))}" for name, values in (reference.where or {}).items()
    )
    return f"{group}{chosen} in {reference.wave} ({reference.n} respondents)"


def _has(panel: pd.DataFrame, name: str, wanted: tuple[Value, ...], study: Study) -> pd.Series:
    """True where a variable has one of the values, each a code or a label.

    Under a name of the design the panel holds labels instead of codes.
    """
    labels = study.codebook.values_of(name)
    codes = pd.Series(list(labels), dtype=object)
    chosen = codes[is_one_of(codes, wanted, labels)]
    words = as_labels(chosen, labels).tolist() if name in DESIGN_COLUMNS else []
    return is_one_of(panel[name], (*wanted, *words), labels)
