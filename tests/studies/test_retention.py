"""Answers go on their day, or when two people say so; every erasure is written down."""

import datetime

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction
from tests.studies.survey import files
from tests.studies.test_pages import delivered
from tests.studies.test_weighting import closed_wave, weigh

from imppulse.core.errors import Refused
from imppulse.studies import actions, queries
from imppulse.studies.choices import ErasureKind
from imppulse.studies.models import Erasure, Retention


@pytest.fixture
def closed(db):
    return closed_wave(frame=delivered(residents=60, police_officers=20))


def refused(call, *arguments, **named):
    with pytest.raises(Refused) as caught:
        call(*arguments, **named)
    return caught.value.code


def asked(wave, kind, **what):
    return actions.ask_erasure(
        wave.study, kind, wave=wave, what=what, reason="a complaint", by="lead"
    )


def erase(wave, kind, django_capture_on_commit_callbacks, **what):
    with django_capture_on_commit_callbacks(execute=True):
        done = actions.erase(asked(wave, kind, **what), by="coordinator")
    wave.refresh_from_db()
    return done


def test_closing_gives_a_day_two_years_on(closed):
    kept = Retention.objects.get(wave=closed)
    assert 730 <= (kept.until - closed.closed_on).days <= 762
    assert kept.set_by == "lead"


def test_the_day_may_be_moved_but_not_for_ever(closed):
    later = closed.closed_on + datetime.timedelta(days=365)
    assert actions.set_retention(closed, later, by="lead").until == later
    never = closed.closed_on + datetime.timedelta(days=365 * 11)
    assert refused(actions.set_retention, closed, never, by="lead") == "retention_date"
    assert (
        refused(actions.set_retention, closed, closed.closed_on, by="lead")
        == "retention_date"
    )


def test_the_person_who_asks_does_not_erase(closed):
    ask = asked(closed, ErasureKind.WAVE)
    assert refused(actions.erase, ask, by="lead") == "second_person"
    with pytest.raises(IntegrityError), transaction.atomic():
        Erasure.objects.filter(pk=ask.pk).update(done_by="lead")
    assert queries.closed_answers(closed).height == 80


def test_one_question_is_erased_and_the_diagnosis_forgets_it(
    closed, storage_folder, django_capture_on_commit_callbacks
):
    actions.use_weighting(closed, weigh(closed, minimum=10).version, by="lead")
    before = closed.checksum
    done = erase(
        closed,
        ErasureKind.ITEM,
        django_capture_on_commit_callbacks,
        item="local_trust",
    )
    frame = queries.closed_answers(closed)
    assert "local_trust" not in frame.columns
    assert frame.height == 80
    assert closed.checksum != before
    assert done.facts == {"1": {"before": before, "after": closed.checksum}}
    assert all(row["item"] != "local_trust" for row in closed.diagnosis.items)
    assert closed.diagnosis.weighting.version == 1
    assert len(files(storage_folder)) == 3
    assert not any(before[:16] in name for name in files(storage_folder))


def test_the_answers_of_one_group_are_erased(
    closed, django_capture_on_commit_callbacks
):
    erase(
        closed,
        ErasureKind.ANSWERS,
        django_capture_on_commit_callbacks,
        side="police_officers",
    )
    assert set(queries.closed_answers(closed)["side"]) == {"population"}
    assert closed.respondents == 60


def test_nothing_is_erased_where_nothing_matches(closed):
    ask = asked(closed, ErasureKind.ANSWERS, district="atlantis")
    assert refused(actions.erase, ask, by="coordinator") == "nothing_to_erase"
    ask.refresh_from_db()
    assert ask.done_at is None


def test_cron_erases_what_is_due_and_keeps_what_was_published(
    closed, storage_folder, django_capture_on_commit_callbacks, capsys
):
    call_command("erase_due")
    assert capsys.readouterr().out == "0 waves\n0 delivered files\n"
    Retention.objects.update(until=closed.closed_on)
    with django_capture_on_commit_callbacks(execute=True):
        call_command("erase_due")
    closed.refresh_from_db()
    assert files(storage_folder) == []
    assert refused(queries.closed_answers, closed) == "erased"
    assert closed.diagnosis.results["respondents"]
    line = Erasure.objects.get()
    assert (line.kind, line.asked_by, line.done_by) == ("wave", "lead", "retention")
    call_command("erase_due")
    assert Erasure.objects.count() == 1


def test_a_whole_study_is_erased(
    closed, storage_folder, django_capture_on_commit_callbacks
):
    ask = actions.ask_erasure(
        closed.study, ErasureKind.STUDY, reason="the study ends", by="lead"
    )
    with django_capture_on_commit_callbacks(execute=True):
        actions.erase(ask, by="coordinator")
    closed.refresh_from_db()
    assert files(storage_folder) == []
    assert not hasattr(closed, "diagnosis")
