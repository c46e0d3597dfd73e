"""The bank as it is shipped: whole, mirrored, in both languages."""

import dataclasses
import re
from collections.abc import Iterator

import pytest

from imppulse import instruments
from imppulse.instruments import Side, Text

ARTICLE_FACTORS = ["role_unknown", "training_lacking", "minor_offences", "no_dialogue"]
CORE = ("population", "police_officers")  # asked of both sides by most studies
# In the core, the two sides answer different questions about these, by design.
ONE_SIDED = {
    "guess_police_officers_respect": Side.POPULATION,
    "guess_population_respect": Side.POLICE_OFFICERS,
    "minor_time": Side.POLICE_OFFICERS,
    "minor_powers": Side.POLICE_OFFICERS,
    "minor_partners": Side.POLICE_OFFICERS,
    "serene_at_work": Side.POLICE_OFFICERS,
    "serene_contacts": Side.POLICE_OFFICERS,
    "superiors_fair": Side.POLICE_OFFICERS,
}
ANSWER_COLUMNS = {
    "side",
    "force",
    "district",
    "stratum",
    "cluster",
    "arm",
    "wave",
    "weight",
    "age_group",
}


def core_items() -> list[instruments.Item]:
    names = {n for side in CORE for n in instruments.questionnaire(side).items}
    return [item for item in instruments.items() if item.name in names]


def texts_in(value: object) -> Iterator[Text]:
    if isinstance(value, Text):
        yield value
    elif dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            yield from texts_in(getattr(value, field.name))
    elif isinstance(value, dict):
        for inner in value.values():
            yield from texts_in(inner)
    elif isinstance(value, tuple):
        for inner in value:
            yield from texts_in(inner)


def all_texts() -> list[Text]:
    records = (
        instruments.items(),
        instruments.constructs(),
        instruments.factors(),
        instruments.levers(),
        instruments.outcomes(),
        instruments.questionnaires(),
    )
    return [text for kind in records for text in texts_in(kind)]


def test_the_french_is_not_the_english():
    same = [t.en for t in all_texts() if t.en == t.fr and not t.en.isdigit()]
    assert same == []


def test_the_french_has_french_typography():
    wrong = re.compile(r"'|[^\u202f][?!;»]|«[^\u202f]|[^\u00a0]:(?!//)|·")
    assert [text.fr for text in all_texts() if wrong.search(text.fr)] == []


def test_the_english_has_english_typography():
    wrong = re.compile(r"'|[\u202f\u00a0]|«|»")
    assert [text.en for text in all_texts() if wrong.search(text.en)] == []


def test_nobody_is_called_a_bare_officer():
    wrong = re.compile(r"(?<!police )\bofficers?\b", re.IGNORECASE)
    assert [text.en for text in all_texts() if wrong.search(text.en)] == []


def test_both_languages_use_the_same_placeholders_where_they_name_the_force():
    named = re.compile(r"\{\w+\}")
    unequal = [
        text.en
        for text in all_texts()
        if bool(named.search(text.en)) != bool(named.search(text.fr))
    ]
    assert unequal == []


def test_core_items_are_mirrored_except_those_meant_for_one_side():
    one_sided = {i.name: i.sides[0] for i in core_items() if len(i.sides) == 1}
    assert one_sided == ONE_SIDED


def test_names_can_be_columns_beside_those_of_the_answer_file():
    names = [i.name for i in instruments.items()]
    names += [c.name for c in instruments.constructs()]
    assert len(set(names)) == len(names)
    assert not ANSWER_COLUMNS & set(names)


def test_the_ess_variables_are_those_of_the_module():
    adapted = {i.name: i.ess_variable for i in instruments.items() if i.adapted}
    assert adapted == {
        "effective_prevention": "plcpvcr",
        "effective_burglary": "plccbrg",
        "effective_arrival": "plcarcr",
        "fair_respect": "plcrspc",
        "fair_decisions": "plcfrdc",
        "fair_explain": "plcexdc",
        "obligation_accept": "bplcdc",
        "obligation_follow": "doplcsy",
        "align_right_wrong": "plcrgwr",
        "align_values": "plcipvl",
        "align_support": "gsupplc",
        "image_country": "plcjbcn",
        "local_trust": "trstplc",
        "cooperate_call": "caplcst",
        "contact_police_initiated": "plccont",
        "contact_treatment": "plcstf",
        "obligation_disliked": "dpcstrb",
        "cooperate_identify": "widprsn",
        "cooperate_court": "wevdct",
        "victims_rich_poor": "plcvcrp",
        "legal_influence": "plciplt",
        "legal_bribes": "plccbrb",
        "law_obey": "lwstrob",
        "law_break_right": "rgbrklw",
    }


def test_adapted_items_name_their_source():
    assert {i.source for i in instruments.items() if i.adapted} == {"ess5-q"}
    ideas = {i.source for i in instruments.items() if not i.adapted}
    assert ideas == {"own", "overunder", "bq14", "skogan", "pcis15"}


def test_core_items_coded_as_in_the_ess_are_reversed_where_low_is_good():
    assert {i.name for i in core_items() if i.reversed} == {
        "align_right_wrong",
        "align_values",
        "align_support",
        "image_country",
        "meet_places",
        "serene_contacts",
    }


def test_agreeing_with_a_bad_thing_is_not_good():
    """The ESS codes strong agreement 1: left as coded, disagreement is the good end."""
    bad = {"legal_influence", "law_break_right", "watched_for_little", "left_alone"}
    agreement = [i for i in instruments.items() if i.scale.name == "agreement_1_5"]
    assert {i.name for i in agreement if not i.reversed} == bad
    assert instruments.item("legal_bribes").reversed


def test_answers_without_order_make_no_index():
    nominal = {i.name for i in instruments.items() if i.scale.nominal}
    assert "victims_rich_poor" in nominal
    indexed = {name for c in instruments.constructs() for name in c.items}
    assert not nominal & indexed
    assert instruments.construct("background").items == ()


def test_questions_on_origin_are_marked_sensitive():
    sensitive = {i.name for i in instruments.items() if i.sensitive}
    assert sensitive == {"origin_self", "origin_perceived"}
    asked = {name for q in instruments.questionnaires() for name in q.items}
    assert not sensitive & asked


def test_the_two_trap_codes_count_as_missing():
    arrival, explain = (
        instruments.item("effective_arrival"),
        instruments.item("fair_explain"),
    )
    assert arrival.missing == (55, 88, 77)
    assert explain.missing == (5, 8, 7)
    assert (arrival.scale.low, arrival.scale.high) == (0, 10)
    assert (explain.scale.low, explain.scale.high) == (1, 4)


def test_every_question_can_be_declined():
    assert all(
        {"Don’t know", "Prefer not to say"} <= labels(i) for i in instruments.items()
    )


def labels(item: instruments.Item) -> set[str]:
    return {option.label.en for option in item.options if option.missing}


def test_each_side_guesses_what_the_other_answers_on_respect():
    guesses = {
        i.name: (i.sides[0], i.guesses.item, i.guesses.side)
        for i in core_items()
        if i.guesses
    }
    assert guesses == {
        "guess_police_officers_respect": (
            Side.POPULATION,
            "fair_respect",
            Side.POLICE_OFFICERS,
        ),
        "guess_population_respect": (
            Side.POLICE_OFFICERS,
            "fair_respect",
            Side.POPULATION,
        ),
    }


def test_the_image_and_the_local_relation_are_two_things():
    image = [c.name for c in instruments.constructs() if c.level == "image"]
    assert image == ["image"]
    assert instruments.construct("local_relation").level == "local"


def test_the_articles_four_factors_come_first():
    assert [f.name for f in instruments.factors()][:4] == ARTICLE_FACTORS
    assert [f.name for f in instruments.factors() if f.article] == ARTICLE_FACTORS


@pytest.mark.parametrize("name", ARTICLE_FACTORS)
@pytest.mark.parametrize("side", [Side.POPULATION, Side.POLICE_OFFICERS])
def test_the_articles_four_factors_are_measured_on_both_sides(name, side):
    assert instruments.factor(name).measured_by[side] != ()


def test_minor_offences_are_also_a_constraint_on_the_police():
    measured_by = instruments.factor("minor_offences").measured_by
    assert measured_by[Side.POLICE_OFFICERS] == (
        "minor_offences",
        "minor_offences_means",
    )
    assert measured_by[Side.POPULATION] == ("minor_offences", "contact_result")


def test_every_factor_that_the_article_names_can_be_reached_by_a_lever():
    reached = {factor for lever in instruments.levers() for factor in lever.reaches}
    assert {f.name for f in instruments.factors()} == reached


def test_the_levers_are_those_of_a_local_authority():
    assert [lever.name for lever in instruments.levers()] == [
        "convene",
        "mediate",
        "inform",
        "train",
        "fund",
        "protocol",
        "design",
        "employ",
        "represent",
    ]


def test_a_legal_statement_names_its_provision_and_where_it_was_read():
    bases = [basis for lever in instruments.levers() for basis in lever.law]
    assert {basis.country for basis in bases} == {"FR", "IT", "PT", "BE"}
    assert all(basis.address.startswith("http") for basis in bases)
    assert "Code de la sécurité intérieure, art. L132-4" in {b.reference for b in bases}


def test_the_outcomes_are_the_articles_four():
    assert {o.name: o.constructs for o in instruments.outcomes()} == {
        "effective_work": (
            "effectiveness",
            "minor_offences",
            "cooperation",
            "contact_result",
        ),
        "impartial_work": (
            "fairness",
            "distributive_fairness",
            "legality",
            "contact_fairness",
            "young_people",
        ),
        "serenity": (
            "serenity",
            "attacks_at_work",
            "self_legitimacy",
            "contact_confidence",
        ),
        "security": ("security", "victimisation"),
    }


@pytest.mark.parametrize(
    ("name", "side", "length"),
    [
        ("population", Side.POPULATION, 27),
        ("police_officers", Side.POLICE_OFFICERS, 33),
        ("intermediaries", Side.INTERMEDIARIES, 19),
        ("youth", Side.POPULATION, 17),
        ("after_contact", Side.POPULATION, 11),
        ("training_before", Side.POLICE_OFFICERS, 12),
        ("training_after", Side.POLICE_OFFICERS, 15),
        ("meeting_feedback", Side.POPULATION, 7),
        ("meeting_feedback_police_officers", Side.POLICE_OFFICERS, 7),
    ],
)
def test_questionnaires_are_ready_for_each_occasion(name, side, length):
    questionnaire = instruments.questionnaire(name)
    assert questionnaire.side == side
    assert questionnaire.version == 1
    assert len(questionnaire.items) == length


def test_before_and_after_a_training_the_same_is_asked():
    before = instruments.questionnaire("training_before").items
    assert instruments.questionnaire("training_after").items[: len(before)] == before


def test_every_side_can_say_how_a_meeting_went():
    sides = {i.sides for i in instruments.items() if i.construct == "meeting_quality"}
    assert sides == {tuple(Side)}


def test_every_question_is_voluntary():
    assert all(q.required == () for q in instruments.questionnaires())


def test_sources_have_an_address():
    assert all(s.address.startswith("http") for s in instruments.sources())
    assert instruments.source("bq14").address == "https://doi.org/10.1093/bjc/azu053"


@pytest.mark.parametrize(
    ("look_up", "kind"),
    [
        (instruments.item, "item"),
        (instruments.scale, "scale"),
        (instruments.construct, "construct"),
        (instruments.factor, "factor"),
        (instruments.lever, "lever"),
        (instruments.outcome, "outcome"),
        (instruments.source, "source"),
        (instruments.questionnaire, "questionnaire"),
    ],
)
def test_an_unknown_name_is_answered_with_the_known_ones(look_up, kind):
    with pytest.raises(instruments.InstrumentError) as refused:
        look_up("respekt")
    assert str(refused.value).startswith(f"no {kind} named 'respekt'; there are ")


def test_scales_are_listed():
    assert [scale.name for scale in instruments.scales()][:2] == [
        "success_0_10",
        "speed_0_10",
    ]
