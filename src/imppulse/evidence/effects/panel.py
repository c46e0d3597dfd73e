"""Panels: the same persons asked twice, compared with themselves.

A person who answers both waves contributes one paired difference. The sample
is that of the first wave: who does not answer again leaves the average, but
the cluster stays in the design.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import narwhals as nw

from imppulse.evidence.errors import EstimationError
from imppulse.evidence.provenance import traced
from imppulse.evidence.survey.answer_columns import (
    as_lazy,
    check_columns,
    check_numeric,
)
from imppulse.evidence.survey.estimates import difference, mean

if TYPE_CHECKING:
    from narwhals.typing import IntoFrame

    from imppulse.evidence.results import Contrast
    from imppulse.evidence.survey.design import SampleDesign

AFTER = "__after_{}"


@traced
def panel_change(  # noqa: PLR0913 - the data, who is followed, and between when
    frame: IntoFrame,
    item: str,
    design: SampleDesign,
    *,
    wave: str,
    before: object,
    after: object,
    person: str = "person",
    level: float = 0.95,
) -> Contrast:
    """Compare two waves of the same persons: after minus before.

    Parameters
    ----------
    frame : dataframe
        polars (eager or lazy), pandas, pyarrow, or a DuckDB relation; one row
        per person and wave.
    item : str
    design : SampleDesign
        Strata and clusters are those of the wave `before`; the weight is that
        of the wave `after` (which may allow for those who did not answer
        again), and of `before` where the person is absent after.
    wave : str
        Column of waves.
    before, after : object
        Values of `wave`.
    person : str
        Column that recognises a person.
    level : float
        Confidence level of the t interval.

    Returns
    -------
    Contrast
        Mean paired difference in units of the item; `n` counts persons who
        answered both times; df are clusters minus strata among them.

    Raises
    ------
    DesignError, EstimationError
        Those of `mean`; ``same_domain`` when the waves are one,
        ``person_repeated`` when a person has two rows in a wave,
        ``no_pairs`` when nobody answered in both.

    References
    ----------
    Kish, L. (1965). Survey Sampling. Wiley, section 12.4 (the same elements
    twice). Lynn, P. (ed., 2009). Methodology of Longitudinal Surveys. Wiley.
    """
    pairs = paired_differences(
        frame, item, design, person=person, waves=(wave, before, after)
    )
    return mean(pairs, item, design, level=level).combine({(item, ()): 1.0})


@traced
def panel_difference_in_differences(  # noqa: PLR0913 - persons, two waves and two arms, each named
    frame: IntoFrame,
    item: str,
    design: SampleDesign,
    *,
    wave: str,
    before: object,
    after: object,
    arm: str,
    treated: object,
    comparison: object,
    person: str = "person",
    level: float = 0.95,
) -> Contrast:
    """Compare how the same persons changed in two arms.

    Parameters
    ----------
    frame, item, design, wave, before, after, person, level
        As in `panel_change`.
    arm : str
        Column of arms; a person belongs to the arm of the wave `before`,
        wherever the person lives later.
    treated, comparison : object
        Values of `arm`.

    Returns
    -------
    Contrast
        Mean paired difference of the treated arm minus that of the comparison
        arm, in units of the item, with the variance of the sample as drawn.
        Few treated areas need few-cluster inference besides.

    Raises
    ------
    DesignError, EstimationError
        Those of `panel_change`; ``unknown_domain`` when an arm is absent.

    References
    ----------
    Angrist, J. D. and Pischke, J.-S. (2009). Mostly Harmless Econometrics.
    Princeton University Press, section 5.2.
    """
    pairs = paired_differences(
        frame, item, design, person=person, waves=(wave, before, after), arm=arm
    )
    changes = mean(pairs, item, design, by=arm, level=level)
    return difference(changes, item, treated, comparison)


def paired_differences(
    frame: IntoFrame,
    item: str,
    design: SampleDesign,
    *,
    person: str,
    waves: tuple[str, object, object],
    arm: str | None = None,
) -> Any:
    """Return one row per person of the first wave; `item` is after minus before.

    Parameters
    ----------
    frame, item, design, person, arm
        As in `panel_difference_in_differences`.
    waves : (str, object, object)
        The column of waves, and the first and the second of them.

    Returns
    -------
    dataframe
        Of the same library (lazy where `frame` was).

    Raises
    ------
    EstimationError
        As `panel_change`.
    """
    wave, before, after = waves
    kept = list(dict.fromkeys([person, item, *design.columns, *([arm] if arm else [])]))
    table = as_lazy(frame)
    check_columns(table, [*kept, wave])
    for measured in {item, design.weight} - {None}:
        check_numeric(table.collect_schema(), str(measured))
    if before == after:
        raise EstimationError("same_domain", "a change needs two waves", domain=before)
    known = table.filter(~nw.col(person).is_null())
    first, second = (
        _one_wave(known, kept, person=person, wave=(wave, value))
        for value in (before, after)
    )
    again = [name for name in (item, design.weight) if name is not None]
    later = second.select(
        nw.col(person), *(nw.col(name).alias(AFTER.format(name)) for name in again)
    )
    pairs = first.join(later, on=person, how="left").with_columns(
        _paired(item, design.weight)
    )
    _check_pairs(pairs, item, person)
    return pairs.select(*kept).to_native()


def _paired(item: str, weight: str | None) -> list[nw.Expr]:
    changed = nw.col(AFTER.format(item)).cast(nw.Float64) - nw.col(item).cast(
        nw.Float64
    )
    columns = [changed.alias(item)]
    if weight is not None:
        later = nw.coalesce(nw.col(AFTER.format(weight)), nw.col(weight))
        columns.append(later.alias(weight))
    return columns


def _one_wave(
    table: nw.LazyFrame[Any],
    kept: list[str],
    *,
    person: str,
    wave: tuple[str, object],
) -> nw.LazyFrame[Any]:
    name, value = wave
    rows = table.filter(nw.col(name) == value).select(*kept)
    counted = rows.group_by(person).agg(nw.len().alias("__rows"))
    repeated = len(counted.filter(nw.col("__rows") > 1).collect())
    if repeated:
        raise EstimationError(
            "person_repeated",
            f"{repeated} persons have several rows in wave {value!r}",
            column=person,
            persons=repeated,
            wave=value,
        )
    return rows


def _check_pairs(pairs: nw.LazyFrame[Any], item: str, person: str) -> None:
    answered = pairs.filter(~nw.col(item).is_null() & ~nw.col(item).is_nan())
    if not len(answered.select(item).collect()):
        raise EstimationError(
            "no_pairs",
            f"nobody answered {item!r} in both waves",
            item=item,
            column=person,
        )
