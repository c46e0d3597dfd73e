"""Administrative series as aggregates, their breaks, and the log of critical incidents."""

from collections.abc import Mapping, Sequence
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from imppulse.core.actions import Wordings, add_texts, note
from imppulse.core.errors import Refused
from imppulse.network.choices import BreakKind, IncidentKind
from imppulse.network.models import (
    Incident,
    Series,
    SeriesBreak,
    SeriesValue,
    Territory,
)
from imppulse.network.series_file import ValueRow


@transaction.atomic
def create_series(
    territory: Territory,
    *,
    fields: Mapping[str, str],
    wordings: Wordings,
    by: str,
) -> Series:
    series = Series.objects.create(territory=territory, written_by=by, **fields)
    add_texts(series, wordings, by=by)
    note("create_series", series, by=by)
    return series


@transaction.atomic
def record_values(series: Series, rows: Sequence[ValueRow], *, by: str) -> None:
    """Add values, or correct those of the same period: all of them or none."""
    before = {value.begins_on: value.value for value in series.values.all()}
    SeriesValue.objects.bulk_create(
        [
            SeriesValue(
                series=series,
                begins_on=row.begins_on,
                value=row.value,
                cases=row.cases,
            )
            for row in rows
        ],
        update_conflicts=True,
        unique_fields=["series", "begins_on"],
        update_fields=["value", "cases"],
    )
    corrected = {
        row.begins_on.isoformat(): before[row.begins_on]
        for row in rows
        if before.get(row.begins_on, row.value) != row.value
    }
    note("record_values", series, by=by, count=len(rows), corrected=corrected)


@transaction.atomic
def delete_series(series: Series, *, by: str) -> None:
    if series.published_on is not None:
        raise Refused(
            "published",
            _("This series is public and stays: correct its values by importing them."),
        )
    note("delete_series", series, by=by, values=series.values.count())
    series.delete()


@transaction.atomic
def add_break(
    series: Series, *, begins_on: date, kind: BreakKind, by: str
) -> SeriesBreak:
    added, _created = SeriesBreak.objects.update_or_create(
        series=series, begins_on=begins_on, defaults={"kind": kind}
    )
    note("add_break", series, by=by, begins_on=begins_on.isoformat(), kind=kind)
    return added


@transaction.atomic
def remove_break(found: SeriesBreak, *, by: str) -> None:
    day = found.begins_on.isoformat()
    note("remove_break", found.series, by=by, begins_on=day, kind=found.kind)
    found.delete()


@transaction.atomic
def add_incident(
    territory: Territory, *, happened_on: date, kind: IncidentKind, by: str
) -> Incident:
    incident, _created = Incident.objects.get_or_create(
        territory=territory,
        happened_on=happened_on,
        kind=kind,
        defaults={"written_by": by},
    )
    note("add_incident", incident, by=by, day=happened_on.isoformat(), kind=kind)
    return incident


@transaction.atomic
def remove_incident(incident: Incident, *, by: str) -> None:
    day = incident.happened_on.isoformat()
    note("remove_incident", incident, by=by, day=day, kind=incident.kind)
    incident.delete()
