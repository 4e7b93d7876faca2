"""The rows of the effects table that answer the study's question."""

import pandas as pd

from transforms.study.study import Study

JOINT = "governorates equal"


def headline_effects(estimates: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Effects on each index for everyone, by governorate and pooled; no dimensions, groups or joint tests."""
    indices = [index.name for index in study.indices]
    rows = estimates["outcome"].isin(indices) & estimates["group"].eq("all") & estimates["contrast"].ne(JOINT)
    return estimates[rows].reset_index(drop=True)
