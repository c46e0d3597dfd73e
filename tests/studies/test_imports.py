"""From a delivered file to a closed wave: nothing half, nothing rare shown to the wrong person."""

import polars as pl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import translation
from tests.factories.accounts import RoleFactory
from tests.factories.studies import TerritoryFactory
from tests.studies.survey import files

from imppulse.core.errors import Refused
from imppulse.core.models import AuditEvent
from imppulse.network.choices import RoleKind
from imppulse.studies import actions, pending, queries
from imppulse.studies.models import Wave
from imppulse.tables.deliveries import Mapping, write_mapping

pytestmark = pytest.mark.django_db

HEADER = "token,ipaddr,side,trust,fair_respect,weight\n"
GOOD = HEADER + "".join(
    f"t{n},10.0.0.{n},population,{n % 11},A{n % 4 + 1},1.5\n" for n in range(24)
)


def receive(wave, text=GOOD, name="answers.csv"):
    actions.receive(wave, text.encode(), name=name, by="lead")
    return pending.read(wave)


def mapped(wave, **columns):
    delivery = pending.read(wave)
    names = {**delivery.mapping.columns, **columns}
    values, constants = delivery.mapping.values, delivery.mapping.constants
    actions.map_columns(wave, Mapping(names, values, constants), by="lead")


def enter(client, wave, kind=RoleKind.PREVENTION_LEAD):
    role = RoleFactory(kind=kind, territory=wave.study.territory)
    client.force_login(role.person)


def address(wave, name="import"):
    with translation.override("en"):
        return reverse(f"studies:{name}", args=[wave.study.slug, wave.number])


def test_a_file_is_taken_whole_and_closes_its_wave(planned):
    receive(planned)
    mapped(planned, trust="local_trust")
    closed = actions.take(planned, by="lead")
    frame = queries.closed_answers(closed)
    assert (closed.respondents, frame.height) == (24, 24)
    assert sorted(frame["local_trust"]) == sorted(n % 11 for n in range(24))
    assert frame["fair_respect"].value_counts().sort("fair_respect").rows() == [(code, 6) for code in (1, 2, 3, 4)]  # fmt: skip
    assert set(frame["weight"]) == {1.5}
    assert closed.diagnosis.results["respondents"][0]["n"] == 24
    assert pending.read(planned) is None


def test_what_tells_who_answered_is_never_written_down(planned, storage_folder):
    delivery = receive(planned)
    assert delivery.traces == ("token", "ipaddr")
    kept = b"".join(
        path.read_bytes() for path in storage_folder.rglob("*") if path.is_file()
    )
    assert b"10.0.0.7" not in kept
    assert "token" not in pl.read_parquet(storage_folder.rglob("table.parquet").__next__()).columns  # fmt: skip


def test_one_wrong_value_stops_all_of_it(planned, storage_folder):
    receive(planned, GOOD + "t,1,population,3,A9,1\n")
    before = files(storage_folder)
    with pytest.raises(Refused) as refused:
        actions.take(planned, by="lead")
    assert refused.value.code == "delivery_value_unknown"
    assert "row 26, column “fair_respect”: found “A9”" in str(refused.value)
    assert files(storage_folder) == before
    assert Wave.objects.get(pk=planned.pk).state == "planned"


def test_a_file_that_cannot_be_read_leaves_nothing(planned, storage_folder):
    with pytest.raises(Refused) as refused:
        receive(planned, "a,b\n1\n")
    assert refused.value.code == "ragged_row"
    assert files(storage_folder) == []


def test_only_a_planned_wave_receives(wave):
    with pytest.raises(Refused) as refused:
        receive(wave)
    assert refused.value.code == "wrong_state"


def test_a_file_that_waited_too_long_is_gone(planned, monkeypatch):
    receive(planned)
    monkeypatch.setattr(pending, "KEPT", -pending.KEPT)
    assert pending.read(planned) is None
    assert files(pending.folder(planned)) == []


def test_the_nightly_clean_up_deletes_what_waited_too_long(planned, monkeypatch):
    receive(planned)
    assert pending.sweep() == 0
    monkeypatch.setattr(pending, "KEPT", -pending.KEPT)
    assert pending.sweep() == 1
    assert files(pending.folder(planned)) == []


def test_receiving_mapping_and_importing_are_noted(planned):
    receive(planned)
    mapped(planned, trust="local_trust")
    actions.take(planned, by="lead")
    verbs = set(AuditEvent.objects.values_list("verb", flat=True))
    assert {"receive", "map", "import"} <= verbs


def test_the_page_reads_a_file_and_shows_no_row_to_the_lead(client, planned):
    enter(client, planned)
    file = SimpleUploadedFile(
        "answers.csv", (GOOD + "t,1,population,3,A9,1\n").encode()
    )
    page = client.post(address(planned), {"file": file}, follow=True).text
    assert "This file cannot be imported yet" in page
    assert "Some values are no answers, in: fair_respect." in page
    assert "A9" not in page
    assert "First rows" not in page
    enter(client, planned, RoleKind.EVALUATOR)
    page = client.get(address(planned)).text
    assert "row 26, column “fair_respect”: found “A9”" in page
    assert "First rows, as they would be stored" in page


def test_choices_of_the_page_become_the_mapping(client, planned):
    receive(planned)
    enter(client, planned, RoleKind.EVALUATOR)
    columns = list(pending.read(planned).mapping.columns)
    choices = dict(pending.read(planned).mapping.columns) | {"trust": "local_trust"}
    posted = {f"column-{i}": choices[name] for i, name in enumerate(columns)}
    client.post(address(planned, "map_import"), posted)
    assert pending.read(planned).mapping.by_target["local_trust"] == "trust"
    page = client.get(address(planned)).text
    assert "This file can be imported" in page
    assert "Import and close the wave" not in page
    assert client.post(address(planned, "take_import")).status_code == 404


def test_the_lead_imports_by_page_in_french(client, planned):
    receive(planned)
    enter(client, planned)
    with_trust = write_mapping(
        Mapping({**pending.read(planned).mapping.columns, "trust": "local_trust"})
    )
    file = SimpleUploadedFile("m.toml", with_trust.encode())
    client.post(address(planned, "map_by_file"), {"file": file})
    french = client.get(address(planned).replace("/en/", "/fr/")).text
    assert "Ce fichier peut être importé" in french
    given = client.get(address(planned, "mapping_file"))
    assert given.text == with_trust
    page = client.post(address(planned, "take_import"), follow=True).text
    assert "The file is imported, and the wave is closed." in page


def test_a_file_can_be_discarded(client, planned):
    receive(planned)
    enter(client, planned)
    client.post(address(planned, "discard_import"))
    assert pending.read(planned) is None
    page = client.get(address(planned)).text
    assert "Import answers that were collected elsewhere" in page


def test_a_request_too_large_is_turned_away_unread(client, planned):
    enter(client, planned)
    answer = client.post(address(planned), {}, headers={"content-length": str(10**10)})
    assert answer.status_code == 302
    assert "larger than 32 MB" in client.get(address(planned)).text


def test_a_form_from_elsewhere_is_refused(planned):
    from django.test import Client  # noqa: PLC0415 (one that checks CSRF)

    client = Client(enforce_csrf_checks=True)
    enter(client, planned)
    assert client.post(address(planned), {}).status_code == 403


@pytest.mark.parametrize("kind", [RoleKind.TRANSLATOR, RoleKind.PREVENTION_LEAD])
def test_others_learn_nothing(client, planned, kind):
    role = RoleFactory(kind=kind, territory=TerritoryFactory())
    client.force_login(role.person)
    assert client.get(address(planned)).status_code == 404
