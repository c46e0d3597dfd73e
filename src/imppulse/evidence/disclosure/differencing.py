"""What published counts of overlapping groups give away by subtraction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from imppulse.evidence.disclosure.disclosure import PUBLISHED_THRESHOLD, check_threshold
from imppulse.evidence.errors import DisclosureError
from imppulse.evidence.provenance import traced
from imppulse.evidence.results import Result

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray


@dataclass(frozen=True)
class Leak:
    """A small group of people that two published groups give away.

    ``larger`` minus ``smaller`` (or ``larger`` alone when ``smaller`` is None)
    holds ``n`` people, fewer than the threshold.
    """

    larger: str
    smaller: str | None
    n: int


@dataclass(frozen=True)
class DifferencingReport(Result):
    """Every leak among the published groups; empty when there is none."""

    leaks: tuple[Leak, ...]
    groups: int
    threshold: int

    def rows(self) -> list[dict[str, Any]]:
        """Return one row per leak: larger, smaller, n."""
        return [
            {"larger": leak.larger, "smaller": leak.smaller, "n": leak.n}
            for leak in self.leaks
        ]


@traced
def differencing(
    membership: ArrayLike,
    names: Sequence[str],
    *,
    threshold: int = PUBLISHED_THRESHOLD,
) -> DifferencingReport:
    """Attack a release: subtract every published group from every larger one.

    Give every group about which something is published: each table's cells,
    margins included, of all pages, waves and exports that count the same people.

    Parameters
    ----------
    membership : array-like of bool, shape (respondents, groups)
        Who belongs to which published group.
    names : sequence of str, shape (groups,)
    threshold : int
        Fewest people a published or derived group may have; at least 2.

    Returns
    -------
    DifferencingReport
        Groups published although they are small, and nested pairs that differ by
        a small number of people, in the order of `names`.

    Raises
    ------
    DisclosureError
        ``disclosure_shape``, ``disclosure_not_counts`` or
        ``disclosure_threshold``.

    Notes
    -----
    The attack knows which groups contain which, as a reader does who knows that a
    district lies in a town; it needs no knowledge about persons. Sums over more
    than two groups of one table are what `disclosure.audit` covers.

    References
    ----------
    Willenborg, L., de Waal, T. (2001). Elements of Statistical Disclosure Control.
    Springer, section 1.5 (linked tables).
    """
    inside = _checked(membership, names, threshold)
    counts = inside.sum(axis=0)
    shared = inside.T.astype(np.int64) @ inside
    small = (counts > 0) & (counts < threshold)
    alone = [
        Leak(names[group], None, int(counts[group]))
        for group in np.flatnonzero(small).tolist()
    ]
    nested = shared == counts[None, :]  # column inside row
    left = counts[:, None] - counts[None, :]
    told = nested & (left > 0) & (left < threshold) & (counts[None, :] > 0)
    pairs = [
        Leak(names[large], names[part], int(left[large, part]))
        for large, part in np.argwhere(told).tolist()
    ]
    return DifferencingReport((*alone, *pairs), len(names), threshold)


def _checked(
    membership: ArrayLike, names: Sequence[str], threshold: int
) -> NDArray[np.int64]:
    inside = np.asarray(membership)
    if inside.ndim != 2 or inside.shape[1] != len(names) or not inside.size:
        raise DisclosureError(
            "disclosure_shape",
            f"expected respondents by {len(names)} groups, not shape {inside.shape}",
            shape=inside.shape,
        )
    if not np.isin(inside, (0, 1)).all():
        raise DisclosureError(
            "disclosure_not_counts", "membership is true or false, nothing else"
        )
    check_threshold(threshold)
    return inside.astype(np.int64)
