"""Many hands at once, on PostgreSQL."""

import pytest
from tests.studies.database_file import at_once
from tests.studies.survey import TODAY, answered, make_study, plan_wave, send

from imppulse.studies import actions, codes, sealing
from imppulse.studies.models import Answer, Wave

pytestmark = [pytest.mark.postgres, pytest.mark.slow]


@pytest.fixture
def wave(city):
    wave = plan_wave(make_study())
    actions.open_wave(wave, by="lead")
    return wave


def code(pass_):
    return codes.written(sealing.withdrawal_secret(pass_))


def test_a_pass_is_spent_once_however_many_try(city, wave):
    pass_ = actions.hand_out_pass(wave)

    def submit():
        actions.submit_answer(wave, pass_=pass_, record=answered(1), on=TODAY)

    assert at_once(city, [submit] * 6) == [*["already_received"] * 5, "done"]
    assert wave.answers.count() == wave.passes.filter(spent=True).count() == 1


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


def test_what_arrives_while_a_wave_closes_is_in_the_file_or_refused(city, wave):
    given = [code(send(wave, answered(number))) for number in range(8)]
    key = actions.demonstration_key(wave)
    steps = [lambda n=n: send(wave, answered(n)) for n in range(6)]
    steps[3:3] = [lambda: actions.close_wave(wave, key=key, by="lead")]
    steps += [lambda c=c: actions.withdraw(c) for c in given[:3]]
    ends = at_once(city, steps)
    assert set(ends) <= {"done", "wrong_state", "no_such_answer"}
    sent = 8 + 6 - ends.count("wrong_state")
    withdrawn = 3 - ends.count("no_such_answer")
    closed = Wave.objects.get()
    assert closed.respondents == sent - withdrawn
    assert closed.withdrawals == withdrawn
    assert Answer.objects.count() == 0
