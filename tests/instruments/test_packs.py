"""Packs: official words keep their licence, and only they may be set against levels."""

from io import BytesIO
from zipfile import ZipFile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imppulse import instruments
from imppulse.instruments import ForceName, InstrumentError, Side
from imppulse.instruments.packs import MOST_BYTES, Comparability, read_pack

# The words of a fictional instrument: those of a real one stay with its publisher.
HEAD = """
name = "orvane"
title = "Orvane survey on trust"
instrument = "Orvane Social Survey, round 2"
licence = "CC BY-SA 4.0"
licence_address = "https://creativecommons.org/licenses/by-sa/4.0/"
attribution = "Orvane Social Survey (fictional)"
source = "https://orvane.example/questionnaire"
retrieved_on = "2026-11-22"
"""
FRENCH = """
[plcrspc]
wording = "Selon vous, la police se montre-t-elle respectueuse ?"
[plcrspc.options]
1 = "Jamais ou presque"
2 = "Quelquefois"
3 = "Souvent"
4 = "Toujours ou presque"
8 = "(Ne sait pas)"
"""
NORWEGIAN = """
[plcrspc]
wording = "Behandler politiet folk med respekt?"
options = { 1 = "Aldri", 2 = "Av og til", 3 = "Ofte", 4 = "Alltid" }
"""
FORCE = ForceName("the local police", "la police locale")


def files(**changed):
    whole = {
        "pack.toml": HEAD,
        "LICENCE.md": "CC BY-SA 4.0",
        "fr.toml": FRENCH,
        "nb.toml": NORWEGIAN,
    }
    whole |= {name.replace("__", "."): text for name, text in changed.items()}
    return {name: text for name, text in whole.items() if text is not None}


def zipped(contents):
    written = BytesIO()
    with ZipFile(written, "w") as archive:
        for name, text in contents.items():
            archive.writestr(name, text)
    return written.getvalue()


def refused(contents):
    with pytest.raises(InstrumentError) as error:
        read_pack(zipped(contents) if isinstance(contents, dict) else contents)
    return str(error.value)


def test_a_folder_and_its_zip_are_the_same_pack(tmp_path):
    for name, text in files().items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    pack = read_pack(tmp_path)
    assert pack == read_pack(zipped(files()))
    assert (pack.name, pack.licence) == ("orvane", "CC BY-SA 4.0")
    assert pack.languages == ("fr", "nb")


def test_the_population_is_asked_in_the_packs_words_and_police_officers_in_ours():
    pack = read_pack(zipped(files()))
    ours = instruments.item("fair_respect")
    item = pack.worded(ours)
    assert item.wording(Side.POPULATION, "fr", FORCE) == (
        "Selon vous, la police se montre-t-elle respectueuse ?"
    )
    assert item.wordings[Side.POPULATION].in_language("nb").startswith("Behandler")
    assert item.wordings[Side.POPULATION].en == ours.wordings[Side.POPULATION].en
    assert item.wordings[Side.POLICE_OFFICERS] == ours.wordings[Side.POLICE_OFFICERS]
    labels = {option.code: option.label.fr for option in item.options}
    assert labels[4] == "Toujours ou presque"
    assert labels[8] == "(Ne sait pas)"
    assert labels[7] == "Je préfère ne pas répondre"
    assert item.scale.name != ours.scale.name
    assert instruments.item("fair_respect") == ours


def test_levels_are_compared_only_in_official_words():
    pack = read_pack(zipped(files()))
    respect, own = (instruments.item(n) for n in ("fair_respect", "relation_quality"))
    levels, changes = Comparability.LEVELS, Comparability.CHANGES_ONLY
    assert pack.comparability(respect, Side.POPULATION, "fr") == levels
    assert pack.comparability(respect, Side.POPULATION, "en") == changes
    assert pack.comparability(respect, Side.POLICE_OFFICERS, "fr") == changes
    assert pack.comparability(own, Side.POPULATION, "fr") == changes
    assert pack.worded(own) == own


def test_the_trap_code_has_to_be_named():
    french = FRENCH.replace("plcrspc", "plcexdc")
    assert refused(files(fr__toml=french)) == (
        "fr.toml, plcexdc, options: has the codes 1, 2, 3, 4, 8; write those of "
        "fair_explain: 1, 2, 3, 4, 5, and if it names them 7, 8"
    )


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        (
            {"pack__toml": None},
            "pack.toml: missing: found LICENCE.md, fr.toml, nb.toml",
        ),
        ({"LICENCE__md": None}, "LICENCE.md: missing: put the licence's text there"),
        (
            {"pack__toml": HEAD.replace("licence =", "license =")},
            "pack.toml, pack, licence: missing",
        ),
        (
            {"fr__toml": None, "nb__toml": None},
            "pack.toml: no language: write one file for each, such as fr.toml",
        ),
        (
            {"fr__txt": FRENCH},
            (
                "fr.txt: unknown file: a pack holds pack.toml, LICENCE.md and fr.toml, "
                "it.toml ..."
            ),
        ),
        (
            {"zz__toml": FRENCH},
            "zz.toml: 'zz' is no language code: write it as in it, pt or ar",
        ),
        (
            {"fr__toml": FRENCH.replace("4 = ", "5 = ")},
            (
                "fr.toml, plcrspc, options: has the codes 1, 2, 3, 5, 8; write those of "
                "fair_respect: 1, 2, 3, 4, and if it names them 7, 8"
            ),
        ),
        (
            {"fr__toml": FRENCH.replace("8 = ", "a = ")},
            "fr.toml, plcrspc, options, a: is no code: write a whole number, such as 1",
        ),
        (
            {"fr__toml": FRENCH.replace("la police", "{force}")},
            (
                "fr.toml, plcrspc, wording: has a brace: official words have no blanks "
                "to fill"
            ),
        ),
        ({"fr__toml": "[plcrspc]"}, "fr.toml, plcrspc, options: missing"),
        ({"fr__toml": b"\xff"}, "fr.toml: not UTF-8 at byte 0: save the file as UTF-8"),
    ],
)
def test_a_mistake_is_named_with_its_place(changed, message):
    assert refused(files(**changed)) == message


def test_an_unknown_variable_is_answered_with_the_known_ones():
    said = refused(files(fr__toml=FRENCH.replace("plcrspc", "trstprl")))
    assert said.startswith("fr.toml, trstprl, name: no question of the bank is adapted")
    assert "plcrspc" in said


def test_a_bomb_is_refused_before_it_is_unpacked():
    bomb = BytesIO()
    with ZipFile(bomb, "w", compression=8) as archive:
        archive.writestr("fr.toml", b"0" * (MOST_BYTES + 1))
    assert refused(bomb.getvalue()) == (
        f"ZIP: larger than {MOST_BYTES} bytes when unpacked"
    )


def test_too_many_files_are_refused():
    assert refused({f"{n}.toml": "" for n in range(61)}).startswith(
        "ZIP: holds 61 files"
    )


WHOLE = zipped(files())


@given(st.binary(max_size=200) | st.integers(0, len(WHOLE) - 1))
def test_damaged_packs_are_refused_and_never_crash(damage):
    refusals = []
    content = damage if isinstance(damage, bytes) else flipped(damage)
    try:
        assert read_pack(content).licence
    except InstrumentError as error:
        refusals.append(error.place)
    assert all(refusals)


def flipped(place):
    return WHOLE[:place] + bytes([WHOLE[place] ^ 0x20]) + WHOLE[place + 1 :]
