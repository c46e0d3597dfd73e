import itertools

import pytest

from imppulse.core.errors import Refused
from imppulse.studies import sealing


@pytest.fixture
def seed_and_key():
    return sealing.make_key_pair()


def test_only_the_private_key_reads_an_answer(seed_and_key):
    seed, public_key = seed_and_key
    record = {"side": "population", "answers": {"local_trust": 7}}
    ciphertext = sealing.seal(record, public_key, 1024)
    key = sealing.key_from_seed(seed)
    assert sealing.unseal(ciphertext, key, 1024) == record
    other = sealing.key_from_seed(sealing.make_seed())
    with pytest.raises(sealing.CryptoError):
        sealing.unseal(ciphertext, other, 1024)


def test_every_answer_of_a_wave_has_one_length(seed_and_key):
    public_key = seed_and_key[1]
    lengths = {
        len(sealing.seal({"answers": "x" * size}, public_key, 512))
        for size in (0, 1, 100, 400)
    }
    assert lengths == {512 + 48}


def test_a_longer_answer_is_refused_rather_than_seen(seed_and_key):
    with pytest.raises(Refused) as refused:
        sealing.seal({"answers": "x" * 512}, seed_and_key[1], 512)
    assert refused.value.code == "too_long"


def test_the_same_answer_never_looks_the_same(seed_and_key):
    public_key = seed_and_key[1]
    assert sealing.seal({}, public_key, 64) != sealing.seal({}, public_key, 64)


@pytest.mark.parametrize("pair", list(itertools.permutations(range(3), 2)))
def test_any_two_of_three_shares_make_the_key(seed_and_key, pair):
    seed, public_key = seed_and_key
    parts = sealing.shares(seed)
    joined = sealing.join_shares([parts[index] for index in pair], public_key)
    assert bytes(joined) == bytes(sealing.key_from_seed(seed))


def wrong_pairs(seed):
    parts = sealing.shares(seed)
    foreign = sealing.shares(sealing.make_seed())
    return [
        [parts[0], foreign[1]],
        [parts[0], parts[0]],
        [parts[0]],
        list(parts),
        [parts[0], "nonsense"],
        [],
    ]


@pytest.mark.parametrize("number", range(6))
def test_wrong_shares_are_refused(seed_and_key, number):
    seed, public_key = seed_and_key
    with pytest.raises(Refused) as refused:
        sealing.join_shares(wrong_pairs(seed)[number], public_key)
    assert refused.value.code == "wrong_shares"


def test_shares_are_written_for_people():
    share = sealing.shares(sealing.make_seed())[0]
    assert [len(group) for group in share.split("-")] == [6, 6, 6, 6, 6]


def test_what_is_derived_for_one_purpose_tells_nothing_of_another():
    secret = b"0" * 16
    values = {sealing.derive(secret, purpose) for purpose in ("row", "pass", "draft")}
    assert len(values) == 3


def test_a_draft_opens_with_its_pass_only():
    pass_ = sealing.make_pass()
    draft = {"step": 3, "answers": {"local_trust": 7}}
    sealed = sealing.seal_draft(draft, pass_)
    assert sealing.open_draft(sealed, pass_) == draft
    assert "local_trust" not in sealed


@pytest.mark.parametrize("tampered", ["", "x", "é", "AAAA", "{}", "A" * 200])
def test_a_tampered_draft_is_refused(tampered):
    with pytest.raises(Refused) as refused:
        sealing.open_draft(tampered, sealing.make_pass())
    assert refused.value.code == "draft"


def test_a_changed_draft_is_refused():
    pass_ = sealing.make_pass()
    sealed = sealing.seal_draft({"step": 1}, pass_)
    with pytest.raises(Refused):
        sealing.open_draft(
            sealed[:30] + ("A" if sealed[30] != "A" else "B") + sealed[31:], pass_
        )
    with pytest.raises(Refused):
        sealing.open_draft(sealed, sealing.make_pass())
