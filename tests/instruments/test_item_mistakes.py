"""What is wrong with a question is refused, with file, record and field."""

import pytest

RESPECT = "items/fairness.toml, fair_respect"
EXPLAIN = "items/fairness.toml, fair_explain"
ASKED_OF_NOBODY = """
[silent]
construct = "role_knowledge"
scale = "extent_1_4"
reversed = false
ess_variable = "own"
source = "own"
factors = []
status = { en = "drafted", fr = "drafted" }
wording = {}

"""


@pytest.mark.parametrize(
    ("mistake", "message"),
    [
        pytest.param(
            (
                "items/fairness.toml",
                'factors = ["unfair_manner"]',
                'factors = ["isolation"]',
            ),
            f"{RESPECT}, factors: isolation does not say that fairness measures it, "
            "asked of population",
            id="factor that is measured otherwise",
        ),
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
            "'police' is none of population, police_officers, intermediaries",
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
    ],
)
def test_the_mistake_is_named_with_its_place(refusal, mistake, message):
    assert refusal(*mistake)[: len(message)] == message


def test_an_item_asked_of_nobody_is_refused(refusal):
    said = refusal(
        "items/role.toml",
        "[forces_told_apart]",
        ASKED_OF_NOBODY + "[forces_told_apart]",
    )
    assert said == (
        "items/role.toml, silent, wording: asked of nobody; sides: population, "
        "police_officers, intermediaries"
    )


def test_wordings_for_an_unknown_side_are_refused(refusal):
    said = refusal(
        "items/fairness.toml",
        "[fair_respect.wording.population]",
        "[fair_respect.wording.judges]",
    )
    assert said == f"{RESPECT}, wording, judges: unknown field"
