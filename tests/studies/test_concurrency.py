"""Many hands at once, on a database file as a city runs it."""

import shutil
from functools import partial

import pytest
from tests.studies.database_file import at_once, release, use_database
from tests.studies.survey import TODAY, answered, make_study, plan_wave, send

from imppulse.studies import actions
from imppulse.studies.models import Wave


@pytest.fixture
def city(template, tmp_path, django_db_blocker):
    path = tmp_path / "city.sqlite3"
    shutil.copy(template, path)
    with django_db_blocker.unblock():
        default = use_database(path)
        yield partial(use_database, path)
        release(default)


@pytest.fixture
def wave(city):
    wave = plan_wave(make_study())
    actions.open_wave(wave, by="lead")
    return wave


def test_a_pass_is_spent_once_however_many_try(city, wave):
    pass_ = actions.hand_out_pass(wave)

    def submit():
        actions.submit_answer(wave, pass_=pass_, record=answered(1), on=TODAY)

    assert at_once(city, [submit] * 6) == [*["already_received"] * 5, "done"]
    assert wave.answers.count() == wave.passes.filter(spent=True).count() == 1


def test_no_answer_is_lost_when_many_arrive_together(city, wave):
    steps = [lambda n=n: send(wave, answered(n)) for n in range(8)]
    assert at_once(city, steps) == ["done"] * 8
    assert wave.answers.count() == 8


def test_a_wave_closes_once_and_keeps_its_file(city, wave, storage_folder):
    for number in range(8):
        send(wave, answered(number))
    key = actions.demonstration_key(wave)

    def close():
        actions.close_wave(wave, key=key, by="lead")

    assert at_once(city, [close] * 3) == ["done", "wrong_state", "wrong_state"]
    closed = Wave.objects.get()
    assert closed.respondents == 8
    assert (storage_folder / closed.file).exists()
    assert (storage_folder / closed.weights_file).exists()
