"""What a run found, as the report needs it: tables and counts, no respondent's row."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from transforms.measure.key import ScoringKey
from transforms.study.kept_plan import KeptPlan


@dataclass(frozen=True, slots=True)
class Participants:
    """Who answered, in counts.

    Attributes
    ----------
    respondents
        wave, governorate, arm, group, n: one row per cell that occurs; the arm is `unknown` where it is not known.
    clusters
        governorate, arm, clusters: how many clusters were visited in any wave.
    retention
        wave, arm, n, again: respondents, and how many of them also answered in the first wave. Empty for
        fresh cross-sections.
    """

    respondents: pd.DataFrame
    clusters: pd.DataFrame
    retention: pd.DataFrame


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where the numbers come from.

    Attributes
    ----------
    files
        wave, file, sha256, rows, columns, reader: the files as received.
    packages
        Version of Python and of each package that computes or writes.
    settings_sha256
        Hash over study.toml, codebook, scales and recodes.
    pseudonym_key
        Fingerprint of the key that hashed the identifiers, never the key; None where nothing was hashed.
    """

    files: pd.DataFrame
    packages: Mapping[str, str]
    settings_sha256: str
    seed: int
    pseudonym_key: str | None = None


@dataclass(frozen=True, slots=True)
class Results:
    """Everything a report is made of.

    Attributes
    ----------
    estimates, levels, row_counts, problems, reliability, distributions
        As `estimates_table`, `levels_table`, `row_count_table`, `problems_table`, `reliability_table` and
        `distribution_table` make them.
    key
        The scoring key that `make_key` made of the baseline.
    verdicts
        stage, wave, expectations, failed: how many expectations were evaluated, and how many failed.
    truth
        outcome, governorate, effect_sd: planted effects of a simulated study; None for a real one.
    plan
        How the study stands to its locked plan; as never locked where nothing is said.
    tables
        Every other table a stage made, by name: balance, power, equivalence, invariance and the like. A run that leaves
        one out does not have it; `table` then gives an empty one.
    """

    estimates: pd.DataFrame
    levels: pd.DataFrame
    row_counts: pd.DataFrame
    problems: pd.DataFrame
    verdicts: pd.DataFrame
    reliability: pd.DataFrame
    distributions: pd.DataFrame
    participants: Participants
    key: ScoringKey
    provenance: Provenance
    truth: pd.DataFrame | None = field(default=None)
    tables: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    plan: KeptPlan = field(default_factory=KeptPlan)

    def table(self, name: str) -> pd.DataFrame:
        """One of `tables`; without rows and columns where this run has none of that name."""
        return self.tables.get(name, pd.DataFrame())
