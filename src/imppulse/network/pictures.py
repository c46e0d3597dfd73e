"""Administrative series as pictures: what may be shown, and in which words."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from imppulse.charts.content import Chart, Words
from imppulse.charts.series import Course, Moment, Period, series_chart
from imppulse.evidence.disclosure.disclosure import PUBLISHED_THRESHOLD
from imppulse.network.choices import Measure
from imppulse.network.choices import Period as Rhythm
from imppulse.network.models import Incident, Series, SeriesValue, Territory
from imppulse.reporting.language import Language


@dataclass(frozen=True)
class NumberedIncident:
    """An incident with the number that stands beside it in the pictures."""

    number: int
    incident: Incident


@dataclass(frozen=True)
class SeriesPicture:
    series: Series
    wide: Chart
    narrow: Chart
    hidden: int
    cases_unknown: bool


def numbered(territory: Territory) -> list[NumberedIncident]:
    found = territory.incidents.all()
    return [NumberedIncident(n, each) for n, each in enumerate(found, start=1)]


def series_pictures(
    several: Iterable[Series], territory: Territory
) -> list[SeriesPicture]:
    """Draw every series that has values; one without is left out here."""
    language = Language(get_language() or "en")
    known = numbered(territory)
    return [picture(one, known, language) for one in several if one.values.all()]


def is_hidden(value: SeriesValue, measure: str) -> bool:
    """Tell whether fewer than the threshold stand behind a value; none at all names nobody."""
    cases = value.cases
    if cases is None and measure == Measure.COUNT:
        cases = round(value.value)
    return cases is not None and 0 < cases < PUBLISHED_THRESHOLD


def picture(
    series: Series, known: list[NumberedIncident], language: Language
) -> SeriesPicture:
    values = list(series.values.all())
    course = _course(series, values, known=known, language=language)
    words = _words(series, course, language)
    return SeriesPicture(
        series,
        wide=series_chart(course, words=words),
        narrow=series_chart(course, words=words, size="narrow"),
        hidden=sum(p.value is None for p in course.periods),
        cases_unknown=series.measure == Measure.RATE
        and any(value.cases is None for value in values),
    )


def _course(
    series: Series,
    values: list[SeriesValue],
    *,
    known: list[NumberedIncident],
    language: Language,
) -> Course:
    step = 1 / 12 if series.period == Rhythm.MONTH else 1.0
    shown = [
        each
        for each in known
        if values[0].begins_on <= each.incident.happened_on
        and decimal_year(each.incident.happened_on) < decimal_year(values[-1].begins_on) + step
    ]  # fmt: skip
    cuts = {cut.begins_on: str(cut.get_kind_display()) for cut in series.breaks.all()}
    # A yearly value stands in its year, a monthly one at the start of its month.
    return Course(
        tuple(_period(series, v, cuts=cuts, language=language) for v in values),
        step,
        tuple(Moment(decimal_year(day), kind) for day, kind in cuts.items()),
        tuple(
            Moment(_moment(series, each.incident.happened_on), str(each.number))
            for each in shown
        ),
    )


def _moment(series: Series, day: date) -> float:
    """Place a day where its own period stands: the dot of a year is not its first day."""
    return decimal_year(day) - (0.5 if series.period == Rhythm.YEAR else 0.0)


def _period(
    series: Series, value: SeriesValue, *, cuts: dict[date, str], language: Language
) -> Period:
    hidden = is_hidden(value, series.measure)
    words = (
        _("fewer than %d") % PUBLISHED_THRESHOLD
        if hidden
        else written(value.value, language)
    )
    reason = cuts.get(value.begins_on, "")
    return Period(
        decimal_year(value.begins_on),
        period_name(series, value.begins_on),
        None if hidden else value.value,
        words,
        _("break: %s") % reason if reason else "",
    )


def _words(series: Series, course: Course, language: Language) -> Words:
    name, unit = (_text(series, field, language.code) for field in ("name", "unit"))
    last = course.periods[-1]
    return Words(
        title=_("%(name)s: %(value)s in %(period)s")
        % {"name": name, "value": last.words, "period": last.name},
        axis=_axis(unit, course),
        alt=_alt(course),
        columns=(_("Period"), unit, _("Remark")),
        language=language.code,
        simulated=_("Simulated data, fictional city") if series.simulated else "",
    )


def _axis(unit: str, course: Course) -> str:
    parts = [unit]
    if course.breaks:
        parts.append(_("dashed: break, figures on both sides are not the same thing"))
    if course.incidents:
        parts.append(_("numbered triangles: critical incidents"))
    if any(p.value is None for p in course.periods):
        parts.append(_("hatched: fewer than %d cases") % PUBLISHED_THRESHOLD)
    return " · ".join(parts)


def _alt(course: Course) -> str:
    first, last = course.periods[0], course.periods[-1]
    sentence = _("From %(first)s in %(begin)s to %(last)s in %(end)s; breaks: %(breaks)d; critical incidents: %(incidents)d.")  # fmt: skip
    return sentence % {
        "first": first.words,
        "begin": first.name,
        "last": last.words,
        "end": last.name,
        "breaks": len(course.breaks),
        "incidents": len(course.incidents),
    }


def written(value: float, language: Language) -> str:
    digits = 0 if value == round(value) else 1 if abs(value) >= 10 else 2
    return language.number(value, digits)


def period_name(series: Series, begins_on: date) -> str:
    if series.period == Rhythm.YEAR:
        return str(begins_on.year)
    return begins_on.strftime("%Y-%m")


def decimal_year(day: date) -> float:
    return day.year + (day.timetuple().tm_yday - 1) / 366


def _text(series: Series, field: str, language: str) -> str:
    text = series.text(field, language)
    return text.body if text else ""
