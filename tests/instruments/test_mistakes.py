"""What is wrong in the other files is refused, with file, record and field."""

import pytest

from imppulse.instruments.bank import DATA, read_bank

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
                (
                    '[short]\noptions = [{code = 1, en = "A", fr = "B"}]\n'
                    "[agreement_1_5]\noptions = ["
                ),
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
                'population = ["role_knowledge", "fairness"]',
            ),
            "factors/article.toml, role_unknown, measured_by: no item of fairness names "
            "this factor",
            id="factor measured by items that do not name it",
        ),
        pytest.param(
            (
                "factors/article.toml",
                'population = ["role_knowledge"]',
                'population = ["role_knowledge", "knowledge"]',
            ),
            "factors/article.toml, role_unknown, measured_by: no construct named "
            "'knowledge'",
            id="factor measured by an unknown construct",
        ),
        pytest.param(
            (
                "factors/article.toml",
                'population = ["role_knowledge"]',
                'population = ["role_knowledge", "serenity"]',
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
                'constructs = ["fairness", ',
                'constructs = ["impartiality", ',
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
def test_the_mistake_is_named_with_its_place(refusal, mistake, message):
    assert refusal(*mistake)[: len(message)] == message


def test_the_shipped_bank_is_right_with_and_without_translations(folder):
    assert list(read_bank(folder).items) == list(read_bank(DATA).items)
