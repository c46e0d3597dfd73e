"""One outcome pooled kind by kind, and whether the kinds differ.

References
----------
Borenstein, Hedges, Higgins & Rothstein (2009), Introduction to Meta-Analysis,
chapter 19. Welch (1951), Biometrika 38, 330-336.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from imppulse.evidence.errors import SynthesisError
from imppulse.evidence.provenance import traced
from imppulse.evidence.results import Result
from imppulse.evidence.synthesis.meta_regression import wald
from imppulse.evidence.synthesis.mixed_effects import (
    Method,
    Test,
    fit_mixed_effects,
    reference_law,
    two_sided_p,
)
from imppulse.evidence.synthesis.study_rows import (
    StudyRows,
    check_choices,
    labels_of,
    study_rows,
)
from imppulse.evidence.synthesis.synthesis import FEWEST_STUDIES
from imppulse.evidence.synthesis.uncertain_variances import f_p_value, welch_test

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

    from imppulse.evidence.synthesis.heterogeneity import Floats

Tau2 = Literal["common", "separate"]
Tested = tuple[float, float, float]


@dataclass(frozen=True)
class Subgroup(Result):
    """The mean effect of one subgroup; NaN, with the range, under three studies."""

    name: str
    k: int
    estimate: float
    std_error: float
    ci_low: float
    ci_high: float
    df: float
    p_value: float
    tau2: float
    low: float
    high: float


@dataclass(frozen=True)
class Subgroups(Result):
    """Pooled effects of subgroups of studies.

    Attributes
    ----------
    k : int
        Number of studies.
    subgroups : tuple of Subgroup
        In alphabetical order; `low` and `high` are the smallest and largest
        estimate. Those with under three studies are not pooled and stay out of
        the test.
    between, between_df1, between_df2, between_p_value : float
        F test that the subgroups have the same mean effect; `between_df2` is
        infinite (null in JSON) when it is chi-squared over its degrees of freedom.
    tau2, method, test, level
        As asked.
    """

    k: int
    subgroups: tuple[Subgroup, ...]
    between: float
    between_df1: float
    between_df2: float
    between_p_value: float
    tau2: Tau2
    method: Method
    test: Test
    level: float

    def rows(self) -> list[dict[str, Any]]:
        """Return one dictionary per subgroup."""
        return [row for each in self.subgroups for row in each.rows()]


@dataclass(frozen=True, eq=False)
class _Means:
    """Mean, standard error, degrees of freedom and tau2 of each pooled subgroup."""

    names: NDArray[np.str_]
    estimate: Floats
    std_error: Floats
    df: Floats
    tau2: Floats

    def of(self, name: str) -> tuple[float, ...]:
        """Return the four numbers of one subgroup; NaN when it was not pooled."""
        numbers = np.array([self.estimate, self.std_error, self.df, self.tau2])
        mine = numbers[:, self.names == name]
        return tuple(mine[:, 0].tolist()) if mine.size else (float("nan"),) * 4


@traced
def subgroups(  # noqa: PLR0913 - one keyword per choice that a plan states
    estimates: ArrayLike,
    std_errors: ArrayLike,
    groups: Sequence[object],
    *,
    tau2: Tau2 = "common",
    method: Method = "REML",
    test: Test = "knapp-hartung",
    level: float = 0.95,
) -> Subgroups:
    """Pool the effects of each subgroup of studies and compare the means.

    Parameters
    ----------
    estimates, std_errors : array-like of float, shape (studies,)
    groups : sequence, shape (studies,)
        The subgroup of each study.
    tau2 : {"common", "separate"}
        One variance for all subgroups (wiser under ten studies each) or one each.
    method, test
        As in :func:`synthesise`. With a common tau2, t and F have pooled studies minus
        subgroups degrees of freedom; else each its own, compared by Welch's test.
    level : float
        Of the confidence intervals.

    Returns
    -------
    Subgroups
        In alphabetical order; those with under three studies are not pooled.

    Raises
    ------
    SynthesisError
        ``subgroups_too_few`` unless two subgroups have three studies or more,
        ``synthesis_label_missing``, ``synthesis_column_length_differs`` and those
        of :func:`synthesise` for the rows.

    References
    ----------
    Borenstein et al. (2009), Introduction to Meta-Analysis, chapter 19.
    Welch (1951), Biometrika 38, 330-336.
    """
    check_choices(level, tau2=(tau2, Tau2), method=(method, Method), test=(test, Test))
    rows = study_rows(estimates, std_errors)
    labels = labels_of(groups, "groups", len(rows))
    large = _large_enough(labels)
    compare = _with_common_tau2 if tau2 == "common" else _with_separate_tau2
    means, tested = compare(rows, labels, large, method=method, test=test)
    return Subgroups(
        k=len(rows),
        subgroups=_each(rows, labels, means, level=level),
        between=tested[0],
        between_df1=tested[1],
        between_df2=tested[2],
        between_p_value=f_p_value(*tested),
        tau2=tau2,
        method=method,
        test=test,
        level=level,
    )


def _large_enough(labels: NDArray[np.str_]) -> NDArray[np.str_]:
    names, sizes = np.unique(labels, return_counts=True)
    names = names[sizes >= FEWEST_STUDIES]
    if len(names) < 2:
        raise SynthesisError(
            "subgroups_too_few",
            f"two subgroups of {FEWEST_STUDIES} studies are needed, not {len(names)}",
            fewest=FEWEST_STUDIES,
            groups=len(names),
        )
    return names


def _with_common_tau2(
    rows: StudyRows,
    labels: NDArray[np.str_],
    large: NDArray[np.str_],
    *,
    method: Method,
    test: Test,
) -> tuple[_Means, Tested]:
    kept = rows.only(np.isin(labels, large))
    member = (labels[np.isin(labels, large)][:, None] == large).astype(float)
    fit = fit_mixed_effects(kept.y, kept.v, member, method=method)
    against_first = member.copy()
    against_first[:, 0] = 1
    contrasts = fit_mixed_effects(kept.y, kept.v, against_first, method=method)
    df = float("inf") if test == "classical" else float(fit.df)
    alike = np.ones(len(large))
    means = _Means(
        large,
        fit.coefficients,
        np.sqrt(np.diag(fit.covariance(test))),
        df * alike,
        fit.tau2 * alike,
    )
    return means, wald(contrasts, test, slice(1, None))


def _with_separate_tau2(
    rows: StudyRows,
    labels: NDArray[np.str_],
    large: NDArray[np.str_],
    *,
    method: Method,
    test: Test,
) -> tuple[_Means, Tested]:
    parts = [rows.only(labels == name) for name in large]
    fits = [fit_mixed_effects(part.y, part.v, method=method) for part in parts]
    variance = np.array([fit.covariance(test)[0, 0] for fit in fits])
    mean = np.array([fit.coefficients[0] for fit in fits])
    classical = test == "classical"
    df = np.array([float("inf") if classical else float(fit.df) for fit in fits])
    tau2 = np.array([fit.tau2 for fit in fits])
    means = _Means(large, mean, np.sqrt(variance), df, tau2)
    if variance.all():
        return means, welch_test(mean, variance, df)
    # Identical results shrink the plain Knapp-Hartung error of a subgroup to 0.
    return means, (float("nan"), len(large) - 1.0, float("nan"))


def _each(
    rows: StudyRows, labels: NDArray[np.str_], means: _Means, *, level: float
) -> tuple[Subgroup, ...]:
    return tuple(
        _subgroup(rows.only(labels == name), str(name), means, level=level)
        for name in np.unique(labels)
    )


def _subgroup(rows: StudyRows, name: str, means: _Means, *, level: float) -> Subgroup:
    estimate, error, df, tau2 = means.of(name)
    law = reference_law(df)
    reach = float(law.ppf((1 + level) / 2)) * error
    return Subgroup(
        name=name,
        k=len(rows),
        estimate=estimate,
        std_error=error,
        ci_low=estimate - reach,
        ci_high=estimate + reach,
        df=df,
        p_value=two_sided_p(estimate, error, law),
        tau2=tau2,
        low=float(rows.y.min()),
        high=float(rows.y.max()),
    )
