"""What an estimation returns: numbers with their uncertainty, ready for JSON."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, fields, is_dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

import narwhals as nw
import numpy as np
import scipy

from imppulse.evidence.errors import EstimationError
from imppulse.evidence.representation import as_html, as_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Self

    from numpy.typing import NDArray

    from imppulse.evidence.provenance import Provenance

    FloatArray = NDArray[np.float64]
    BoolArray = NDArray[np.bool_]
    JsonValue = (
        dict[str, "JsonValue"] | list["JsonValue"] | str | int | float | bool | None
    )

SCHEMA = 1


def json_ready(value: object) -> JsonValue:
    """Return the value as JSON can hold it: no NaN, no infinity, no numpy."""
    if is_dataclass(value):
        value = dict(_stated(value))
    if isinstance(value, dict):
        return {str(key): json_ready(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [json_ready(entry) for entry in value]
    if isinstance(value, np.ndarray | np.generic):
        return json_ready(value.tolist())
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return value if isinstance(value, bool | int | str | None) else str(value)


def document(fields: Mapping[str, object]) -> dict[str, Any]:
    """Return the fields ready for JSON, under the number of their schema."""
    ready = {name: json_ready(value) for name, value in fields.items()}
    return {"schema": SCHEMA, **ready}


def _stated(value: Any) -> list[tuple[str, Any]]:
    """Return the fields of a result; where it comes from is told apart."""
    return [
        (each.name, getattr(value, each.name))
        for each in fields(value)
        if each.name != "provenance" and each.repr
    ]


@dataclass(frozen=True)
class Result:
    """What every public function of the library returns.

    A frozen dataclass; fields left out of its `repr` are working arrays and
    stay out of `to_dict` and `rows` as well.

    Attributes
    ----------
    provenance : Provenance or None
        Method, release, design and data; None for a part of a larger result.
    """

    provenance: Provenance | None = field(
        default=None, kw_only=True, repr=False, compare=False
    )

    def rows(self) -> list[dict[str, Any]]:
        """Return the result as rows of a table: here one, of its plain fields."""
        plain = (bool, int, float, str, type(None))
        stated = _stated(self)
        return [{name: value for name, value in stated if isinstance(value, plain)}]

    def to_dict(self) -> dict[str, Any]:
        """Return everything ready for JSON; what is undefined is null."""
        return document({**dict(_stated(self)), "provenance": self.provenance})

    def to_frame(
        self, backend: Literal["polars", "pandas", "pyarrow"] = "polars"
    ) -> Any:
        """Return `rows` as a table of a dataframe library.

        Parameters
        ----------
        backend : {"polars", "pandas", "pyarrow"}
            Where installed.
        """
        rows = self.rows()
        columns = {name: [row[name] for row in rows] for name in rows[0]}
        return nw.from_dict(columns, backend=backend).to_native()

    def from_data(self, checksum: str) -> Self:
        """Return the same result, naming the data by their SHA-256 checksum."""
        if self.provenance is None:
            return self
        return replace(self, provenance=replace(self.provenance, data=checksum))

    def __str__(self) -> str:
        return as_text(type(self).__name__, self.rows())

    def _repr_html_(self) -> str:
        return as_html(type(self).__name__, self.rows())


def check_level(level: float) -> None:
    """Refuse a confidence level that is none.

    Raises
    ------
    EstimationError
        ``level_out_of_range`` unless 0 < level < 1.
    """
    if not 0 < level < 1:
        raise EstimationError(
            "level_out_of_range",
            f"the confidence level must lie between 0 and 1, not {level}",
            level=level,
        )


def t_quantile(level: float, df: FloatArray | float) -> FloatArray:
    """Two-sided quantile of Student's t; NaN where df is below 1.

    Raises
    ------
    EstimationError
        ``level_out_of_range`` unless 0 < level < 1.
    """
    check_level(level)
    degrees = np.asarray(df, dtype=float)
    usable = np.where(degrees >= 1, degrees, np.nan)
    return np.asarray(scipy.special.stdtrit(usable, 0.5 + level / 2))


@dataclass(frozen=True)
class Estimate(Result):
    """One number with its uncertainty; units are those of the item.

    ``n`` counts respondents of positive weight who answered, ``df`` is
    clusters minus strata among them, ``deff`` the design effect.
    """

    estimate: float
    std_error: float
    ci_low: float
    ci_high: float
    n: int
    df: float
    deff: float


@dataclass(frozen=True)
class Contrast(Result):
    """A difference between domains, tested against zero with Student's t.

    ``n`` counts the answers the contrast rests on. ``lonely`` is the choice
    made about one-cluster strata, and ``lonely_strata`` those it was made for.
    """

    estimate: float
    std_error: float
    ci_low: float
    ci_high: float
    df: float
    p_value: float
    n: int
    level: float = 0.95
    lonely: str = "refuse"
    lonely_strata: tuple[object, ...] = ()


@dataclass(frozen=True, eq=False)
class Estimates(Result):
    """Estimates of several items in several domains.

    Attributes
    ----------
    statistic : str
        ``"mean"``, ``"proportion"``, ``"ratio"`` or ``"total"``.
    items : tuple of str
        Rows of the arrays. A ratio has one, named ``numerator/denominator``.
    by : tuple of str
        Columns that make the domains.
    domains : tuple of tuple
        Columns of the arrays: one value per name in `by`, sorted. ``((),)``
        when `by` is empty.
    estimate, std_error, ci_low, ci_high, df, deff : (items, domains) float
        In units of the item, except `df` and `deff` (none). NaN where nobody
        answered.
    n : (items, domains) int
        Respondents of positive weight who answered.
    level : float
        Confidence level of the intervals.
    interval : str
        ``"mean"`` (t interval on the estimate), ``"logit"`` or
        ``"korn-graubard"``.
    lonely, lonely_strata
        The choice made about one-cluster strata and those it was made for.
    deviations : (clusters, items * domains) float
        Linearised cluster totals, scaled so that their cross products are
        the covariance; items vary slowest. Second-stage units of a two-stage
        design, and replicates, follow as further rows.
    presence : (clusters, items * domains) bool
        Whether the cluster holds an answer of positive weight.
    stratum_of_cluster : (clusters,) int
    """

    statistic: str
    items: tuple[str, ...]
    by: tuple[str, ...]
    domains: tuple[tuple[object, ...], ...]
    estimate: FloatArray
    std_error: FloatArray
    ci_low: FloatArray
    ci_high: FloatArray
    n: NDArray[np.int64]
    df: FloatArray
    deff: FloatArray
    level: float
    interval: str
    lonely: str
    lonely_strata: tuple[object, ...]
    deviations: FloatArray = field(repr=False)
    presence: BoolArray = field(repr=False)
    stratum_of_cluster: NDArray[np.int64] = field(repr=False)

    @cached_property
    def covariance(self) -> FloatArray:
        """Covariance, (items * domains, items * domains), items slowest."""
        return self.deviations.T @ self.deviations

    def rows(self) -> list[dict[str, Any]]:
        """Return one dictionary per item and domain.

        Keys: item, the names in `by`, mean, std_error, ci_low, ci_high, n,
        df, deff. The estimate is called ``mean`` whatever the statistic.
        """
        return [
            {
                "item": item,
                **dict(zip(self.by, domain, strict=True)),
                **_as_row(self._cell(i, j)),
            }
            for i, item in enumerate(self.items)
            for j, domain in enumerate(self.domains)
        ]

    def at(self, item: str, domain: object = ()) -> Estimate:
        """Return one cell.

        Parameters
        ----------
        item : str
        domain : object
            One value per name in `by`; a bare value when there is one name.

        Raises
        ------
        EstimationError
            ``unknown_item`` or ``unknown_domain``.
        """
        position = self.position(item, domain)
        return self._cell(*divmod(position, len(self.domains)))

    def position(self, item: str, domain: object = ()) -> int:
        """Return the place of a cell in `covariance` and `deviations`."""
        wanted = domain if isinstance(domain, tuple) else (domain,)
        row = _index(self.items, item, "item")
        return row * len(self.domains) + _index(self.domains, wanted, "domain")

    def combine(self, coefficients: Mapping[tuple[str, object], float]) -> Contrast:
        """Return a linear combination of cells with its full covariance.

        Parameters
        ----------
        coefficients : mapping of (item, domain) to float

        Returns
        -------
        Contrast
            NaN when one of the cells has no answers. df: clusters minus
            strata among the clusters that hold an answer to one of the cells.

        Raises
        ------
        EstimationError
            ``unknown_item`` or ``unknown_domain``.
        """
        cells = [self.position(*cell) for cell in coefficients]
        factors = np.fromiter(coefficients.values(), float, len(cells))
        estimate = float(self.estimate.ravel()[cells] @ factors)
        std_error = float(np.linalg.norm(self.deviations[:, cells] @ factors))
        df = degrees_of_freedom(self.presence[:, cells], self.stratum_of_cluster)
        margin = float(t_quantile(self.level, df)) * std_error
        return Contrast(
            estimate=estimate,
            std_error=std_error,
            ci_low=estimate - margin,
            ci_high=estimate + margin,
            df=df,
            p_value=_two_sided_p(estimate, std_error, df),
            n=int(self.n.ravel()[list(dict.fromkeys(cells))].sum()),
            level=self.level,
            lonely=self.lonely,
            lonely_strata=self.lonely_strata,
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the rows and what they rest on, ready for JSON."""
        described = {
            "statistic": self.statistic,
            "items": self.items,
            "by": self.by,
            "level": self.level,
            "interval": self.interval,
            "lonely": self.lonely,
            "lonely_strata": self.lonely_strata,
            "rows": self.rows(),
            "provenance": self.provenance,
        }
        return document(described)

    def _cell(self, row: int, column: int) -> Estimate:
        floats: dict[str, Any] = {
            name: float(getattr(self, name)[row, column])
            for name in ("estimate", "std_error", "ci_low", "ci_high", "df", "deff")
        }
        return Estimate(n=int(self.n[row, column]), **floats)


def degrees_of_freedom(
    presence: BoolArray, stratum_of_cluster: NDArray[np.int64]
) -> float:
    """Clusters present in any column, minus the strata they lie in."""
    present = presence.any(axis=1)
    return float(present.sum() - len(np.unique(stratum_of_cluster[present])))


def _as_row(cell: Estimate) -> dict[str, Any]:
    stated = dict(_stated(cell))
    return {"mean": stated.pop("estimate"), **stated}


def _index(labels: tuple[object, ...], wanted: object, kind: str) -> int:
    if wanted not in labels:
        raise EstimationError(
            f"unknown_{kind}",
            f"there is no {kind} {wanted!r}; there is {_listed(labels)}",
            wanted=wanted,
            known=labels,
        )
    return labels.index(wanted)


def _listed(labels: Iterable[object]) -> str:
    return ", ".join(repr(label) for label in labels)


def _two_sided_p(estimate: float, std_error: float, df: float) -> float:
    if not (std_error > 0 and df >= 1):
        return math.nan
    return float(2 * scipy.stats.t.sf(abs(estimate) / std_error, df))
