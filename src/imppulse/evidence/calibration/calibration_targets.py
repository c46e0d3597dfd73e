"""What is known of the population: the figures a sample is brought to."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from imppulse.evidence.errors import EstimationError

if TYPE_CHECKING:
    from collections.abc import Mapping

AGREEMENT = 1e-6


@dataclass(frozen=True, kw_only=True)
class Population:
    """Known counts of the population by level, and known totals.

    Parameters
    ----------
    margins : mapping
        For each column (or tuple of columns, crossed) the population count of
        each of its levels (or tuples of levels). A margin whose numbers are
        all at most 1 holds shares, which sum to 1.
    totals : mapping of str to float
        Population total of numeric columns, in their units.
    size : float, optional
        Population count. Absent: the sum of a margin of counts; with shares
        alone, the sum of the base weights.

    Raises
    ------
    EstimationError
        ``calibration_without_targets``; ``margin_too_short`` (a constant
        column tells nothing); ``population_not_positive``;
        ``population_total_not_finite``; ``shares_do_not_sum``;
        ``margins_disagree``, all with the numbers.
    """

    margins: Mapping[str | tuple[str, ...], Mapping[object, float]] = field(
        default_factory=dict
    )
    totals: Mapping[str, float] = field(default_factory=dict)
    size: float | None = None

    def __post_init__(self) -> None:
        if not self.margins and not self.totals:
            raise EstimationError(
                "calibration_without_targets",
                "nothing is known of the population: give margins or totals",
            )
        for margin, counts in self.margins.items():
            _check_counts(named(margin), counts)
        for column, total in self.totals.items():
            _check_total(column, total)
        if self.size is not None:
            _check_positive("size", "", self.size)
        self._check_agreement()

    @property
    def model(self) -> Mapping[str | tuple[str, ...], Mapping[object, float]]:
        """The margins; when there are none, the size as a margin of one level."""
        if self.margins or self.size is None:
            return self.margins
        return {(): {(): self.size}}

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of the margins, each once."""
        return tuple(dict.fromkeys(c for margin in self.margins for c in parts(margin)))

    @property
    def stated_size(self) -> float | None:
        """The population count, when size or a margin of counts tells it."""
        sums = self._sums_of_counts()
        return self.size if self.size is not None else next(iter(sums.values()), None)

    def counts(
        self, margin: str | tuple[str, ...], size: float
    ) -> dict[tuple[object, ...], float]:
        """Return a margin as counts that sum to `size`, by tuple of levels."""
        given = self.model[margin]
        scale = size / math.fsum(given.values())
        return {_key(level): count * scale for level, count in given.items()}

    def _sums_of_counts(self) -> dict[str, float]:
        return {
            named(margin): math.fsum(counts.values())
            for margin, counts in self.margins.items()
            if not _are_shares(counts)
        }

    def _check_agreement(self) -> None:
        sums = self._sums_of_counts()
        if self.size is not None:
            sums["size"] = self.size
        if sums and max(sums.values()) > (1 + AGREEMENT) * min(sums.values()):
            stated = ", ".join(f"{name}: {total:g}" for name, total in sums.items())
            raise EstimationError(
                "margins_disagree",
                f"the margins add up to different populations ({stated})",
                margins=tuple(sums),
                sums=tuple(sums.values()),
                stated=stated,
            )


def parts(margin: str | tuple[str, ...]) -> tuple[str, ...]:
    """Return the columns that a margin crosses."""
    return margin if isinstance(margin, tuple) else (margin,)


def named(margin: str | tuple[str, ...]) -> str:
    """Return the name of a margin in sentences and tables."""
    return " x ".join(parts(margin))


def _key(level: object) -> tuple[object, ...]:
    return tuple(map(whole, level if isinstance(level, tuple) else (level,)))


def whole(value: object) -> object:
    """Whole floats become integers: pandas turns integers with gaps into floats."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _are_shares(counts: Mapping[object, float]) -> bool:
    return all(count <= 1 for count in counts.values())


def _check_counts(margin: str, counts: Mapping[object, float]) -> None:
    if len(counts) < 2:
        raise EstimationError(
            "margin_too_short",
            f"the margin {margin!r} has {len(counts)} level: it needs two at least",
            margin=margin,
            levels=len(counts),
        )
    for level, count in counts.items():
        _check_positive(margin, level, count)
    total = math.fsum(counts.values())
    if _are_shares(counts) and abs(total - 1) > AGREEMENT:
        raise EstimationError(
            "shares_do_not_sum",
            f"the shares of the margin {margin!r} sum to {total:.6g}, not to 1",
            margin=margin,
            sum=total,
        )


def _check_positive(margin: str, level: object, count: float) -> None:
    if not (np.isfinite(count) and count > 0):
        raise EstimationError(
            "population_not_positive",
            f"the population of {margin!r} {level!r} must be above 0, not {count}",
            margin=margin,
            level=level,
            count=count,
        )


def _check_total(column: str, total: float) -> None:
    if not np.isfinite(total):
        raise EstimationError(
            "population_total_not_finite",
            f"the population total of {column!r} must be a number, not {total}",
            column=column,
            total=total,
        )
