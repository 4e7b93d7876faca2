"""What the reliability table says of an index as a whole: may it be a headline?"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import nan

import pandas as pd

from transforms.measure.margins import ALL
from transforms.measure.reliability import NO_HEADLINE, UNKNOWN
from transforms.study.columns import ARM, GROUP, WAVE
from transforms.study.study import Study


@dataclass(frozen=True, slots=True)
class IndexReliability:
    """The verdict on an index: that of the wave in which it is least reliable among everybody.

    reliability: omega there, or alpha where omega is missing or doubtful; NaN where neither is known.
    """

    verdict: str = UNKNOWN
    reliability: float = nan
    wave: str = ""

    @property
    def headline(self) -> bool:
        """False where the index is too unreliable to be a headline."""
        return self.verdict != NO_HEADLINE


def among_everybody(table: pd.DataFrame) -> pd.DataFrame:
    """Rows of a `reliability_table` over all arms and groups, each wave by itself."""
    return table[(table[ARM] == ALL) & (table[GROUP] == ALL) & (table[WAVE] != ALL)]


def index_reliability(table: pd.DataFrame, study: Study) -> Mapping[str, IndexReliability]:
    """The verdict on every index, by the lowest of the waves: an effect compares them, so each must be reliable."""
    rows = among_everybody(table)
    rows = rows[rows["dimension"] == ALL]
    judged = rows["omega"].where(rows["status"] == "ok", rows["alpha"])
    rows = rows.assign(judged=judged).dropna(subset="judged")
    found = {index.name: IndexReliability() for index in study.indices}
    worst = rows.sort_values("judged", kind="stable").drop_duplicates("index")
    for name, verdict, reliability, wave in worst[["index", "verdict", "judged", WAVE]].itertuples(index=False):
        found[name] = IndexReliability(verdict, reliability, wave)
    return found
