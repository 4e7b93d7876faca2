"""What an index must show before it is believed."""

from pydantic import Field

from transforms.study.settings import Settings, Share


class Measures(Settings):
    """Thresholds of reliability, of factor models, of invariance and of ceilings."""

    good_omega: Share = Field(0.70, description="Omega from which an index is reliable.")
    least_omega: Share = Field(0.60, description="Omega below which an index is no headline.")
    least_item_rest: float = Field(
        0.20, ge=-1, le=1, description="Correlation of an item with the others below which it is named."
    )
    good_cfi: Share = Field(0.95, description="CFI and TLI from which a factor model fits.")
    good_rmsea: Share = Field(0.06, description="RMSEA up to which a factor model fits.")
    good_srmr: Share = Field(0.08, description="SRMR up to which a factor model fits.")
    cfi_drop: Share = Field(0.010, description="Fall of CFI from which a step of invariance fails (Chen 2007).")
    rmsea_rise: Share = Field(0.015, description="Rise of RMSEA from which a step of invariance fails (Chen 2007).")
    freed_share: Share = Field(
        0.20, description="Share of the intercepts (or thresholds) that partial invariance may free."
    )
    ceiling_note: Share = Field(0.15, description="Share at an end of the scale from which an item is noted.")
    ceiling_warn: Share = Field(
        0.30, description="Share at an end of the scale from which it is warned of, and an index read as a bound."
    )
    sparse_category: int = Field(5, ge=1, description="Answers of a category in a group below which it is named.")
    imputations: int = Field(20, ge=2, description="Imputed data sets of the robustness row that fills gaps.")
