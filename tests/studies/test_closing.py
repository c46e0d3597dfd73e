import polars as pl
import pytest
from tests.studies.survey import (
    answered,
    files,
    make_study,
    plan_wave,
    rehearsed,
    send,
)

from imppulse.core.errors import Refused
from imppulse.core.models import AuditEvent
from imppulse.studies import actions, closing, codes, queries, sealing, storage
from imppulse.studies.models import Answer, Comment, Wave


def refused(call, *arguments, **named):
    with pytest.raises(Refused) as caught:
        call(*arguments, **named)
    return caught.value.code


def close(wave):
    return actions.close_wave(wave, key=actions.demonstration_key(wave), by="lead")


def fill(wave, count=12):
    return [send(wave, answered(number)) for number in range(count)]


def test_a_closed_wave_holds_what_was_answered(wave):
    fill(wave)
    send(wave, answered(3, side="police_officers"))
    closed = close(wave)
    frame = queries.closed_answers(closed)
    assert closed.respondents == frame.height == 13
    assert sorted(frame["local_trust"]) == sorted([*(n % 11 for n in range(12)), 3])
    assert set(frame["wave"]) == {1}
    assert set(frame["weight"]) == {1.0}
    assert set(frame["force"]) == {wave.study.force.slug}
    assert set(frame["side"]) == {"population", "police_officers"}
    assert "day" not in frame.columns


def test_ciphertexts_are_gone_once_the_file_is_there(wave, storage_folder):
    fill(wave)
    closed = close(wave)
    assert not Answer.objects.exists()
    assert closed.demonstration_key == ""
    assert len(files(storage_folder)) == 2
    assert closed.checksum[:16] in closed.file


def test_closing_is_noted_and_answers_are_not(wave):
    fill(wave, 3)
    before = AuditEvent.objects.count()
    close(wave)
    assert AuditEvent.objects.count() == before + 1
    event = AuditEvent.objects.first()
    assert (event.verb, event.by, event.facts["answers"]) == ("close", "lead", 3)


def test_outcomes_of_an_open_wave_exist_for_nobody(wave):
    fill(wave)
    assert refused(queries.closed_answers, wave) == "sealed"
    assert refused(actions.diagnose_wave, wave, by="coordinator") == "sealed"


def test_another_key_does_not_close(wave):
    fill(wave, 2)
    other = sealing.key_from_seed(sealing.make_seed())
    assert refused(actions.close_wave, wave, key=other, by="lead") == "wrong_key"


def test_a_missing_answer_stops_the_closing(wave, storage_folder):
    fill(wave)
    Answer.objects.first().delete()
    assert refused(close, wave) == "uneven_count"
    wave.refresh_from_db()
    assert wave.is_open
    assert files(storage_folder) == []


def test_a_planted_answer_stops_the_closing(wave):
    fill(wave, 2)
    planted = sealing.seal(answered(1), wave.public_key, wave.answer_bytes)
    Answer.objects.create(
        identifier="x", wave=wave, day="2026-04-15", ciphertext=planted
    )
    assert refused(close, wave) == "uneven_count"


@pytest.fixture(params=["note", "write", "second file"])
def broken_disk(request, monkeypatch):
    def fail(*_, **__):
        raise OSError("disk full")

    put = storage.put
    if request.param == "note":
        monkeypatch.setattr("imppulse.studies.actions.closing.note", fail)
    elif request.param == "write":
        monkeypatch.setattr(storage, "write", fail)
    else:
        monkeypatch.setattr(
            storage,
            "put",
            lambda name, data: fail() if "weights" in name else put(name, data),
        )
    return monkeypatch


def test_a_failure_leaves_the_wave_open_and_whole(wave, storage_folder, broken_disk):
    fill(wave)
    with pytest.raises(OSError, match="disk full"):
        close(wave)
    wave.refresh_from_db()
    assert wave.is_open
    assert wave.demonstration_key
    assert wave.answers.count() == 12
    assert files(storage_folder) == []
    broken_disk.undo()
    assert close(wave).respondents == 12


def test_what_a_killed_closing_left_is_removed(wave, storage_folder):
    fill(wave, 2)
    left = storage.location(f"waves/{storage.stem(wave)}-0123.parquet")
    left.parent.mkdir(parents=True)
    left.write_bytes(b"left")
    neighbour = storage.location(f"waves/{wave.study.slug}--11-0123.parquet")
    neighbour.write_bytes(b"another wave")
    closed = close(wave)
    names = [
        closed.file,
        closed.weights_file,
        str(neighbour.relative_to(storage_folder)),
    ]
    assert files(storage_folder) == sorted(name.split("/")[-1] for name in names)


def test_a_wave_closes_once(wave):
    fill(wave, 2)
    key = actions.demonstration_key(wave)
    actions.close_wave(wave, key=key, by="lead")
    assert refused(actions.close_wave, wave, key=key, by="lead") == "wrong_state"
    assert queries.closed_answers(Wave.objects.get()).height == 2


def test_a_closed_wave_never_changes(wave):
    fill(wave, 2)
    closed = close(wave)
    closed.respondents = 3
    assert refused(closed.save) == "closed_wave"
    assert Wave.objects.get(pk=closed.pk).respondents == 2


def test_a_file_that_was_touched_is_refused(wave):
    fill(wave)
    closed = close(wave)
    path = storage.location(closed.weights_file)
    path.write_bytes(storage.parquet(pl.DataFrame({"weight": [2.0] * 12})))
    with pytest.raises(storage.DamagedFile):
        queries.closed_answers(closed)


def test_weights_name_the_answers_they_belong_to(wave):
    fill(wave)
    closed = close(wave)
    closed.checksum = "0" * 64
    with pytest.raises(storage.DamagedFile):
        storage.read(closed)


def test_withdrawn_answers_are_not_in_the_file(wave):
    passes = fill(wave, 8)
    actions.withdraw(codes.written(sealing.withdrawal_secret(passes[0])))
    wave.refresh_from_db()
    assert wave.withdrawals == 1
    assert close(wave).respondents == 7


def test_an_answer_that_arrives_with_the_closing_is_refused(wave):
    close(wave)
    assert wave.is_open  # as it was read before the closing
    assert refused(send, wave, answered(1)) == "wrong_state"
    assert not Answer.objects.exists()


def test_a_wave_opens_once(planned):
    read_twice = Wave.objects.get()
    actions.open_wave(planned, by="lead")
    assert refused(actions.open_wave, read_twice, by="other") == "wrong_state"
    assert Wave.objects.get().public_key == planned.public_key


def test_a_small_stratum_loses_its_name(wave):
    for _ in range(6):
        send(wave, answered(0))
    for _ in range(5):
        send(wave, answered(1))
    send(wave, answered(2))
    frame = queries.closed_answers(close(wave))
    names = dict(frame["district"].value_counts().iter_rows())
    assert names == {"harbour": 6, "merged": 6}
    assert dict(frame["stratum"].value_counts().iter_rows()) == names


def test_an_empty_wave_closes(wave):
    assert close(wave).respondents == 0


def test_rows_are_shuffled_by_the_system(wave):
    frame = pl.DataFrame({"place": range(200)})
    orders = {tuple(closing.shuffled(frame)["place"]) for _ in range(5)}
    assert len(orders) == 5
    assert sorted(orders.pop()) == list(range(200))


# Real waves


def test_a_real_wave_closes_with_two_of_three_shares(db):
    wave = plan_wave(make_study(simulated=False))
    shares = rehearsed(wave)
    actions.open_wave(wave, by="lead")
    fill(wave, 3)
    assert wave.demonstration_key == ""
    assert refused(actions.demonstration_key, wave) == "no_key"
    key = actions.key_to_close(wave, shares[1:])
    assert actions.close_wave(wave, key=key, by="lead").respondents == 3


def test_a_real_wave_opens_only_with_reviewed_wording(db):
    wave = plan_wave(make_study(simulated=False))
    assert refused(actions.open_wave, wave, by="lead") == "wording_not_reviewed"


# Comments


def comments(closed):
    return sorted(storage.read_comments(closed).iter_rows())


def test_comments_lie_in_a_file_of_their_own(wave):
    for number in range(6):
        send(wave, answered(number), comment=f"remark {number}" if number else "")
    send(wave, answered(3, side="police_officers"), comment="from the force")
    closed = close(wave)
    assert queries.closed_answers(closed).height == 7
    assert "comment" not in queries.closed_answers(closed).columns
    said = [("merged", f"remark {number}") for number in range(1, 6)]
    assert comments(closed) == [("merged", "from the force"), *said]
    assert not Comment.objects.exists()


def test_without_comments_there_is_no_file_of_them(wave):
    fill(wave, 2)
    assert close(wave).comments_file == ""


def test_every_answer_has_a_comment_of_one_length(wave):
    for comment in ("", "a", "é" * 900):
        send(wave, answered(1), comment=comment)
    assert {len(c.ciphertext) for c in Comment.objects.all()} == {
        wave.comment_bytes + 48
    }
    assert Comment.objects.count() == Answer.objects.count() == 3


def test_withdrawal_takes_the_comment_too(wave):
    pass_ = send(wave, answered(1), comment="take me back")
    actions.withdraw(codes.written(sealing.withdrawal_secret(pass_)))
    assert (Answer.objects.count(), Comment.objects.count()) == (0, 0)
    wave.refresh_from_db()
    assert close(wave).respondents == 0


def test_a_missing_comment_stops_the_closing(wave):
    fill(wave, 2)
    Comment.objects.first().delete()
    assert refused(close, wave) == "uneven_count"
