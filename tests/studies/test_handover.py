"""The key of a real wave: three holders, three shares seen once, a rehearsal that proves them."""

import pytest
from tests.studies.survey import (
    HOLDERS,
    TODAY,
    answered,
    make_study,
    plan_wave,
    rehearsed,
    reviewed,
    send,
    shares_handed_out,
)
from tests.studies.test_closing import refused

from imppulse.core.models import AuditEvent
from imppulse.studies import actions, sealing
from imppulse.studies.models import Answer, Comment, HandOver, KeyHolder, Pass, Wave


@pytest.fixture
def wave(db):
    return reviewed(plan_wave(make_study(simulated=False)))


def stored_text():
    """Everything that the tables of keys and waves hold, as one text."""
    rows = [m.objects.values_list() for m in (HandOver, KeyHolder, Wave, AuditEvent)]
    return str([list(found) for found in rows])


def test_each_share_is_shown_once_and_stored_nowhere(wave):
    actions.name_key_holders(wave, HOLDERS, by="lead")
    first = actions.begin_handover(wave, by="lead")
    sheets = [actions.show_next_share(wave, first, on=TODAY)]
    assert refused(actions.show_next_share, wave, first, on=TODAY) == "draft"
    while sheets[-1].rest:
        sheets.append(actions.show_next_share(wave, sheets[-1].rest, on=TODAY))
    assert [sheet.place for sheet in sheets] == [1, 2, 3]
    assert len({sheet.share for sheet in sheets}) == 3
    assert refused(actions.show_next_share, wave, sheets[1].rest, on=TODAY) == (
        "shown_once"
    )
    assert not any(sheet.share in stored_text() for sheet in sheets)
    assert not HandOver.objects.exists()
    wave.refresh_from_db()
    for pair in ((0, 1), (0, 2), (1, 2)):
        key = sealing.join_shares([sheets[i].share for i in pair], wave.public_key)
        assert sealing.public_name(key) == wave.public_key


def test_the_page_of_one_holder_does_not_give_away_the_others(wave):
    actions.name_key_holders(wave, HOLDERS, by="lead")
    rest = actions.begin_handover(wave, by="lead")
    sheet = actions.show_next_share(wave, rest, on=TODAY)
    key = HandOver.objects.get().key
    actions.show_next_share(wave, sheet.rest, on=TODAY)
    # The key that locked what the first page carried is gone by now.
    assert key != HandOver.objects.get().key
    assert refused(actions.show_next_share, wave, sheet.rest, on=TODAY) == "draft"


@pytest.mark.parametrize(
    ("holders", "code"),
    [
        (HOLDERS[:2], "three_holders"),
        ((*HOLDERS[:2], ("administrator", "Host")), "three_holders"),
        ((*HOLDERS[:2], ("notary", "")), "three_holders"),
        ([(role, "Town hall") for role, _ in HOLDERS], "same_hands"),
    ],
)
def test_three_holders_of_two_houses(wave, holders, code):
    assert refused(actions.name_key_holders, wave, holders, by="lead") == code


def test_no_key_without_its_holders(wave):
    assert refused(actions.begin_handover, wave, by="lead") == "three_holders"


def test_a_wave_is_rehearsed_before_it_opens(wave):
    assert refused(actions.start_rehearsal, wave, by="lead") == "key_holders"
    shares_handed_out(wave)
    assert refused(actions.open_wave, wave, by="lead") == "not_rehearsed"


def test_a_new_hand_over_needs_a_new_rehearsal(db):
    wave = plan_wave(make_study(simulated=False))
    rehearsed(wave)
    shares_handed_out(wave)
    assert refused(actions.open_wave, wave, by="lead") == "not_rehearsed"


def test_a_rehearsal_leaves_nothing(wave):
    shares = shares_handed_out(wave)
    actions.start_rehearsal(wave, by="lead")
    wave.refresh_from_db()
    for number in range(3):
        send(wave, answered(number), comment="a test")
    links = {link.token for link in wave.links.all()}
    key = actions.key_to_close(wave, shares[1:])
    assert actions.end_rehearsal(wave, key=key, on=TODAY, by="lead") == 3
    assert not any(m.objects.exists() for m in (Answer, Comment, Pass))
    wave.refresh_from_db()
    assert (wave.rehearsed_on, wave.withdrawals) == (TODAY, 0)
    actions.open_wave(wave, by="lead")
    wave.refresh_from_db()
    assert wave.public_key == sealing.public_name(key)
    assert not links & {link.token for link in wave.links.all()}


def test_a_rehearsal_ends_with_shares_that_work_and_an_answer(wave):
    shares = shares_handed_out(wave)
    actions.start_rehearsal(wave, by="lead")
    wave.refresh_from_db()
    other = sealing.key_from_seed(sealing.make_seed())
    facts = {"on": TODAY, "by": "lead"}
    assert refused(actions.end_rehearsal, wave, key=other, **facts) == "wrong_key"
    key = actions.key_to_close(wave, shares[:2])
    assert refused(actions.end_rehearsal, wave, key=key, **facts) == "nothing_rehearsed"


def test_destroyed_shares_are_recorded_after_the_closing(db):
    wave = plan_wave(make_study(simulated=False))
    shares = rehearsed(wave)
    actions.open_wave(wave, by="lead")
    assert refused(actions.record_destroyed_share, wave, 1, by="lead") == "wrong_state"
    actions.close_wave(wave, key=actions.key_to_close(wave, shares[:2]), by="lead")
    actions.record_destroyed_share(wave, 1, by="lead")
    assert refused(actions.record_destroyed_share, wave, 1, by="lead") == (
        "no_such_share"
    )
    destroyed = wave.key_holders.exclude(destroyed_on=None)
    assert [holder.place for holder in destroyed] == [1]
    assert AuditEvent.objects.filter(verb="destroy_share").count() == 1
