"""Effect sizes in each other's units: r, Fisher's z, d and the log odds ratio.

References
----------
Hasselblad & Hedges (1995), Psychological Bulletin 117, 167-178.
Borenstein, Hedges, Higgins & Rothstein (2009), Introduction to Meta-Analysis,
chapter 7.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from imppulse.evidence.errors import SynthesisError
from imppulse.evidence.provenance import traced
from imppulse.evidence.results import Result
from imppulse.evidence.synthesis.study_rows import (
    check_choices,
    column,
    require_length,
    study_rows,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import ArrayLike, NDArray

    from imppulse.evidence.synthesis.heterogeneity import Floats

Measure = Literal["r", "z", "d", "log_odds_ratio"]
Pair = tuple[Any, Any]

# A logistic variable with scale 1 has this standard deviation.
LOGISTIC_SD = np.pi / np.sqrt(3)


@dataclass(frozen=True)
class EffectSizes(Result):
    """Effects of one measure, ready for :func:`synthesise`.

    Attributes
    ----------
    measure : str
        "r", "z" (Fisher's), "d" (standardised mean difference) or
        "log_odds_ratio" (natural).
    estimates, std_errors : tuple of float
        In the order given.
    """

    measure: Measure
    estimates: tuple[float, ...]
    std_errors: tuple[float, ...]

    def rows(self) -> list[dict[str, Any]]:
        """Return one dictionary per effect."""
        return [
            {"measure": self.measure, "estimate": estimate, "std_error": error}
            for estimate, error in zip(self.estimates, self.std_errors, strict=True)
        ]


@traced
def correlations(
    r: ArrayLike, n: ArrayLike, *, measure: Literal["r", "z"] = "z"
) -> EffectSizes:
    """Return correlations with their standard errors.

    Parameters
    ----------
    r : array-like of float, shape (effects,)
        Between -1 and 1.
    n : array-like, shape (effects,)
        Sizes of the samples; effective sizes where the design has an effect.
    measure : {"r", "z"}
        "z": atanh(r), variance 1 / (n - 3), n from 4; "r": (1 - r^2)^2 / (n - 1).

    Returns
    -------
    EffectSizes
        Estimates and standard errors on the scale of `measure`.

    Raises
    ------
    SynthesisError
        ``effect_size_out_of_range``, ``synthesis_column_length_differs`` or
        ``synthesis_unknown_choice``.

    References
    ----------
    Fisher (1921), Metron 1, 3-32. Hunter & Schmidt (2004), Methods of
    Meta-Analysis, 2nd ed. (R: escalc with "ZCOR" and "COR").
    """
    check_choices(0.5, measure=(measure, Literal["r", "z"]))
    given, sizes = column(r), column(n)
    require_length("n", len(sizes), len(given))
    _refuse(~(np.abs(given) < 1), "r", given)
    _refuse(~((sizes > 3) & np.isfinite(sizes)), "n", sizes)
    if measure == "z":
        return _effect_sizes("z", np.arctanh(given), 1 / (sizes - 3))
    return _effect_sizes("r", given, (1 - given**2) ** 2 / (sizes - 1))


@traced
def convert(
    estimates: ArrayLike,
    std_errors: ArrayLike,
    origin: Measure,
    *,
    to: Measure,
    group_sizes: tuple[ArrayLike, ArrayLike] | None = None,
) -> EffectSizes:
    """Convert effects from one measure to another, with their variances.

    r and z convert into each other exactly, variances by the delta method. d and the
    log odds ratio convert as if a logistic variable had been cut in two; r and d as if
    a normal variable were compared between the two groups. A conversion is a bridge
    between studies that lack a common measure; it does not replace one.

    Parameters
    ----------
    estimates, std_errors : array-like of float, shape (effects,)
    origin, to : {"r", "z", "d", "log_odds_ratio"}
    group_sizes : pair of array-like, optional
        Sizes of the two groups, each a number or one per effect: needed from d or the
        log odds ratio to r or z. Only their ratio matters.

    Returns
    -------
    EffectSizes
        Estimates and standard errors on the scale of `to`, in the order given.

    Raises
    ------
    SynthesisError
        ``group_sizes_missing``, ``effect_size_out_of_range``,
        ``synthesis_unknown_choice`` and those of :func:`synthesise`.

    Notes
    -----
    log odds ratio = d pi / sqrt(3), variance times pi^2 / 3.
    d = 2 r / sqrt(1 - r^2), variance 4 var(r) / (1 - r^2)^3.
    r = d / sqrt(d^2 + a), variance a^2 var(d) / (d^2 + a)^3, a = (n1 + n2)^2 / (n1 n2).
    z = atanh(r), variance var(r) / (1 - r^2)^2.

    References
    ----------
    Hasselblad & Hedges (1995), Psychological Bulletin 117, 167-178.
    Borenstein et al. (2009), Introduction to Meta-Analysis, chapter 7.
    """
    check_choices(0.5, origin=(origin, Measure), to=(to, Measure))
    rows = study_rows(estimates, std_errors)
    if origin == "r":
        _refuse(~(np.abs(rows.y) < 1), "r", rows.y)
    ratio = _ratio(group_sizes, len(rows))
    estimate, variance = rows.y, rows.v
    for step in _path(origin, to):
        if step == ("d", "r") and ratio is None:
            raise _sizes_missing(origin, to)
        estimate, variance = STEPS[step](estimate, variance, ratio)
    return _effect_sizes(to, estimate, variance)


ORDER: tuple[Measure, ...] = ("log_odds_ratio", "d", "r", "z")


def _sizes_missing(origin: Measure, to: Measure) -> SynthesisError:
    return SynthesisError(
        "group_sizes_missing",
        f"from {origin} to {to} the sizes of both groups are needed",
        origin=origin,
        target=to,
    )


def _path(origin: Measure, to: Measure) -> list[tuple[Measure, Measure]]:
    """Return the steps along log odds ratio - d - r - z."""
    start, end = ORDER.index(origin), ORDER.index(to)
    way = 1 if end > start else -1
    return [(ORDER[i], ORDER[i + way]) for i in range(start, end, way)]


def _d_to_r(d: Floats, v: Floats, a: Floats) -> Pair:
    return d / np.sqrt(d**2 + a), a**2 * v / (d**2 + a) ** 3


STEPS: dict[tuple[Measure, Measure], Callable[..., Pair]] = {
    ("log_odds_ratio", "d"): lambda y, v, _: (y / LOGISTIC_SD, v / LOGISTIC_SD**2),
    ("d", "log_odds_ratio"): lambda y, v, _: (y * LOGISTIC_SD, v * LOGISTIC_SD**2),
    ("d", "r"): _d_to_r,
    ("r", "d"): lambda r, v, _: (
        2 * r / np.sqrt(1 - r**2),
        4 * v / (1 - r**2) ** 3,
    ),
    ("r", "z"): lambda r, v, _: (np.arctanh(r), v / (1 - r**2) ** 2),
    ("z", "r"): lambda z, v, _: (np.tanh(z), v * (1 - np.tanh(z) ** 2) ** 2),
}


def _ratio(
    group_sizes: tuple[ArrayLike, ArrayLike] | None, effects: int
) -> Floats | None:
    if group_sizes is None:
        return None
    sizes = []
    for name, given in zip(("n1", "n2"), group_sizes, strict=True):
        size = column(given)
        if len(size) == 1:
            size = np.repeat(size, effects)
        require_length(name, len(size), effects)
        _refuse(~((size > 0) & np.isfinite(size)), name, size)
        sizes.append(size)
    return np.asarray((sizes[0] + sizes[1]) ** 2 / (sizes[0] * sizes[1]))


def _refuse(bad: NDArray[np.bool_], name: str, values: Floats) -> None:
    rows = np.flatnonzero(bad)
    if len(rows):
        row = int(rows[0])
        raise SynthesisError(
            "effect_size_out_of_range",
            f"row {row + 1}: {name} cannot be {values[row]}",
            row=row + 1,
            column=name,
            value=float(values[row]),
        )


def _effect_sizes(measure: Measure, estimate: Floats, variance: Floats) -> EffectSizes:
    return EffectSizes(
        measure=measure,
        estimates=tuple(estimate.tolist()),
        std_errors=tuple(np.sqrt(variance).tolist()),
    )
