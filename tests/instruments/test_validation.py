"""What is wrong in a file is refused, with file, record and field."""

import shutil
from pathlib import Path

import pytest

from imppulse.instruments import InstrumentError
from imppulse.instruments.bank import DATA, read_bank


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(DATA, tmp_path / "data"))


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


RESPECT = "items/fairness.toml, fair_respect"
EXPLAIN = "items/fairness.toml, fair_explain"
CONSTRUCT_NAMED_LIKE_AN_ITEM = """
[effective_prevention]
title = { en = "Violence", fr = "Violences" }
description = { en = "Violence prevented.", fr = "Violences évitées." }
level = "local"
items = ["effective_prevention"]
minimum_answered = 1

"""


@pytest.mark.parametrize(
    ("mistake", "message"),
    [
        pytest.param(
            ("items/fairness.toml", "reversed = false", "reversed = false\ncolour = 1"),
            f"{RESPECT}, colour: unknown field",
            id="unknown field",
        ),
        pytest.param(
            ("items/fairness.toml", "reversed = false\n", ""),
            f"{RESPECT}, reversed: missing",
            id="missing field",
        ),
        pytest.param(
            ("items/fairness.toml", "reversed = false", 'reversed = "no"'),
            f"{RESPECT}, reversed: must be true or false, not 'no'",
            id="wrong kind of value",
        ),
        pytest.param(
            (
                "items/fairness.toml",
                'status = { en = "drafted", fr = "drafted" }',
                'status = { en = "drafted" }',
            ),
            f"{RESPECT}, status, fr: missing",
            id="missing language of the status",
        ),
        pytest.param(
            (
                "items/fairness.toml",
                'status = { en = "drafted", fr = "drafted" }',
                'status = { en = "done", fr = "drafted" }',
            ),
            f"{RESPECT}, status, en: 'done' is none of drafted, reviewed, tested",
            id="unknown status",
        ),
        pytest.param(
            (
                "items/fairness.toml",
                'fr = "Les agents {of_force} traitent-ils les gens de votre quartier avec respect\u202f?"\n',
                "",
            ),
            f"{RESPECT}, wording, population, fr: missing",
            id="missing language of a wording",
        ),
        pytest.param(
            (
                "items/fairness.toml",
                "Les agents {of_force} traitent-ils",
                "Les agents {of_forces} traitent-ils",
            ),
            f"{RESPECT}, wording, population: unknown placeholder {{of_forces}} in fr; "
            "known: force, of_force, to_force",
            id="unknown placeholder",
        ),
        pytest.param(
            (
                "items/fairness.toml",
                "Les agents {of_force} traitent-ils",
                "Les agents {of_force traitent-ils",
            ),
            f"{RESPECT}, wording, population: braces that do not match",
            id="open brace",
        ),
        pytest.param(
            ("items/fairness.toml", 'scale = "frequency_1_4"', 'scale = "frequency"'),
            f"{RESPECT}, scale: no scale named 'frequency'",
            id="unknown scale",
        ),
        pytest.param(
            ("items/fairness.toml", 'construct = "fairness"', 'construct = "manners"'),
            f"{RESPECT}, construct: no construct named 'manners'",
            id="unknown construct of an item",
        ),
        pytest.param(
            (
                "items/fairness.toml",
                'factors = ["unfair_manner"]',
                'factors = ["rudeness"]',
            ),
            f"{RESPECT}, factors: no factor named 'rudeness'",
            id="unknown factor",
        ),
        pytest.param(
            (
                "items/fairness.toml",
                'factors = ["unfair_manner"]',
                'factors = ["unfair_manner", "unfair_manner"]',
            ),
            f"{RESPECT}, factors: names something twice",
            id="repeated factor",
        ),
        pytest.param(
            ("items/fairness.toml", 'factors = ["unfair_manner"]', "factors = [3]"),
            f"{RESPECT}, factors: must hold names in quotes, not 3",
            id="a number among names",
        ),
        pytest.param(
            ("items/fairness.toml", 'source = "ess5-q"', 'source = "own"'),
            f"{RESPECT}, source: say where plcrspc comes from",
            id="adapted without source",
        ),
        pytest.param(
            ("items/fairness.toml", 'source = "ess5-q"', 'source = "ess4"'),
            f"{RESPECT}, source: no source named 'ess4'",
            id="unknown source",
        ),
        pytest.param(
            ("items/fairness.toml", "extra = [{ code = 5,", "extra = [{ code = 4,"),
            f"{EXPLAIN}, extra: uses a code of the scale",
            id="trap code on the scale",
        ),
        pytest.param(
            (
                "items/fairness.toml",
                'ne demande d’explications", missing = true }',
                'ne demande d’explications" }',
            ),
            f"{EXPLAIN}, extra: an extra code always counts as missing: "
            "say missing = true",
            id="trap code that would count",
        ),
        pytest.param(
            (
                "items/fairness.toml",
                'guesses = { item = "fair_respect"',
                'guesses = { item = "effective_prevention"',
            ),
            "items/fairness.toml, guess_police_officers_respect, guesses: its scale is "
            "not that of effective_prevention",
            id="guess on another scale",
        ),
        pytest.param(
            ("items/fairness.toml", 'side = "police_officers" }', 'side = "police" }'),
            "items/fairness.toml, guess_police_officers_respect, guesses, side: "
            "'police' is none of population, police_officers",
            id="unknown side",
        ),
        pytest.param(
            (
                "items/fairness.toml",
                '"fair_respect", side = "police_officers" }',
                '"guess_population_respect", side = "population" }',
            ),
            "items/fairness.toml, guess_police_officers_respect, guesses: "
            "guess_population_respect is not asked of population",
            id="guess of a side that is not asked",
        ),
        pytest.param(
            ("items/fairness.toml", "[fair_decisions]", "[fair_decisions"),
            "items/fairness.toml: not valid TOML",
            id="broken TOML",
        ),
        pytest.param(
            ("items/fairness.toml", "[fair_respect]", "author = 1\n[fair_respect]"),
            "items/fairness.toml, author: must be a [table]",
            id="value outside a record",
        ),
        pytest.param(
            (
                "items/role.toml",
                "[role_known]",
                '[fair_respect]\n[fair_respect.wording.population]\nen="A"\nfr="B"\n[role_known]',
            ),
            "items/role.toml, fair_respect: already in items/fairness.toml",
            id="name used in two files",
        ),
        pytest.param(
            ("items/contact.toml", "code = 1 }", "code = 3 }"),
            "items/contact.toml, contact_treatment, asked_if: 3 is no code of its scale",
            id="condition on a code that does not exist",
        ),
        pytest.param(
            ("scales/verbal.toml", "{ code = 2,", "{ code = 1,"),
            "scales/verbal.toml, agreement_1_5, options: uses a code twice",
            id="code twice",
        ),
        pytest.param(
            ("scales/verbal.toml", "{ code = 2,", "{ code = true,"),
            "scales/verbal.toml, agreement_1_5, options 2, code: must be a whole number",
            id="true is no code",
        ),
        pytest.param(
            ("scales/verbal.toml", 'en = "Strongly agree"', 'en = " "'),
            "scales/verbal.toml, agreement_1_5, options 1, en: empty",
            id="empty label",
        ),
        pytest.param(
            (
                "scales/verbal.toml",
                "[agreement_1_5]\noptions = [",
                "[short]\noptions = [3]\n[agreement_1_5]\noptions = [",
            ),
            "scales/verbal.toml, short, options: must hold tables, not 3",
            id="options that are no tables",
        ),
        pytest.param(
            (
                "scales/verbal.toml",
                "[agreement_1_5]\noptions = [",
                ('[short]\noptions = [{code = 1, en = "A", fr = "B"}]\n'
                "[agreement_1_5]\noptions = ["),
            ),
            "scales/verbal.toml, short, options: needs two codes that measure something",
            id="scale of one code",
        ),
        pytest.param(
            (
                "constructs/constructs.toml",
                "minimum_answered = 2",
                "minimum_answered = 4",
            ),
            "constructs/constructs.toml, effectiveness, minimum_answered: must lie "
            "between 1 and 3",
            id="more answers than items",
        ),
        pytest.param(
            ("constructs/constructs.toml", '["fair_respect", ', '["role_known", '),
            "constructs/constructs.toml, fairness, items: role_known belongs to "
            "role_knowledge",
            id="item of another construct",
        ),
        pytest.param(
            (
                "constructs/constructs.toml",
                '"fair_explain"]',
                '"fair_explain", "guess_population_respect"]',
            ),
            "constructs/constructs.toml, fairness, items: an index takes items that "
            "the same sides answer",
            id="index over unlike sides",
        ),
        pytest.param(
            (
                "constructs/constructs.toml",
                "[effectiveness]",
                CONSTRUCT_NAMED_LIKE_AN_ITEM + "[effectiveness]",
            ),
            "constructs/constructs.toml, effective_prevention, name: an item has this "
            "name; both become columns",
            id="construct named like an item",
        ),
        pytest.param(
            ("constructs/constructs.toml", "[effectiveness]", "[efficacy]"),
            "items/effectiveness.toml, effective_prevention, construct: no construct "
            "named 'effectiveness'",
            id="construct renamed",
        ),
        pytest.param(
            (
                "factors/article.toml",
                'population = ["role_knowledge"]',
                'population = ["knowledge"]',
            ),
            "factors/article.toml, role_unknown, measured_by: no construct named "
            "'knowledge'",
            id="factor measured by an unknown construct",
        ),
        pytest.param(
            (
                "factors/article.toml",
                'population = ["role_knowledge"]',
                'population = ["serenity"]',
            ),
            "factors/article.toml, role_unknown, measured_by: serenity is not asked of "
            "population",
            id="factor measured on a side that is not asked",
        ),
        pytest.param(
            ("factors/article.toml", 'sources = ["seed", ', 'sources = ["hearsay", '),
            "factors/article.toml, role_unknown, sources: no source named 'hearsay'",
            id="unknown source of a factor",
        ),
        pytest.param(
            (
                "levers/levers.toml",
                'reaches = ["no_dialogue", ',
                'reaches = ["silence", ',
            ),
            "levers/levers.toml, convene, reaches: no factor named 'silence'",
            id="lever on an unknown factor",
        ),
        pytest.param(
            ("levers/levers.toml", 'holder = "mayor"', 'holder = "prefect"'),
            "levers/levers.toml, convene, law 1, holder: 'prefect' is none of mayor",
            id="unknown holder",
        ),
        pytest.param(
            (
                "outcomes/outcomes.toml",
                'constructs = ["fairness"]',
                'constructs = ["impartiality"]',
            ),
            "outcomes/outcomes.toml, impartial_work, constructs: no construct named "
            "'impartiality'",
            id="unknown construct of an outcome",
        ),
        pytest.param(
            ("questionnaires/population.toml", '"meet_places"', '"meet_place"'),
            "questionnaires/population.toml, population, sections: no item named "
            "'meet_place'",
            id="unknown item of a questionnaire",
        ),
        pytest.param(
            (
                "questionnaires/population.toml",
                '"meet_places"',
                '"meet_places", "minor_time"',
            ),
            "questionnaires/population.toml, population, sections: minor_time is not "
            "asked of population",
            id="item of the other side",
        ),
        pytest.param(
            (
                "questionnaires/population.toml",
                '"meet_places"',
                '"meet_places", "image_country"',
            ),
            "questionnaires/population.toml, population, sections: image_country is "
            "asked twice",
            id="item asked twice",
        ),
        pytest.param(
            (
                "questionnaires/population.toml",
                '"contact_police_initiated", "contact_treatment"',
                '"contact_treatment", "contact_police_initiated"',
            ),
            "questionnaires/population.toml, population, sections: contact_treatment "
            "comes before contact_police_initiated",
            id="condition asked afterwards",
        ),
        pytest.param(
            (
                "questionnaires/population.toml",
                'side = "population"',
                'side = "population"\nrequired = ["minor_time"]',
            ),
            "questionnaires/population.toml, population, required: no item named "
            "'minor_time'",
            id="required but not asked",
        ),
    ],
)
def test_the_mistake_is_named_with_its_place(folder, mistake, message):
    file, old, new = mistake
    change(folder / file, old, new)
    with pytest.raises(InstrumentError) as refused:
        read_bank(folder)
    assert str(refused.value)[: len(message)] == message


def test_an_item_asked_of_nobody_is_refused(folder):
    path = folder / "items" / "fairness.toml"
    text = path.read_text(encoding="utf-8").replace(".wording.p", ".wording_of.p")
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InstrumentError, match="fair_respect, wording: missing"):
        read_bank(folder)


def test_wordings_for_an_unknown_side_are_refused(folder):
    path = folder / "items" / "fairness.toml"
    change(path, "[fair_respect.wording.population]", "[fair_respect.wording.judges]")
    with pytest.raises(InstrumentError, match="fair_respect, wording, judges: unknown"):
        read_bank(folder)


def test_the_shipped_bank_is_right(folder):
    assert read_bank(folder) == read_bank(DATA)
