"""Legal profiles: sourced or silent, and what they do to a questionnaire."""

import re
import shutil
from dataclasses import replace

import pytest

from imppulse import instruments
from imppulse.instruments import InstrumentError, legal_profile, legal_profiles
from imppulse.instruments.legal import (
    PROFILES,
    UNSTATED,
    Ground,
    Topic,
    apply_profile,
    read_profiles,
)
from imppulse.instruments.model import Section
from imppulse.instruments.texts import Text

HEAD = Text("About you", "À propos de vous")


def asking(*names):
    youth = instruments.questionnaire("youth")
    return replace(youth, sections=(*youth.sections, Section(HEAD, names)))


def test_five_countries_and_a_fictional_one_have_a_profile():
    ages = {p.country: p.age_of_consent for p in legal_profiles()}
    assert ages == {"FR": 15, "IT": 14, "ES": 14, "PT": 13, "BE": 13, "ORV": 15}
    assert [p.country for p in legal_profiles() if p.simulated] == ["ORV"]
    assert legal_profile("DE") is None


def test_what_is_said_of_the_law_names_its_source_and_date():
    for profile in legal_profiles():
        for statement in profile.statements:
            if statement.ground == Ground.RULE:
                continue
            assert statement.source.address.startswith("http")
            assert re.fullmatch(r"\d{4}(-\d\d-\d\d)?", statement.source.as_of)


@pytest.mark.parametrize("country", ["FR", "IT", "ES", "PT", "BE"])
def test_what_nobody_read_is_said_to_be_unknown(country):
    unknown = legal_profile(country).unknown
    assert Topic.POLICE_OFFICERS in unknown
    assert Topic.DUTY_TO_REPORT in unknown
    assert Topic.MINORS not in unknown


def test_no_profile_claims_compliance():
    said = " ".join(
        text.en + text.fr
        for profile in legal_profiles()
        for text in [*(s.text for s in profile.statements), *profile.first_page]
    )
    assert not re.search(r"complian|compliant|conforme|conformité", said)


def test_every_profile_asks_for_the_same_dated_steps_before_police_officers():
    steps = {tuple(c.kind for c in p.clearances) for p in legal_profiles()}
    assert steps == {("authorisation", "staff_consultation")}


def test_the_threshold_is_never_below_ten():
    assert {p.published_threshold for p in legal_profiles()} == {10}


def test_in_france_the_question_asks_how_one_is_perceived():
    applied = apply_profile(asking("origin_self"), legal_profile("FR"))
    assert applied.swaps == {"origin_self": "origin_perceived"}
    assert applied.questionnaire.items[-1] == "origin_perceived"
    [change] = applied.changes
    assert "strictement encadrées" in change.reason.fr


def test_asked_both_ways_only_the_lawful_one_stays():
    asked = asking("origin_self", "origin_perceived")
    applied = apply_profile(asked, legal_profile("FR"))
    assert applied.swaps == {"origin_self": ""}
    assert applied.questionnaire.items[-1] == "origin_perceived"


@pytest.mark.parametrize("country", ["IT", "ES", "PT", "BE", "DE"])
def test_where_nothing_was_read_a_sensitive_question_is_left_out(country):
    applied = apply_profile(asking("origin_perceived"), legal_profile(country))
    assert applied.swaps == {"origin_perceived": ""}
    assert applied.changes[0].reason == UNSTATED
    assert applied.questionnaire == instruments.questionnaire("youth")


@pytest.mark.parametrize("name", [q.name for q in instruments.questionnaires()])
@pytest.mark.parametrize("country", ["FR", "BE"])
def test_the_ready_questionnaires_pass_unchanged(name, country):
    asked = instruments.questionnaire(name)
    applied = apply_profile(asked, legal_profile(country))
    assert (applied.questionnaire, applied.changes) == (asked, ())


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            'source = "defenseur"',
            'source = "defender"',
            "legal/fr.toml, fr, statement 3, source: no source named 'defender' in this file",
        ),
        (
            'ground = "law"\nsource = "ages"',
            'ground = "law"',
            (
                "legal/fr.toml, fr, statement 1, source: missing: what is said of the law "
                "names where it was read"
            ),
        ),
        (
            'offered = ["origin_perceived"]',
            'offered = ["fair_respect"]',
            "legal/fr.toml, fr, offered: fair_respect is not marked sensitive in the bank",
        ),
        (
            'includes = ["rules", "eu"]',
            'includes = ["un"]',
            "legal/fr.toml, fr, includes: no file shared/un.toml",
        ),
        (
            'topic = "minors"',
            'topic = "children"',
            (
                "legal/fr.toml, fr, statement 1, topic: 'children' is none of legal_basis, "
                "sensitive_questions, minors, police_officers, duty_to_report, threshold"
            ),
        ),
    ],
)
def test_a_mistake_in_a_profile_is_named_with_its_place(tmp_path, old, new, message):
    folder = shutil.copytree(PROFILES, tmp_path / "legal")
    path = folder / "fr.toml"
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(InstrumentError) as refused:
        read_profiles(folder)
    assert str(refused.value) == message
