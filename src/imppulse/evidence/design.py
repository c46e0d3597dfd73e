"""The sample design: which columns say how people were drawn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from imppulse.evidence.errors import DesignError

Lonely = Literal["refuse", "adjust", "average", "remove"]
LONELY_CHOICES: tuple[Lonely, ...] = get_args(Lonely)


@dataclass(frozen=True, kw_only=True)
class SampleDesign:
    """Column names of a stratified, clustered, weighted sample.

    Variances treat the first-stage clusters as the units drawn ("ultimate
    clusters"): what happens inside a cluster needs no further description.

    Parameters
    ----------
    weight : str, optional
        Column of non-negative weights, any scale. Absent: every row weighs 1.
    strata : str, optional
        Column of strata. Absent: one stratum.
    cluster : str, optional
        Column of clusters, nested in strata: the same label in two strata is
        two clusters. Absent: every row is its own cluster.
    fpc : str, optional
        Column for the finite population correction: how many clusters the
        stratum holds in the population, or the fraction of them drawn when
        the values are at most 1. Constant inside a stratum.
    lonely : {"refuse", "adjust", "average", "remove"}
        What to do with a stratum where one cluster was drawn, which has no
        variance of its own. ``"refuse"`` raises; ``"adjust"`` takes the
        deviation from the mean of the whole sample (cautious); ``"average"``
        gives it the mean variance of the other strata; ``"remove"`` counts it
        as zero (optimistic). A stratum drawn whole (fraction 1) is not lonely.

    Raises
    ------
    DesignError
        ``unknown_lonely_choice``.

    References
    ----------
    Lumley, T. (2010). Complex Surveys: A Guide to Analysis Using R. Wiley,
    sections 2.2 and 3.2 (the choices are those of ``survey.lonely.psu``).
    """

    weight: str | None = None
    strata: str | None = None
    cluster: str | None = None
    fpc: str | None = None
    lonely: Lonely = "refuse"

    def __post_init__(self) -> None:
        if self.lonely not in LONELY_CHOICES:
            raise DesignError(
                "unknown_lonely_choice",
                f"lonely must be one of {', '.join(LONELY_CHOICES)}, "
                f"not {self.lonely!r}",
                given=self.lonely,
                choices=LONELY_CHOICES,
            )

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns the design reads, each once."""
        named = (self.weight, self.strata, self.cluster, self.fpc)
        return tuple(dict.fromkeys(name for name in named if name is not None))
