"""The rows of a synthesis, checked: one effect with its standard error each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, get_args

import numpy as np

from imppulse.evidence.errors import SynthesisError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

    from imppulse.evidence.synthesis.heterogeneity import Floats

COMPLAINTS = {
    "synthesis_not_finite": "the estimate or its standard error is not a number",
    "synthesis_std_error_not_positive": "the standard error is not positive",
    "synthesis_df_below_one": "the degrees of freedom are below 1",
}


@dataclass(frozen=True, eq=False)
class StudyRows:
    """Effects ``y`` and their sampling variances ``v``, (studies,), and names."""

    y: Floats
    v: Floats
    names: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.y)

    def only(self, kept: NDArray[np.bool_]) -> StudyRows:
        """Return the rows that are kept."""
        names = tuple(np.array(self.names, dtype=object)[kept])
        return StudyRows(self.y[kept], self.v[kept], names)


def study_rows(
    estimates: ArrayLike,
    std_errors: ArrayLike,
    labels: Sequence[str] | None = None,
) -> StudyRows:
    """Check the rows and return them.

    Raises
    ------
    SynthesisError
        ``synthesis_lengths_differ``, ``synthesis_without_studies``,
        ``synthesis_not_finite`` or ``synthesis_std_error_not_positive``.
    """
    y, s = column(estimates), column(std_errors)
    names = _names(labels, len(y))
    if not len(y) == len(s) == len(names):
        raise SynthesisError(
            "synthesis_lengths_differ",
            f"{len(y)} estimates, {len(s)} standard errors, {len(names)} labels",
            estimates=len(y),
            std_errors=len(s),
            labels=len(names),
        )
    if len(y) == 0:
        raise SynthesisError("synthesis_without_studies", "there is nothing to pool")
    # Squares are checked, since the computation needs them.
    with np.errstate(over="ignore", under="ignore"):
        finite = np.isfinite(y**2) & np.isfinite(s**2)
        refuse_first(~finite, "synthesis_not_finite", names)
        positive = (s > 0) & (s**2 > 0)
        refuse_first(~positive, "synthesis_std_error_not_positive", names)
    return StudyRows(y, s**2, names)


def row_df(df: ArrayLike | None, rows: StudyRows) -> Floats | None:
    """Check the degrees of freedom of the standard errors; infinite is known.

    Raises
    ------
    SynthesisError
        ``synthesis_column_length_differs`` or ``synthesis_df_below_one``.
    """
    if df is None:
        return None
    degrees = column(df)
    require_length("df", len(degrees), len(rows))
    refuse_first(~(degrees >= 1), "synthesis_df_below_one", rows.names)
    return degrees


def require_length(name: str, given: int, needed: int) -> None:
    """Refuse a column that has not one value per study."""
    if given != needed:
        raise SynthesisError(
            "synthesis_column_length_differs",
            f"{name} has {given} values for {needed} studies",
            column=name,
            given=given,
            needed=needed,
        )


def require_studies(rows: int, fewest: int, purpose: str) -> None:
    """Refuse what so few studies cannot tell.

    Raises
    ------
    SynthesisError
        ``synthesis_too_few_studies``.
    """
    if rows < fewest:
        raise SynthesisError(
            "synthesis_too_few_studies",
            f"{purpose} needs {fewest} studies; there are {rows}",
            studies=rows,
            fewest=fewest,
            purpose=purpose,
        )


def check_choices(level: float, **choices: tuple[object, object]) -> None:
    """Refuse an option that is not among those of its type, and an odd level.

    Raises
    ------
    SynthesisError
        ``synthesis_unknown_choice`` or ``synthesis_level_out_of_range``.
    """
    for name, (value, literal) in choices.items():
        if value not in get_args(literal):
            _refuse_choice(name, value, get_args(literal))
    if not 0 < level < 1:
        raise SynthesisError(
            "synthesis_level_out_of_range",
            f"level must lie between 0 and 1, not {level}",
            value=level,
        )


def column(values: ArrayLike) -> Floats:
    """Return the values as one column of floats."""
    numbers: Floats = np.asarray(values, dtype=float).reshape(-1)
    return numbers


def labels_of(values: Sequence[object], name: str, needed: int) -> NDArray[np.str_]:
    """Return one label per study.

    Raises
    ------
    SynthesisError
        ``synthesis_column_length_differs`` or ``synthesis_label_missing``.
    """
    given = list(values)
    require_length(name, len(given), needed)
    for row, value in enumerate(given, start=1):
        if value is None or value != value or str(value) == "":  # noqa: PLR0124 - NaN differs from itself
            raise SynthesisError(
                "synthesis_label_missing",
                f"row {row} has no value in {name}",
                row=row,
                column=name,
            )
    return np.array([str(value) for value in given])


def refuse_first(bad: NDArray[np.bool_], code: str, names: Sequence[str]) -> None:
    """Name the first bad row, if any."""
    if not bad.any():
        return
    row = int(np.flatnonzero(bad)[0])
    raise SynthesisError(
        code,
        f"row {row + 1} ({names[row]}): {COMPLAINTS[code]}",
        row=row + 1,
        label=names[row],
    )


def _names(labels: Sequence[str] | None, k: int) -> tuple[str, ...]:
    if labels is None:
        return tuple(str(row) for row in range(1, k + 1))
    return tuple(labels)


def _refuse_choice(name: str, value: object, known: tuple[object, ...]) -> None:
    raise SynthesisError(
        "synthesis_unknown_choice",
        f"{name} must be one of {', '.join(map(str, known))}, not {value!r}",
        option=name,
        value=value,
        known=known,
    )
