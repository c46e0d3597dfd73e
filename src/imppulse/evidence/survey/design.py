"""The sample design: which columns say how people were drawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from imppulse.evidence.errors import DesignError

Stages = str | Sequence[str] | None
Lonely = Literal["refuse", "adjust", "average", "remove"]
LONELY_CHOICES: tuple[Lonely, ...] = get_args(Lonely)


@dataclass(frozen=True, kw_only=True)
class SampleDesign:
    """Column names of a stratified, clustered, weighted sample.

    Variances treat the first-stage clusters as the units drawn ("ultimate
    clusters"): what happens inside a cluster needs no further description,
    unless a large share of all clusters was drawn. Then name both stages.

    Parameters
    ----------
    weight : str, optional
        Column of non-negative weights, any scale. Absent: every row weighs 1.
    strata : str, optional
        Column of strata. Absent: one stratum.
    cluster : str or pair of str, optional
        Column of clusters, nested in strata: the same label in two strata is
        two clusters. Absent: every row is its own cluster. A pair names the
        clusters of the first stage and the units drawn inside them, nested
        likewise; without `fpc` the second stage adds nothing to variances.
    fpc : str or pair of str, optional
        Column for the finite population correction: how many clusters the
        stratum holds in the population, or the fraction of them drawn when
        the values are at most 1. Constant inside a stratum. With a pair of
        stages, a pair: the second says how many units the cluster holds, or
        the fraction of them drawn.
    lonely : {"refuse", "adjust", "average", "remove"}
        What to do with a stratum where one cluster was drawn, which has no
        variance of its own. ``"refuse"`` raises; ``"adjust"`` takes the
        deviation from the mean of the whole sample (cautious); ``"average"``
        gives it the mean variance of the other strata; ``"remove"`` counts it
        as zero (optimistic). A stratum drawn whole (fraction 1) is not lonely.
        The same holds of a cluster where one unit was drawn, for which
        ``"adjust"`` takes the unit's own part and ``"average"`` is refused.

    Raises
    ------
    DesignError
        ``unknown_lonely_choice``, ``stages_differ`` unless `fpc` describes
        as many stages as `cluster` (two at most).

    References
    ----------
    Lumley, T. (2010). Complex Surveys: A Guide to Analysis Using R. Wiley,
    sections 2.2 and 3.2 (the choices are those of ``survey.lonely.psu``).
    """

    weight: str | None = None
    strata: str | None = None
    cluster: Stages = None
    fpc: Stages = None
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

        for name in ("cluster", "fpc"):
            object.__setattr__(self, name, _stored(getattr(self, name)))
        drawn, corrected = len(self.clusters), len(self.corrections)
        if drawn > 2 or corrected not in (0, max(drawn, 1)):
            raise DesignError(
                "stages_differ",
                f"the design has {drawn} stages of clusters and {corrected} of "
                "population corrections: name one or two of each, as many",
                clusters=drawn,
                corrections=corrected,
            )

    @property
    def clusters(self) -> tuple[str, ...]:
        """The columns of clusters, first stage first; empty when rows are drawn."""
        return _each(self.cluster)

    @property
    def corrections(self) -> tuple[str, ...]:
        """The columns of population corrections, first stage first."""
        return _each(self.fpc)

    @property
    def two_stage(self) -> bool:
        """Whether the second stage enters variances."""
        return len(self.corrections) == 2

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns the design reads, each once."""
        named = (self.weight, self.strata, *self.clusters, *self.corrections)
        return tuple(dict.fromkeys(name for name in named if name is not None))


def _each(stages: Stages) -> tuple[str, ...]:
    if stages is None:
        return ()
    return (stages,) if isinstance(stages, str) else tuple(stages)


def _stored(stages: Stages) -> Stages:
    """Return one name bare and two as a tuple: a list would come back from JSON."""
    names = _each(stages)
    return names if len(names) > 1 else next(iter(names), None)
