"""Administrative series: read whole or refused by row and column, never shown under the threshold."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.factories.accounts import PersonFactory, RoleFactory
from tests.factories.network import IncidentFactory, SeriesFactory, SeriesValueFactory
from tests.factories.studies import TerritoryFactory

from imppulse.core.actions import add_texts
from imppulse.core.errors import Refused
from imppulse.core.models import AuditEvent
from imppulse.network import actions
from imppulse.network.choices import BreakKind, RoleKind
from imppulse.network.models import Incident, Series, SeriesValue
from imppulse.network.pictures import is_hidden, series_pictures
from imppulse.network.series_file import ValueRow, decoded, read_values

YEARLY = {"period": "year", "measure": "count"}
MONTHLY = {"period": "month", "measure": "rate"}


def mistakes(text, **kinds):
    reading = read_values(text, **(YEARLY | kinds))
    assert reading.rows == ()
    return [(each.row, each.column) for each in reading.mistakes]


@pytest.mark.parametrize("sign", [";", ",", "\t"])
def test_a_table_is_read_with_any_usual_delimiter(sign):
    table = "period;value;cases\n2023;1204;\n2024;1350;40\n".replace(";", sign)
    assert read_values(table, **YEARLY).rows == (
        ValueRow(date(2023, 1, 1), 1204.0),
        ValueRow(date(2024, 1, 1), 1350.0, 40),
    )


def test_months_and_decimal_commas_are_read():
    reading = read_values("Période;Valeur\n2025-03;4,5\n2025-04;−1 200,25", **MONTHLY)
    assert [(r.begins_on, r.value) for r in reading.rows] == [
        (date(2025, 3, 1), 4.5),
        (date(2025, 4, 1), -1200.25),
    ]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", [(1, "")]),
        ("year;value\n2024;1", [(1, "period")]),
        ("period;number\n2024;1", [(1, "value")]),
        ("period;value\n", [(2, "")]),
        ("period;value\n2024-01;1", [(2, "period")]),
        ("period;value\n24;1\n2024;x", [(2, "period"), (3, "value")]),
        ("period;value\n2024;", [(2, "value")]),
        ("period;value\n2024;1.5", [(2, "value")]),
        ("period;value\n2024;-3", [(2, "value")]),
        ("period;value\n2024;³", [(2, "value")]),
        ("période;valeur;nombre\n2024;3;x", [(2, "nombre")]),
        ("period;value\n2023;1\n\n2023;2", [(4, "period")]),
    ],
)
def test_a_wrong_cell_is_named_and_nothing_is_kept(text, found):
    assert mistakes(text) == found


@given(st.text(max_size=400), st.sampled_from([YEARLY, MONTHLY]))
def test_whatever_is_pasted_is_read_or_refused(text, kinds):
    reading = read_values("period;value;cases\n" + text, **kinds)
    assert bool(reading.rows) != bool(reading.mistakes)


@given(st.binary(max_size=300))
def test_whatever_is_uploaded_is_read_or_refused(content):
    reading = read_values(decoded(content), **YEARLY)
    assert bool(reading.rows) != bool(reading.mistakes)


@pytest.mark.parametrize(
    ("measure", "value", "cases", "hidden"),
    [
        ("count", 0, None, False),
        ("count", 1, None, True),
        ("count", 9, None, True),
        ("count", 10, None, False),
        ("rate", 3.2, None, False),
        ("rate", 3.2, 9, True),
        ("rate", 3.2, 10, False),
        ("count", 400, 9, True),
    ],
)
def test_under_ten_cases_a_value_is_hidden(measure, value, cases, hidden):
    assert is_hidden(SeriesValue(value=value, cases=cases), measure) is hidden


@pytest.fixture
def series(db):
    found = SeriesFactory()
    wordings = {"name": {"en": "Reports", "fr": "Signalements"}, "unit": {"en": "reports", "fr": "signalements"}}  # fmt: skip
    add_texts(found, wordings, by="ana", published_by="bea")
    for year, value in ((2019, 333), (2020, 7), (2021, 350)):
        SeriesValueFactory(series=found, begins_on=date(year, 1, 1), value=value)
    return found


def test_a_hidden_value_is_nowhere_on_the_page(client, series):
    page = client.get(series.get_absolute_url()).content.decode()
    assert "fewer than 10" in page
    assert ">7<" not in page
    assert "7.0" not in page


def test_breaks_and_incidents_stand_in_the_picture(series):
    actions.add_break(series, begins_on=date(2021, 1, 1), kind=BreakKind.LAW, by="ana")
    IncidentFactory(territory=series.territory)
    IncidentFactory(territory=series.territory, happened_on=date(1999, 1, 1))
    (picture,) = series_pictures([series], series.territory)
    assert "new law" in picture.wide.svg
    assert "critical incidents: 1." in picture.wide.alt
    assert picture.wide.table.rows[2][2] == "break: new law"
    assert picture.hidden == 1


def test_corrected_values_are_noted_with_what_they_were(series):
    rows = (ValueRow(date(2019, 1, 1), 330.0), ValueRow(date(2022, 1, 1), 400.0))
    actions.record_values(series, rows, by="ana")
    assert [v.value for v in series.values.all()] == [330, 7, 350, 400]
    event = AuditEvent.objects.filter(verb="record_values").get()
    assert event.facts == {"count": 2, "corrected": {"2019-01-01": 333.0}}


def test_a_published_series_stays(series):
    with pytest.raises(Refused) as refused:
        actions.delete_series(series, by="ana")
    assert refused.value.code == "published"


@pytest.fixture
def lead(client, db):
    here = TerritoryFactory()
    person = PersonFactory()
    RoleFactory(person=person, kind=RoleKind.PREVENTION_LEAD, territory=here)
    client.force_login(person)
    return here


FORM = {
    "name": "Reports", "definition": "Reports of noise.", "unit": "reports",
    "measure": "count", "period": "year", "source_title": "The city",
}  # fmt: skip


def test_a_series_joins_by_page_and_waits_for_a_second_person(client, lead):
    answer = client.post(f"/en/territories/{lead.slug}/series/new/", FORM)
    series = Series.objects.get()
    values = f"/en/territories/{lead.slug}/series/{series.pk}/values/"
    assert answer.url == values
    page = client.post(values, {"table": "period;value\n2024;x"}).content.decode()
    assert "Row 2, column “value”: found “x”; write a number" in page
    table = {"table": "period;value\n2024;412"}
    assert "1 value was read" in client.post(values, table).content.decode()
    assert not series.values.exists()
    client.post(values, table | {"keep": "1"})
    assert series.values.get().value == 412
    client.logout()
    assert client.get(series.get_absolute_url()).status_code == 404


def test_an_incident_is_a_day_and_a_kind(client, lead):
    address = f"/en/territories/{lead.slug}/incidents/"
    client.post(address, {"happened_on": "2021-06-12", "kind": "unrest"})
    incident = Incident.objects.get()
    fields = {field.name for field in Incident._meta.fields}
    assert fields == {"id", "territory", "happened_on", "kind", "written_by"}
    client.post(f"{address}{incident.pk}/remove/")
    assert not Incident.objects.exists()


@pytest.mark.parametrize("page", ["series/new/", "incidents/", "people/", "change/", "delete/"])  # fmt: skip
def test_strangers_do_not_find_the_working_pages(client, lead, page):
    there = TerritoryFactory()
    assert client.get(f"/en/territories/{there.slug}/{page}").status_code == 404
    client.logout()
    assert client.get(f"/en/territories/{lead.slug}/{page}").status_code == 404
