"""How anonymous a file of answers would be if it were made public."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import narwhals as nw
import numpy as np

from imppulse.evidence.disclosure.disclosure import check_threshold
from imppulse.evidence.errors import DisclosureError
from imppulse.evidence.provenance import traced
from imppulse.evidence.results import Result
from imppulse.evidence.survey.rows import as_names, is_missing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from narwhals.typing import IntoFrame
    from numpy.typing import NDArray

    IntArray = NDArray[np.int64]


@dataclass(frozen=True)
class SensitiveColumn:
    """How varied a sensitive answer is inside the groups of look-alikes.

    ``distinct`` is the fewest different answers in a group (distinct
    l-diversity), ``entropy`` the smallest effective number of answers (entropy
    l-diversity), ``distance`` the largest distance of a group's answers from
    those of everybody (t-closeness with equal distances).
    """

    column: str
    distinct: int
    entropy: float
    distance: float


@dataclass(frozen=True)
class AnonymityReport(Result):
    """What somebody who knows the identifying columns of a person could learn.

    Attributes
    ----------
    quasi_identifiers : tuple of str
    respondents, groups : int
        Groups are rows alike in every quasi-identifier.
    k : int
        Respondents in the smallest group.
    unique : int
        Respondents who are alone in their group.
    below : int
        Respondents in groups smaller than `threshold`.
    threshold : int
    sensitive : tuple of SensitiveColumn
    """

    quasi_identifiers: tuple[str, ...]
    respondents: int
    groups: int
    k: int
    unique: int
    below: int
    threshold: int
    sensitive: tuple[SensitiveColumn, ...]

    def rows(self) -> list[dict[str, Any]]:
        """Return one row per sensitive column, or one without."""
        whole = {"respondents": self.respondents, "groups": self.groups, "k": self.k}
        shared = {**whole, "unique": self.unique, "below": self.below}
        if not self.sensitive:
            return [shared]
        return [
            {
                "sensitive": each.column,
                **shared,
                "distinct": each.distinct,
                "entropy": each.entropy,
                "distance": each.distance,
            }
            for each in self.sensitive
        ]


@traced
def anonymity(
    frame: IntoFrame,
    quasi_identifiers: str | Sequence[str],
    *,
    sensitive: str | Sequence[str] = (),
    threshold: int = 5,
) -> AnonymityReport:
    """Report k-anonymity, l-diversity and t-closeness of a file of answers.

    Parameters
    ----------
    frame : dataframe
        polars, pandas, pyarrow, or a DuckDB relation; one row per respondent.
    quasi_identifiers : str or sequence of str
        Columns that somebody may know about a person: age group, district ...
        A missing value is a value: it sets people apart like any other.
    sensitive : str or sequence of str
        Columns nobody should learn about a person.
    threshold : int
        Smallest group counted as safe in `below`; at least 2.

    Returns
    -------
    AnonymityReport

    Raises
    ------
    DisclosureError
        ``disclosure_unknown_column``, ``disclosure_no_columns``,
        ``disclosure_no_rows`` or ``disclosure_threshold``.

    References
    ----------
    Sweeney, L. (2002). k-anonymity: a model for protecting privacy. International
    Journal of Uncertainty, Fuzziness and Knowledge-Based Systems 10, 557-570.
    Machanavajjhala, A. et al. (2007). l-diversity: privacy beyond k-anonymity. ACM
    Transactions on Knowledge Discovery from Data 1(1).
    Li, N., Li, T., Venkatasubramanian, S. (2007). t-closeness. ICDE, 106-115.
    """
    keys, secrets = as_names(quasi_identifiers), as_names(sensitive)
    lazy = nw.from_native(frame).lazy()
    _check_columns(lazy.collect_schema().names(), keys, secrets)
    check_threshold(threshold)
    table = lazy.select(*dict.fromkeys((*keys, *secrets))).collect()
    if not len(table):
        raise DisclosureError("disclosure_no_rows", "the data have no rows")
    group = _codes([table[name].to_list() for name in keys])
    sizes = np.bincount(group)
    return AnonymityReport(
        quasi_identifiers=keys,
        respondents=len(group),
        groups=len(sizes),
        k=int(sizes.min()),
        unique=int((sizes == 1).sum()),
        below=int(sizes[sizes < threshold].sum()),
        threshold=threshold,
        sensitive=tuple(
            _diversity(name, group, _codes([table[name].to_list()])) for name in secrets
        ),
    )


def _codes(columns: list[list[object]]) -> IntArray:
    """Give every different row a number; every missing value is one and the same."""
    rows = [
        tuple(None if is_missing(value) else value for value in row)
        for row in zip(*columns, strict=True)
    ]
    code = {row: position for position, row in enumerate(dict.fromkeys(rows))}
    return np.fromiter(map(code.__getitem__, rows), np.int64, len(rows))


def _diversity(name: str, group: IntArray, answer: IntArray) -> SensitiveColumn:
    counts = np.zeros((group.max() + 1, answer.max() + 1))
    np.add.at(counts, (group, answer), 1)
    shares = counts / counts.sum(axis=1, keepdims=True)
    logs = np.log(shares, out=np.zeros_like(shares), where=shares > 0)
    everybody = counts.sum(axis=0) / counts.sum()
    return SensitiveColumn(
        column=name,
        distinct=int((counts > 0).sum(axis=1).min()),
        entropy=float(np.exp(-(shares * logs).sum(axis=1)).min()),
        distance=float(np.abs(shares - everybody).sum(axis=1).max() / 2),
    )


def _check_columns(
    columns: list[str], keys: tuple[str, ...], secrets: tuple[str, ...]
) -> None:
    if not keys:
        raise DisclosureError(
            "disclosure_no_columns", "name at least one identifying column"
        )
    for name in (*keys, *secrets):
        if name not in columns:
            raise DisclosureError(
                "disclosure_unknown_column",
                f"there is no column {name!r}",
                column=name,
                columns=tuple(columns),
            )
