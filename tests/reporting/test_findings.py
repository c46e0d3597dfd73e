"""Every sentence a finding may be told in, and none that is stronger."""

import tomllib
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imppulse.evidence.findings.findings import (
    Assignment,
    Ceiling,
    Design,
    DesignFacts,
    Direction,
    Finding,
    Inference,
    Obstacle,
    Remedy,
    Strength,
    Unit,
    find,
)
from imppulse.reporting.claims import CLAIMS, TEMPTING
from imppulse.reporting.findings import Outcome, forbidden_sentence, sentence
from imppulse.reporting.language import Language
from imppulse.reporting.reasons import EARNING, REASONS

TABLE = tomllib.loads(
    (Path(__file__).parents[1] / "spec/findings_sentences.toml").read_text("utf-8")
)
OUTCOMES = {
    "en": Outcome("trust in the police", "points", 812),
    "fr": Outcome("la confiance dans la police", "points", 812),
}
CAUSAL = {
    "en": ("because of the pilot.", "The pilot made", "The pilot very probably"),
    "fr": ("du fait du pilote.", "Le pilote n’a"),
}
FACTS: dict[str, Any] = {
    "points_before": 1,
    "points_after": 1,
    "treated": 1,
    "comparison": 1,
    "unit": Unit.CLUSTERS,
    "assignment": Assignment.NOT_RANDOM,
    "inference": Inference.SMALL_SAMPLE,
    "response_gap": 0.0,
    "attrition": 0.0,
    "attrition_gap": 0.0,
    "primary_outcome": True,
    "self_selected": False,
    "scale_comparable": True,
    "plan_locked_before_follow_up": True,
    "primary_outcome_changed": False,
    "instrument_or_mode_changed": False,
    "contamination_reported": False,
    "effective_n": 400.0,
    "dose": 1.0,
}
RISE = SimpleNamespace(estimate=4.2, ci_low=1.1, ci_high=7.3)
UNSURE = SimpleNamespace(estimate=4.2, ci_low=-3.1, ci_high=11.5)


def finding(effect: Any = RISE, **changes: Any) -> Finding:
    facts = DesignFacts(**(FACTS | changes))
    return find(facts, effect, 3.0, higher_is_better=True)


def told(row: dict[str, str]) -> Finding:
    """A finding of this row, made directly: the rules are tested elsewhere."""
    suppressed = row["strength"] == "suppressed"
    silent = row["direction"] == "none"
    empty = dict.fromkeys(Finding.__dataclass_fields__)
    return Finding(
        **empty
        | {
            "suppressed": suppressed,
            "strength": Strength(
                "described" if suppressed or silent else row["strength"]
            ),
            "direction": None if silent else Direction(row["direction"]),
            "primary_outcome": True,
            "as_delivered": False,
            "obstacles": (),
        }
    )


def named(row: dict[str, str]) -> str:
    return f"{row['strength']}-{row['direction']}"


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("row", TABLE["sentence"], ids=named)
def test_the_sentence_is_the_one_written_down(
    row: dict[str, str], language: str
) -> None:
    written = sentence(told(row), OUTCOMES[language], Language(language), level="short")
    assert plain_spaces(written) == plain_spaces(row[language])


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("row", TABLE["struck"], ids=lambda row: row["strength"])
def test_the_struck_sentence_is_the_one_written_down(
    row: dict[str, str], language: str
) -> None:
    outcome = OUTCOMES[language]
    phrase = outcome.phrase[0].upper() + outcome.phrase[1:]
    message = TEMPTING[Strength(row["strength"])]
    written = Language(language).text(message, x=outcome.phrase, X=phrase)
    assert plain_spaces(written) == plain_spaces(row[language])


def plain_spaces(text: str) -> str:
    return text.replace("\u202f", " ").replace("\u00a0", " ")


def test_the_table_is_whole() -> None:
    rows = {(row["strength"], row["direction"]) for row in TABLE["sentence"]}
    assert rows == {(s.value, d.value) for s in CLAIMS for d in Direction} | {
        ("described", "none"),
        ("suppressed", "none"),
    }
    assert {row["strength"] for row in TABLE["struck"]} == {s.value for s in TEMPTING}


def test_weak_sentences_do_not_speak_of_an_effect() -> None:
    weak = [r for r in TABLE["sentence"] if r["strength"] not in strong()]
    texts = [row[language].lower() for row in weak for language in ("en", "fr")]
    assert not [t for t in texts if "effect" in t or "effet" in t]


def strong() -> set[str]:
    return {s.value for s in Strength if s.rank >= 3}


def test_plain_adds_the_numbers_and_full_the_margin() -> None:
    found = finding()
    short = (
        "Trust in the police developed better where the pilot ran than elsewhere; "
        "an event on one side could explain it."
    )
    plain = (
        f"{short} Difference: +4.2 points (95 % interval +1.1 to +7.3, 812 answers). "
        "An event worth 1.1 points on one side would erase it."
    )
    full = (
        f"{plain} Below 3.0 points, a change does not matter: this was set in the plan."
    )
    language, outcome = Language("en"), OUTCOMES["en"]
    assert sentence(found, outcome, language, level="short") == short
    assert sentence(found, outcome, language) == plain
    assert sentence(found, outcome, language, level="full") == full


def test_french_numbers_are_french() -> None:
    written = sentence(finding(), OUTCOMES["fr"], Language("fr"))
    assert plain_spaces(written).endswith(
        "Différence : +4,2 points (intervalle à 95 % : +1,1 à +7,3 ; 812 réponses). "
        "Un événement valant 1,1 points d’un seul côté suffirait à l’effacer."
    )


def test_no_interval_is_said() -> None:
    nan = float("nan")
    lost = SimpleNamespace(estimate=4.2, ci_low=nan, ci_high=nan)
    written = sentence(finding(lost), OUTCOMES["en"], Language("en"))
    assert written.endswith(
        "Difference: +4.2 points; no interval can be computed (812 answers)."
    )


def test_secondary_outcomes_and_weak_delivery_say_so() -> None:
    language, outcome = Language("en"), OUTCOMES["en"]
    starts = {
        (secondary, dose): sentence(
            finding(primary_outcome=not secondary, dose=dose),
            outcome,
            language,
            level="short",
        ).split(" trust")[0]
        for secondary in (False, True)
        for dose in (0.2, None)
    }
    assert starts == {
        (False, 0.2): "For the pilot as delivered:",
        (False, None): "For the pilot as delivered:",
        (True, 0.2): "Also looked at, for the pilot as delivered:",
        (True, None): "Also looked at, for the pilot as delivered:",
    }


def test_one_area_on_each_side_forbids_comparable_areas() -> None:
    forbidden = forbidden_sentence(finding(), OUTCOMES["en"], Language("en"))
    assert forbidden is not None
    assert forbidden.sentence == (
        "Trust in the police developed better where the pilot ran than in comparable "
        "areas; other causes are unlikely but possible."
    )
    assert forbidden.reasons[0] == (
        "One area with the pilot and one without: any local event would look the same."
    )
    assert forbidden.earned_by == (
        "What would earn it: at least 4 areas with the pilot and 4 without, alike "
        "before the start, and an interval made for few areas."
    )


def test_what_is_uncertain_is_struck_without_direction() -> None:
    forbidden = forbidden_sentence(finding(UNSURE), OUTCOMES["en"], Language("en"))
    assert forbidden is not None
    assert forbidden.sentence == (
        "Trust in the police changed more where the pilot ran than in comparable "
        "areas; other causes are unlikely but possible."
    )
    assert forbidden.reasons[-1] == (
        "The interval holds a change for the better as well as one for the worse."
    )


def test_nothing_is_forbidden_at_the_top_nor_said_of_what_is_suppressed() -> None:
    top = finding(treated=12, comparison=12, assignment=Assignment.DRAWN_HERE)
    hidden = finding(effective_n=4.0)
    language, outcome = Language("en"), OUTCOMES["en"]
    assert top.strength == Strength.SHOWN
    assert forbidden_sentence(top, outcome, language) is None
    assert forbidden_sentence(hidden, outcome, language) is None
    assert sentence(hidden, outcome, language, level="full") == (
        "Too few people answered to say anything about trust in the police."
    )


designs = st.builds(
    DesignFacts,
    points_before=st.integers(0, 9),
    points_after=st.integers(0, 9),
    treated=st.integers(1, 40),
    comparison=st.integers(0, 40),
    unit=st.sampled_from(Unit),
    assignment=st.sampled_from(Assignment),
    inference=st.sampled_from(Inference),
    response_gap=st.sampled_from([0.0, 0.2]),
    attrition=st.sampled_from([0.0, 0.3, 0.5]),
    attrition_gap=st.sampled_from([0.0, 0.2]),
    primary_outcome=st.booleans(),
    self_selected=st.booleans(),
    scale_comparable=st.booleans(),
    plan_locked_before_follow_up=st.booleans(),
    primary_outcome_changed=st.booleans(),
    instrument_or_mode_changed=st.booleans(),
    contamination_reported=st.booleans(),
    effective_n=st.sampled_from([4.0, 400.0]),
    baseline_difference=st.sampled_from([None, 0.1, 0.5]),
    pre_trend=st.sampled_from([None, (-1.0, 1.0), (-9.0, 9.0)]),
    dose=st.sampled_from([None, 0.2, 1.0]),
)
effects = st.sampled_from(
    [
        RISE,
        UNSURE,
        SimpleNamespace(estimate=-4.2, ci_low=-7.3, ci_high=-1.1),
        SimpleNamespace(estimate=0.1, ci_low=-1.0, ci_high=1.2),
    ]
)


@settings(max_examples=300, deadline=None)
@given(facts=designs, effect=effects, language=st.sampled_from(["en", "fr"]))
def test_no_path_prints_a_stronger_sentence(
    facts: DesignFacts, effect: Any, language: str
) -> None:
    found = find(facts, effect, 3.0, higher_is_better=True)
    outcome = OUTCOMES[language]
    for level in ("short", "plain", "full"):
        written = sentence(found, outcome, Language(language), level=level)
        body = plain_spaces(written)
        fitting = {
            row["strength"]
            for row in TABLE["sentence"]
            if without_lead(body).startswith(lowered(row[language]))
        }
        expected = "suppressed" if found.suppressed else found.strength.value
        assert expected in fitting
        if found.strength.rank < 4:
            assert not [words for words in CAUSAL[language] if words in body]


def without_lead(text: str) -> str:
    """Drop "Also looked at:" and the like, and the capital of what follows."""
    leads = ("Also looked at", "For the pilot", "Regardé en plus", "Pour le pilote")
    body = text.split(": ", 1)[1] if text.startswith(leads) else text
    return lowered(body.removeprefix(" "))


def lowered(text: str) -> str:
    return plain_spaces(text[:1].lower() + text[1:])


@settings(max_examples=300, deadline=None)
@given(facts=designs, effect=effects)
def test_whatever_is_forbidden_has_its_reason_and_its_remedy(
    facts: DesignFacts, effect: Any
) -> None:
    found = find(facts, effect, 3.0, higher_is_better=True)
    forbidden = forbidden_sentence(found, OUTCOMES["fr"], Language("fr"))
    assert (forbidden is None) == (found.next_stronger is None)
    if forbidden is not None:
        said = sentence(found, OUTCOMES["fr"], Language("fr"), level="short")
        assert forbidden.reasons
        assert forbidden.sentence != said


def test_every_code_has_its_words() -> None:
    assert set(REASONS) == {*map(str, Obstacle), *map(str, Ceiling)}
    assert set(EARNING) == {*map(str, Design), *map(str, Remedy)}
