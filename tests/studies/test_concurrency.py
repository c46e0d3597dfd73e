"""Many hands at once, on a database file as a city runs it."""

import shutil
from concurrent.futures import ThreadPoolExecutor

import pytest
from tests.studies.database_file import release, use_database
from tests.studies.survey import TODAY, answered, make_study, plan_wave, send

from imppulse.core.errors import Refused
from imppulse.studies import actions
from imppulse.studies.models import Wave


@pytest.fixture
def path(template, tmp_path, django_db_blocker):
    path = tmp_path / "city.sqlite3"
    shutil.copy(template, path)
    with django_db_blocker.unblock():
        default = use_database(path)
        yield path
        release(default)


def outcome(path, step):
    """Take a step with a connection of its own, as a server's worker does."""
    default = use_database(path)
    try:
        step()
    except Refused as refused:
        return refused.code
    finally:
        release(default)
    return "done"


def at_once(path, steps):
    with ThreadPoolExecutor(len(steps)) as workers:
        return sorted(workers.map(lambda step: outcome(path, step), steps))


@pytest.fixture
def wave(path):
    wave = plan_wave(make_study())
    actions.open_wave(wave, by="lead")
    return wave


def test_a_pass_is_spent_once_however_many_try(path, wave):
    pass_ = actions.hand_out_pass(wave)

    def submit():
        actions.submit_answer(wave, pass_=pass_, record=answered(1), on=TODAY)

    assert at_once(path, [submit] * 6) == [*["already_received"] * 5, "done"]
    assert wave.answers.count() == wave.passes.filter(spent=True).count() == 1


def test_no_answer_is_lost_when_many_arrive_together(path, wave):
    steps = [lambda n=n: send(wave, answered(n)) for n in range(8)]
    assert at_once(path, steps) == ["done"] * 8
    assert wave.answers.count() == 8


def test_a_wave_closes_once_and_keeps_its_file(path, wave, storage_folder):
    for number in range(8):
        send(wave, answered(number))
    key = actions.demonstration_key(wave)

    def close():
        actions.close_wave(wave, key=key, by="lead")

    assert at_once(path, [close] * 3) == ["done", "wrong_state", "wrong_state"]
    closed = Wave.objects.get()
    assert closed.respondents == 8
    assert (storage_folder / closed.file).exists()
    assert (storage_folder / closed.weights_file).exists()
