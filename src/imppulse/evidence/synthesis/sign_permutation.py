"""An exact test for few studies: each result might have had the other sign."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from imppulse.evidence.errors import SynthesisError
from imppulse.evidence.provenance import traced
from imppulse.evidence.results import Result
from imppulse.evidence.synthesis.mixed_effects import TAU2_ESTIMATORS, Method
from imppulse.evidence.synthesis.study_rows import (
    check_choices,
    require_studies,
    study_rows,
)
from imppulse.evidence.synthesis.synthesis import FEWEST_STUDIES

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from imppulse.evidence.synthesis.heterogeneity import Floats

MOST_STUDIES = 14
BATCH = 1024
# Ties with the observed ratio count; this much is rounding (as in metafor).
ROUNDING = float(np.sqrt(np.finfo(float).eps))


@dataclass(frozen=True)
class SignPermutation(Result):
    """The exact p-value of a mean effect of zero.

    Attributes
    ----------
    k : int
        Number of studies.
    ratio : float
        Mean over its classical standard error, as observed.
    p_value : float
        Share of the 2^k sign changes with a ratio as far from zero.
    smallest_p_value : float
        2 / 2^k: no result, however clear, can fall below it.
    method : str
        Estimator of the variance between studies.
    """

    k: int
    ratio: float
    p_value: float
    smallest_p_value: float
    method: Method


@traced
def permutation_test(
    estimates: ArrayLike, std_errors: ArrayLike, *, method: Method = "REML"
) -> SignPermutation:
    """Test a mean effect of zero by changing the signs of the estimates.

    Without an effect, and with estimates that err symmetrically, each result
    was as likely with the opposite sign. All 2^k combinations are refitted.

    Parameters
    ----------
    estimates, std_errors : array-like of float, shape (studies,)
        From 3 to 14 studies.
    method : {"REML", "DL", "PM", "ML", "FE"}
        Estimator of the variance between studies.

    Returns
    -------
    SignPermutation
        The exact p-value, and the smallest that so many studies can give.

    Raises
    ------
    SynthesisError
        The refusals of :func:`synthesise`, ``synthesis_too_few_studies`` or
        ``synthesis_too_many_studies``.

    References
    ----------
    Follmann & Proschan (1999), Biometrics 55, 732-737.
    """
    check_choices(0.5, method=(method, Method))
    rows = study_rows(estimates, std_errors)
    require_studies(len(rows), FEWEST_STUDIES, "an exact test")
    if len(rows) > MOST_STUDIES:
        raise SynthesisError(
            "synthesis_too_many_studies",
            f"all sign changes are tried up to {MOST_STUDIES} studies, not {len(rows)}",
            studies=len(rows),
            most=MOST_STUDIES,
        )
    ratios = _every_ratio(rows.y, rows.v, method)
    return SignPermutation(
        k=len(rows),
        ratio=float(ratios[0]),
        p_value=float(np.mean(np.abs(ratios) >= abs(ratios[0]) - ROUNDING)),
        smallest_p_value=2.0 ** (1 - len(rows)),
        method=method,
    )


def _every_ratio(y: Floats, v: Floats, method: Method) -> Floats:
    """Return the ratio as observed, then with every other change of signs.

    Changing all signs changes the sign of the ratio only, so that of the last
    study stays.
    """
    k = len(y)
    flips = np.arange(2 ** (k - 1))[:, None] >> np.arange(k) & 1
    signed = y * (1 - 2 * flips)
    parts = [
        _ratios(signed[start : start + BATCH], v, method)
        for start in range(0, len(signed), BATCH)
    ]
    return np.concatenate(parts)


def _ratios(y: Floats, v: Floats, method: Method) -> Floats:
    tau2 = TAU2_ESTIMATORS[method](y, np.broadcast_to(v, y.shape))
    w = 1 / (v + tau2[:, None])
    return np.asarray((w * y).sum(1) / np.sqrt(w.sum(1)))
