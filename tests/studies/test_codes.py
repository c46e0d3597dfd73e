import pytest
from hypothesis import given
from hypothesis import strategies as st

from imppulse.studies import codes


@given(st.binary(min_size=10, max_size=10))
def test_a_code_reads_back_however_it_is_typed(data):
    code = codes.written(data)
    assert len(code.replace("-", "")) == 18
    assert codes.read(code, 10) == data
    typed = code.lower().replace("-", " ").replace("0", "o").replace("1", "l")
    assert codes.read(f" {typed}\n", 10) == data


@given(st.binary(min_size=17, max_size=17))
def test_a_longer_code_reads_back(data):
    assert codes.read(codes.written(data), 17) == data


def test_codes_use_no_letter_that_looks_like_another():
    assert not set("ILOU") & set(codes.CROCKFORD)


@pytest.mark.parametrize(
    "typed", ["", "A", "K1", "000000-000000", "UUUUUU", "€€€", "é" * 18]
)
def test_what_was_never_given_out_is_unreadable(typed):
    with pytest.raises(codes.UnreadableCode):
        codes.read(typed, 10)


def test_one_wrong_character_is_noticed():
    code = codes.written(bytes(range(10)))
    wrong = [
        code[:place] + other + code[place + 1 :]
        for place, right in enumerate(code)
        for other in codes.CROCKFORD
        if right not in ("-", other)
    ]
    noticed = 0
    for typed in wrong:
        try:
            codes.read(typed, 10)
        except codes.UnreadableCode:
            noticed += 1
    assert noticed / len(wrong) > 0.99
