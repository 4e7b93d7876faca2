"""How small an effect a design can find: before, from assumptions, and after, from what was measured."""

from dataclasses import dataclass, fields
from math import nan, sqrt

from scipy import special

from transforms.impact.estimate import Estimate
from transforms.study import Study

ALPHA = 0.05
POWER = 0.80


@dataclass(frozen=True, slots=True)
class Assumptions:
    """What a difference-in-differences over two waves is expected to meet; the defaults are [house].

    per_cluster: respondents of one cluster in one wave. icc: share of the outcome's variance between clusters within
    arms. cluster_correlation: of a cluster's true means in the two waves. respondent_correlation: of a respondent's
    answers in the two waves within clusters; 0 for fresh people. size_variation: SD of the cluster sizes divided by
    their mean. weight_effect: 1 + CV^2 of the weights (Kish 1965). places: governorates whose common effect is meant,
    each compared within itself.
    """

    clusters_treated: int
    clusters_comparison: int
    per_cluster: float
    icc: float = 0.05
    cluster_correlation: float = 0.7
    respondent_correlation: float = 0.0
    size_variation: float = 0.0
    weight_effect: float = 1.0
    alpha: float = ALPHA
    power: float = POWER
    places: int = 1

    def __post_init__(self) -> None:
        """Refuse what no design can be.

        Raises
        ------
        ValueError
            Naming the entry.
        """
        shares = ("icc", "alpha", "power")
        outside = [name for name in shares if not 0 <= getattr(self, name) <= 1]
        correlations = ("cluster_correlation", "respondent_correlation")
        outside += [name for name in correlations if not -1 <= getattr(self, name) <= 1]
        outside += [name for name in ("clusters_treated", "clusters_comparison", "places") if getattr(self, name) < 1]
        outside += ["per_cluster"] if not self.per_cluster > 0 else []
        outside += ["size_variation"] if self.size_variation < 0 else []
        outside += ["weight_effect"] if self.weight_effect < 1 else []
        if outside:
            raise ValueError(f"outside what is possible: {', '.join(outside)}")


ASSUMPTION_COLUMNS = tuple(field.name for field in fields(Assumptions))


def true_cluster_correlation(observed: float, icc: float, per_cluster: float, respondent: float) -> float:
    """Correlation of clusters' true means in two waves from that of their observed means, within [-1, 1].

    Inverts r = (m icc c + (1 - icc) s) / (1 + (m - 1) icc), with s the correlation of a respondent's answers
    (Teerenstra et al. 2012, sec. 2). 0 where nothing is common to a cluster, for then it does not matter.
    """
    if not icc > 0:
        return 0.0
    own = (1 - icc) / per_cluster
    return float(min(max((observed * (icc + own) - respondent * own) / icc, -1.0), 1.0))


def multiplier(df: float, alpha: float = ALPHA, power: float = POWER) -> float:
    """t(1 - alpha/2) + t(power) on `df` degrees of freedom, 2.80 for many clusters (Bloom 1995); NaN without any."""
    if not df > 0:
        return nan
    return float(special.stdtrit(df, 1 - alpha / 2) + special.stdtrit(df, power))


def change_variance(assumed: Assumptions) -> float:
    """Variance of the change of a cluster's mean between two waves, in SD^2.

    2 [icc (1 - cluster_correlation) + (1 - icc) (1 - respondent_correlation) weight_effect / m]: the variance of a
    change score in Teerenstra, Eldridge, Graff, de Hoop & Borm (2012), written as components; equal cluster sizes.
    """
    between = assumed.icc * (1 - assumed.cluster_correlation)
    within = (1 - assumed.icc) * (1 - assumed.respondent_correlation) * assumed.weight_effect
    return 2 * (between + within / assumed.per_cluster)


def planned_std_error(assumed: Assumptions) -> float:
    """Standard error, in SD, of the effect that the design is expected to have.

    Respondents count equally, so with clusters of unequal size a cluster counts by its size: the variance between
    clusters grows by 1 + CV^2 (Eldridge, Ashby & Kerry 2006, eq. 3), that within them stays.
    """
    between = 2 * assumed.icc * (1 - assumed.cluster_correlation)
    extra = between * assumed.size_variation**2
    arms = 1 / assumed.clusters_treated + 1 / assumed.clusters_comparison
    return sqrt((change_variance(assumed) + extra) * arms)


def detectable_before(assumed: Assumptions) -> float:
    """Minimum detectable effect in SD of a planned design, with `planned_df` degrees of freedom.

    The effect found with probability `power` by a two-sided test at `alpha`. NaN with fewer than three clusters.
    """
    return multiplier(planned_df(assumed), assumed.alpha, assumed.power) * planned_std_error(assumed)


def planned_df(assumed: Assumptions) -> int:
    """Clusters less the means of the places and the effect: clusters - 2 for one place (Bloom 1995, for one change)."""
    return assumed.clusters_treated + assumed.clusters_comparison - assumed.places - 1


def assumptions_of(study: Study, arms: tuple[int, int], *, panel: bool | None = None, places: int = 1) -> Assumptions:
    """What `study` assumes of `arms` clusters (treated, comparison); `panel`: the study's own design if not given.

    Respondents resemble themselves in a panel only: those of fresh cross-sections are others.
    """
    expected = study.settings.power
    again = (study.design.kind == "panel") if panel is None else panel
    return Assumptions(
        *arms,
        per_cluster=expected.per_cluster,
        icc=expected.icc,
        cluster_correlation=expected.cluster_correlation,
        respondent_correlation=expected.respondent_correlation if again else 0.0,
        size_variation=expected.size_variation,
        weight_effect=expected.weight_effect,
        alpha=expected.alpha,
        power=expected.power,
        places=places,
    )


def detectable_after(row: Estimate, alpha: float = ALPHA, power: float = POWER) -> float:
    """Minimum detectable effect of a finished study: `multiplier` x standard error, in the estimate's unit.

    Says what the design could have found, whatever it found; power "at the estimate" is a function of its p-value and
    is not offered (Hoenig & Heisey 2001). Without degrees of freedom of its own a row takes clusters - 1. NaN where it
    has no standard error.
    """
    if row.status != "ok":
        return nan
    df = row.df if row.df > 0 else row.clusters - 1
    return multiplier(df, alpha, power) * row.std_error
