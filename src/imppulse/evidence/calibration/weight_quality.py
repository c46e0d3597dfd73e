"""What unequal weights cost, and what is refused when they cost too much."""

from __future__ import annotations

from dataclasses import dataclass

from imppulse.evidence.errors import EstimationError


@dataclass(frozen=True)
class WeightQuality:
    """Weights in short.

    Attributes
    ----------
    effective_n : float
        Kish's effective sample size, (sum w)^2 / sum w^2.
    weighting_effect : float
        n / effective_n, at least 1: what unequal weights alone multiply
        variances by when they are unrelated to the answers.
    largest_share : float
        Share of the whole weight that one answer carries.
    population : float
        Sum of the weights.
    """

    n: int
    effective_n: float
    weighting_effect: float
    largest_share: float
    population: float


def weight_quality(
    *, n: float, total: float, square: float, largest: float
) -> WeightQuality:
    """Describe weights by their count, sum, sum of squares and largest."""
    effective_n = total**2 / square
    return WeightQuality(
        n=int(n),
        effective_n=effective_n,
        weighting_effect=n / effective_n,
        largest_share=largest / total,
        population=total,
    )


def check_effective_n(quality: WeightQuality, *, minimum: float | None) -> None:
    """Refuse weights that leave too little of the sample."""
    n, effective_n = quality.n, quality.effective_n
    if minimum is not None and effective_n < minimum:
        raise EstimationError(
            "effective_n_too_small",
            f"the weights leave {n} answers worth {effective_n:.1f}, "
            f"below the {minimum:g} asked for",
            n=n,
            effective_n=round(effective_n, 1),
            minimum=minimum,
        )
