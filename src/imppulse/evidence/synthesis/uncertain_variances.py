"""Standard errors that rest on few clusters: what a synthesis owes to their df.

A standard error with f degrees of freedom is itself an estimate: its square has
variance 2 v^2 / f. Weights made of such squares favour the studies whose error
came out small by luck, and the pooled standard error is then too small.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import scipy

if TYPE_CHECKING:
    from imppulse.evidence.synthesis.heterogeneity import Floats


def corrected_variance(v: Floats, tau2: float, df: Floats) -> float:
    """Return the variance of the weighted mean, for estimated ``v``.

    Notes
    -----
    1 / W + 4 sum of v_i^2 w_i^3 (1 - w_i / W) / (f_i W^2), w_i = 1 / (v_i + tau2),
    W their sum: twice the second-order term of 1 / W, once for the weights and
    once for the bias of 1 / W itself. With tau2 = 0 it is the formula of Meier.

    References
    ----------
    Meier (1953), Biometrics 9, 59-73.
    Kenward & Roger (1997), Biometrics 53, 983-997, whose correction it is here.
    """
    w = 1 / (v + tau2)
    share = w / w.sum()
    return float(1 / w.sum() + 4 * (v**2 * w * share**2 * (1 - share) / df).sum())


def satterthwaite_df(v: Floats, tau2: float, df: Floats) -> float:
    """Return the degrees of freedom of the weighted mean's variance.

    References
    ----------
    Satterthwaite (1946), Biometrics Bulletin 2, 110-114; Meier (1953).
    """
    w = 1 / (v + tau2)
    lost = ((w / w.sum()) ** 2 * (w * v) ** 2 / df).sum()
    return float(1 / lost) if lost > 0 else float("inf")


def welch_test(y: Floats, v: Floats, df: Floats) -> tuple[float, float, float]:
    """Test that all true effects are equal: F and its two degrees of freedom.

    References
    ----------
    Welch (1951), Biometrika 38, 330-336.
    """
    k, w = len(y), 1 / v
    share = w / w.sum()
    q = float(w @ (y - share @ y) ** 2)
    doubt = float(((1 - share) ** 2 / df).sum())
    statistic = q / (k - 1) / (1 + 2 * (k - 2) / (k**2 - 1) * doubt)
    df2 = (k**2 - 1) / (3 * doubt) if doubt > 0 else float("inf")
    return statistic, float(k - 1), df2


def f_p_value(statistic: float, df1: float, df2: float) -> float:
    """Return the chance of a larger F; chi-squared / df1 when df2 is infinite."""
    if np.isinf(df2):
        return float(scipy.stats.chi2.sf(statistic * df1, df1))
    return float(scipy.stats.f.sf(statistic, df1, df2))
