"""A questionnaire is composed by some, reviewed, submitted, and published by somebody else."""

import datetime
import json
from dataclasses import replace

import pytest
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.studies.survey import DATES, make_study

from imppulse import instruments
from imppulse.core.errors import Refused
from imppulse.studies import actions, boards, composition_files, snapshots
from imppulse.studies.actions import composing, planning, publishing, reviewing
from imppulse.studies.actions.planning import WavePlan
from imppulse.studies.actions.reviewing import StepDone
from imppulse.studies.boards import Recorded
from imppulse.studies.choices import CollectionMode, ReviewStep, WordingState
from imppulse.studies.composition import Composition, OwnQuestion
from imppulse.studies.models import Draft, Questionnaire

PARKING = OwnQuestion("parking_square", "satisfaction_1_5", "no_dialogue")
WORDING = {"en": "How is parking on the square?", "fr": "Et le stationnement ?"}
CONTACTS = {"en": "privacy@example.org", "fr": "donnees@example.org"}
DAY = datetime.date(2026, 2, 1)
ROLES = ("translator", "reviewer")


def code_of(refused):
    return refused.value.code


def leave_out(draft, name, by="lead"):
    kept = [each for each in composing.composition_of(draft).kept if each != name]
    composing.choose_items(draft, names=kept, by=by)


def contacts(draft):
    for language, contact in CONTACTS.items():
        composing.write_words(draft, language, texts={"contact": contact}, by="lead")


def refreshed(draft):
    return Draft.objects.select_related("study__force").get(pk=draft.pk)


@pytest.fixture
def draft(study):
    draft = composing.start_draft(
        study, "population", languages=("en", "fr"), by="lead"
    )
    contacts(draft)
    return refreshed(draft)


@pytest.fixture
def with_question(draft):
    composing.put_question(draft, PARKING, wording=WORDING, by="lead")
    return refreshed(draft)


def published_from(draft):
    publishing.submit(draft, by="lead")
    return publishing.publish_draft(draft, by="coordinator")


def review(draft, languages=("en", "fr")):
    for language in languages:
        for place, step in enumerate(ReviewStep):
            day = DAY + datetime.timedelta(days=place)
            done = StepDone(language, step.value, day, ROLES)
            reviewing.record_step(draft, done, by="lead")


# Drafts


def test_a_draft_starts_as_the_bank_has_it(draft):
    asked = composing.composition_of(draft)
    assert asked.kept == instruments.questionnaire("population").items
    board = composing.board_of(draft)
    assert board.complete_languages == ("en", "fr")
    assert draft.writers == ["lead"]


def test_one_draft_per_questionnaire_and_only_for_sides_that_are_heard(draft):
    with pytest.raises(Refused) as refused:
        composing.start_draft(draft.study, "population", languages=("en",), by="lead")
    assert code_of(refused) == "composed_already"
    draft.study.sides = ["population"]
    draft.study.save()
    with pytest.raises(Refused) as refused:
        composing.start_draft(
            draft.study, "police_officers", languages=("en",), by="lead"
        )
    assert code_of(refused) == "unheard_side"


def test_a_follow_up_goes_with_its_question(draft):
    condition = next(
        item
        for item in map(instruments.item, composing.composition_of(draft).kept)
        if item.asked_if
    )
    leave_out(draft, condition.asked_if.item)
    kept = composing.composition_of(refreshed(draft)).kept
    assert condition.asked_if.item not in kept
    assert condition.name not in kept


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Ab", "unfit_name"),
        ("with space", "unfit_name"),
        ("local_trust", "bank_name"),
        ("district", "bank_name"),
        ("fairness", "bank_name"),
    ],
)
def test_names_that_would_clash_are_refused(draft, name, code):
    question = replace(PARKING, name=name)
    with pytest.raises(Refused) as refused:
        composing.put_question(draft, question, wording=WORDING, by="lead")
    assert code_of(refused) == code


def test_two_questions_of_ones_own_have_two_names(with_question):
    with pytest.raises(Refused) as refused:
        composing.put_question(with_question, PARKING, wording=WORDING, by="lead")
    assert code_of(refused) == "name_taken"


def test_the_mirrored_question_has_the_same_scale(with_question):
    other = composing.start_draft(
        with_question.study, "police_officers", languages=("en",), by="lead"
    )
    mirrored = replace(PARKING, scale="yes_no")
    with pytest.raises(Refused) as refused:
        composing.put_question(other, mirrored, wording=WORDING, by="lead")
    assert code_of(refused) == "other_scale"
    composing.put_question(other, PARKING, wording=WORDING, by="lead")


def test_a_question_keeps_its_place_when_it_is_changed_and_can_be_removed(
    with_question,
):
    second = replace(PARKING, name="parking_school")
    composing.put_question(with_question, second, wording=WORDING, by="lead")
    renamed = replace(PARKING, name="parking_market")
    composing.put_question(
        with_question, renamed, wording=WORDING, place_of="parking_square", by="lead"
    )
    asked = composing.composition_of(refreshed(with_question))
    assert [each.name for each in asked.own] == ["parking_market", "parking_school"]
    assert "item.parking_square" not in asked.words["en"]
    composing.remove_question(with_question, "parking_market", by="lead")
    asked = composing.composition_of(refreshed(with_question))
    assert [each.name for each in asked.own] == ["parking_school"]


# Completeness


def cell(draft, name, language):
    board = composing.board_of(refreshed(draft))
    row = next(row for row in board.rows if row.name == name)
    return row.state(language)


def test_a_question_is_missing_drafted_behind_or_reviewed(draft):
    composing.put_question(draft, PARKING, wording={"en": WORDING["en"]}, by="lead")
    assert cell(draft, PARKING.name, "fr") == WordingState.MISSING
    key = f"item.{PARKING.name}"
    composing.write_words(draft, "fr", texts={key: WORDING["fr"]}, by="lead")
    assert cell(draft, PARKING.name, "fr") == WordingState.DRAFTED
    review(refreshed(draft))
    assert cell(draft, PARKING.name, "fr") == WordingState.REVIEWED
    composing.write_words(draft, "en", texts={key: "And now?"}, by="lead")
    assert cell(draft, PARKING.name, "fr") == WordingState.STALE
    assert cell(draft, PARKING.name, "en") == WordingState.DRAFTED
    composing.write_words(draft, "fr", texts={key: "Et là ?"}, by="lead")
    assert cell(draft, PARKING.name, "fr") == WordingState.DRAFTED


def test_a_language_the_bank_does_not_have_is_written_here(draft):
    composing.choose_languages(draft, languages=("en", "uk"), by="lead")
    board = composing.board_of(refreshed(draft))
    assert board.count("uk", WordingState.MISSING) == len(board.rows)
    asked = composing.composition_of(refreshed(draft))
    words = {key: f"українською: {key}" for key in asked.texts}
    composing.write_words(draft, "uk", texts=words, by="lead")
    assert composing.board_of(refreshed(draft)).is_complete("uk")
    with pytest.raises(Refused) as refused:
        publishing.submit(refreshed(draft), by="lead")
    assert code_of(refused) == "no_pages"


def test_words_of_the_bank_are_not_written_over(draft):
    before = composing.composition_of(draft)
    composing.write_words(draft, "fr", texts={"item.local_trust": "Oui ?"}, by="lead")
    after = composing.composition_of(refreshed(draft))
    assert after.text("item.local_trust", "fr") == before.text("item.local_trust", "fr")


# Review


def test_steps_are_recorded_for_complete_words_by_roles_in_their_order(draft):
    tomorrow = timezone.localdate() + datetime.timedelta(days=2)
    wrong = [
        ("unknown_language", StepDone("de", "review", DAY, ROLES)),
        ("not_done_yet", StepDone("fr", "review", tomorrow, ROLES)),
        ("no_role", StepDone("fr", "review", DAY, ())),
        ("no_role", StepDone("fr", "review", DAY, ("Jeanne",))),
    ]
    for code, done in wrong:
        with pytest.raises(Refused) as refused:
            reviewing.record_step(draft, done, by="lead")
        assert code_of(refused) == code
    reviewing.record_step(draft, StepDone("fr", "review", DAY, ROLES), by="lead")
    before = DAY - datetime.timedelta(days=1)
    with pytest.raises(Refused) as refused:
        reviewing.record_step(
            draft, StepDone("fr", "pretest", before, ROLES), by="lead"
        )
    assert code_of(refused) == "step_order"
    composing.put_question(draft, PARKING, wording={"en": "New?"}, by="lead")
    with pytest.raises(Refused) as refused:
        reviewing.record_step(draft, StepDone("fr", "pretest", DAY, ROLES), by="lead")
    assert code_of(refused) == "incomplete"


def test_only_a_language_whose_review_is_whole_is_reviewed(with_question):
    review(with_question)
    reviewing.remove_step(with_question, "fr", "pretest", by="lead")
    assert composing.board_of(refreshed(with_question)).reviewed_languages == ("en",)
    assert published_from(with_question).content["reviewed"] == ["en"]


def test_the_language_written_first_needs_no_translation(with_question):
    review(with_question)
    reviewing.remove_step(with_question, "en", "translation", by="lead")
    assert "en" in composing.board_of(refreshed(with_question)).reviewed_languages


def test_a_real_territory_fields_only_what_was_reviewed(db):
    study = make_study(simulated=False)
    draft = composing.start_draft(study, "population", languages=("fr", "en"), by="a")
    contacts(draft)
    unreviewed = refreshed(draft)
    review(unreviewed, ["fr"])
    published = published_from(unreviewed)
    assert published.content["reviewed"] == ["fr"]


# Publication


def test_a_draft_that_is_submitted_no_longer_changes(draft):
    publishing.submit(draft, by="lead")
    with pytest.raises(Refused) as refused:
        composing.put_question(draft, PARKING, wording=WORDING, by="lead")
    assert code_of(refused) == "submitted"
    publishing.take_back(draft, by="colleague")
    composing.put_question(draft, PARKING, wording=WORDING, by="lead")


def test_an_unfinished_draft_is_not_submitted(draft):
    composing.put_question(draft, PARKING, wording={"en": "Only?"}, by="lead")
    with pytest.raises(Refused) as refused:
        publishing.submit(draft, by="lead")
    assert code_of(refused) == "incomplete"
    composing.remove_question(draft, PARKING.name, by="lead")
    composing.choose_items(draft, names=(), by="lead")
    with pytest.raises(Refused) as refused:
        publishing.submit(draft, by="lead")
    assert code_of(refused) == "nothing_asked"


def test_a_second_person_publishes(with_question):
    with pytest.raises(Refused) as refused:
        publishing.publish_draft(with_question, by="coordinator")
    assert code_of(refused) == "not_submitted"
    leave_out(with_question, "feel_secure", by="colleague")
    publishing.submit(with_question, by="lead")
    for writer in ("lead", "colleague"):
        with pytest.raises(Refused) as refused:
            publishing.publish_draft(with_question, by=writer)
        assert code_of(refused) == "second_person"
    published = publishing.publish_draft(with_question, by="coordinator")
    assert (published.version, published.study) == (1, with_question.study)
    assert published.items[-1]["wording"] == WORDING
    assert published.items[-1]["factors"] == ["no_dialogue"]
    assert not Draft.objects.exists()
    assert "privacy@example.org" in published.content["consent"]["complaints"]["en"]
    assert "National Guard" in json.dumps(published.content)


def test_what_is_published_never_changes(with_question):
    published = published_from(with_question)
    for change in (
        published.save,
        published.delete,
        lambda: Questionnaire.objects.update(version=2),
        lambda: Questionnaire.objects.all().delete(),
    ):
        with pytest.raises(Refused) as refused:
            change()
        assert code_of(refused) == "published_questionnaire"
    assert snapshots.checksum(published.content) == published.checksum


def test_a_new_version_names_the_old_one_and_what_became_of_each_question(
    with_question,
):
    first = published_from(with_question)
    draft = composing.start_version(first, by="lead")
    renamed = replace(PARKING, name="parking_market")
    composing.put_question(draft, renamed, wording=WORDING, by="lead")
    composing.remove_question(draft, PARKING.name, by="lead")
    leave_out(refreshed(draft), "local_trust")
    composing.map_item(draft, PARKING.name, "parking_market", by="lead")
    second = published_from(refreshed(draft))
    assert (second.version, second.replaces) == (2, first)
    assert second.item_map["parking_square"] == "parking_market"
    assert second.item_map["local_trust"] == ""
    assert second.item_map["feel_secure"] == "feel_secure"
    assert set(second.item_map) == {item["name"] for item in first.items}
    with pytest.raises(Refused) as refused:
        composing.start_version(first, by="lead")
    assert code_of(refused) == "newer_version"


def test_a_code_never_changes_its_meaning(with_question):
    draft = composing.start_version(published_from(with_question), by="lead")
    for changed in (replace(PARKING, scale="yes_no"), replace(PARKING, reversed=True)):
        with pytest.raises(Refused) as refused:
            composing.put_question(
                draft, changed, wording=WORDING, place_of=PARKING.name, by="lead"
            )
        assert code_of(refused) == "changed_codes"
    for new in ("no_such_question", "local_trust", PARKING.name):
        with pytest.raises(Refused) as refused:
            composing.map_item(draft, "feel_secure", new, by="lead")
        assert code_of(refused) == "item_map"


def test_a_new_version_keeps_reviews_of_words_that_stay(with_question):
    review(with_question)
    draft = composing.start_version(published_from(with_question), by="lead")
    assert composing.board_of(draft).reviewed_languages == ("en", "fr")
    changed = {"en": "How is parking today?"}
    composing.put_question(
        draft, PARKING, wording=changed, place_of=PARKING.name, by="lead"
    )
    assert composing.board_of(refreshed(draft)).reviewed_languages == ()


def test_a_questionnaire_of_the_bank_as_it_is_has_no_new_version(study):
    copied = actions.publish_questionnaire(
        "population", force=study.force, complaints=CONTACTS, by="lead"
    )
    with pytest.raises(Refused) as refused:
        composing.start_version(copied, by="lead")
    assert code_of(refused) == "questionnaire_of_the_bank"


# Files


def test_a_draft_goes_out_as_a_file_and_comes_back(with_question):
    asked = composing.composition_of(with_question)
    content = composition_files.to_file(asked)
    composing.remove_question(with_question, PARKING.name, by="lead")
    composing.take_in(with_question, content, name="q.json", by="lead")
    assert composing.composition_of(refreshed(with_question)) == asked


def wrong_files(draft):
    good = draft.composition
    question = good["own_questions"][0]
    return [
        b"\xff\xfe",
        b"[1, 2",
        b"[]",
        b" " * (composition_files.MOST_BYTES + 1),
        b"[" * 100_000,
        *(
            json.dumps(good | change).encode()
            for change in (
                {"schema": 2},
                {"surprise": 1},
                {"name": 3},
                {"base": "nothing"},
                {"languages": []},
                {"languages": ["Deutsch"]},
                {"own_questions": [question | {"scale": "none"}]},
                {"own_questions": [question | {"more": ""}]},
                {"own_questions": ["text"]},
                {"words": {"en": {"title": 4}}},
            )
        ),
    ]


def test_a_file_that_is_wrong_changes_nothing(with_question):
    for content in wrong_files(with_question):
        with pytest.raises(Refused) as refused:
            composing.take_in(with_question, content, name="q.json", by="lead")
        assert code_of(refused) == "unreadable_file"
    other = json.dumps(with_question.composition | {"base": "youth"}).encode()
    with pytest.raises(Refused) as refused:
        composing.take_in(with_question, other, name="q.json", by="lead")
    assert code_of(refused) == "other_questionnaire"
    assert refreshed(with_question).composition == with_question.composition


# Plans of waves


def test_a_wave_asks_each_side_one_questionnaire(with_question):
    study, published = with_question.study, published_from(with_question)
    bank = actions.publish_questionnaire(
        "population", force=study.force, complaints=CONTACTS, by="lead"
    )
    wanted = WavePlan(CollectionMode.OPEN_LINK, *DATES, [published])
    wrong = [
        ("side_twice", replace(wanted, questionnaires=[published, bank])),
        ("nothing_asked", replace(wanted, questionnaires=[])),
        ("dates", replace(wanted, opens_on=DATES[1], closes_on=DATES[0])),
        ("nobody_invited", replace(wanted, mode=CollectionMode.ACCESS_CODES)),
    ]
    for code, planned in wrong:
        with pytest.raises(Refused) as refused:
            planning.plan(study, planned, by="lead")
        assert code_of(refused) == code
    wave = planning.plan(study, wanted, by="lead")
    by_letter = replace(
        wanted,
        mode=CollectionMode.ACCESS_CODES,
        invited={"population": 400, "police_officers": 5},
    )
    changed = planning.change_plan(wave, by_letter, by="lead")
    assert (changed.number, changed.invited) == (1, {"population": 400})
    planning.drop_plan(changed, by="lead")
    assert not study.waves.exists()


def test_a_plan_takes_no_questionnaire_of_another_study(with_question):
    published = published_from(with_question)
    other = make_study()
    with pytest.raises(Refused) as refused:
        planning.plan(
            other, WavePlan(CollectionMode.OPEN_LINK, *DATES, [published]), by="lead"
        )
    assert code_of(refused) == "other_study"


def test_a_plan_stays_once_its_wave_is_open(with_question):
    published = published_from(with_question)
    planned = WavePlan(CollectionMode.OPEN_LINK, *DATES, [published])
    wave = planning.plan(with_question.study, planned, by="lead")
    actions.open_wave(wave, by="lead")
    for act in (
        lambda: planning.change_plan(wave, planned, by="lead"),
        lambda: planning.drop_plan(wave, by="lead"),
    ):
        with pytest.raises(Refused) as refused:
            act()
        assert code_of(refused) == "wrong_state"


# Whatever is composed

TEXTS = st.text(st.characters(exclude_categories=("C",)), max_size=12)
LANGUAGES = st.lists(
    st.sampled_from(["en", "fr", "uk", "ar"]), min_size=1, max_size=3, unique=True
).map(tuple)


@st.composite
def compositions(draw):
    base = draw(st.sampled_from(["population", "police_officers"]))
    questionnaire = instruments.questionnaire(base)
    names = draw(st.lists(st.sampled_from(["own_a", "own_b"]), unique=True))
    asked = Composition(
        name=f"study-{base}",
        side=questionnaire.side.value,
        base=base,
        languages=draw(LANGUAGES),
        left_out=tuple(draw(st.sets(st.sampled_from(questionnaire.items)))),
        own=tuple(OwnQuestion(name, "yes_no") for name in names),
    )
    keys = st.sampled_from(list(asked.texts))
    words = st.dictionaries(
        st.sampled_from(asked.languages), st.dictionaries(keys, TEXTS, max_size=6)
    )
    for language, texts in draw(words).items():
        asked = composing.with_words(asked, language, texts)
    return asked


@settings(max_examples=25)
@given(compositions(), st.data())
def test_completeness_is_right_whatever_is_composed(asked, data):
    step_language = data.draw(st.sampled_from(asked.languages))
    steps = [
        Recorded(step_language, step, boards.fingerprints(asked, step_language))
        for step in ReviewStep.values
    ]
    board = boards.board(asked, steps)
    assert {row.name for row in board.rows if row.kind == boards.ITEM} == set(
        asked.item_names
    )
    for language in asked.languages:
        empty = [key for key in asked.texts if not asked.text(key, language)]
        missing = board.count(language, WordingState.MISSING)
        assert (missing == 0) == (not empty)
        if board.is_complete(language):
            assert not empty
            content = snapshots.composed(replace(asked, languages=(language,)), NAMES)
            assert content["title"][language]
            assert all(
                item["wording"][language] and option["label"][language]
                for section in content["sections"]
                for item in section["items"]
                for option in item["options"]
            )
            assert (language in board.reviewed_languages) == (
                language == step_language or not drafted(board, language)
            )


NAMES = instruments.ForceName.of({"en": "the Guard", "fr": "la Garde", "ar": "الحرس"})


def drafted(board, language):
    return board.count(language, WordingState.DRAFTED)


@settings(max_examples=15)
@given(compositions())
def test_a_file_holds_whatever_is_composed(asked):
    content = composition_files.to_file(asked)
    assert composition_files.from_file(content, "any.json") == asked
    assert snapshots.checksum(composition_files.written(asked)) == snapshots.checksum(
        json.loads(content)
    )


# The law of the country


def test_what_may_not_be_asked_is_replaced_with_its_reason(db):
    study = make_study(simulated=False)
    study.territory.country.code = "FR"
    study.territory.country.save()
    draft = composing.start_draft(study, "population", languages=("fr",), by="lead")
    before = composing.composition_of(draft).kept
    contacts(draft)
    names = [*before, "origin_self"]
    composing.choose_items(draft, names=names, by="lead")
    asked = composing.composition_of(refreshed(draft))
    assert asked.kept == (*before, "origin_perceived")
    published = published_from(refreshed(draft))
    assert published.items[-1]["name"] == "origin_perceived"
    (change,) = published.content["legal"]["changes"]
    assert (change["item"], change["instead"]) == ("origin_self", "origin_perceived")
    assert "Défenseur des droits" in change["reason"]["fr"]


def test_without_a_profile_nothing_sensitive_is_asked(db):
    study = make_study(simulated=False)
    draft = composing.start_draft(study, "population", languages=("en",), by="lead")
    composing.choose_items(draft, names=["origin_self", "feel_secure"], by="lead")
    assert composing.composition_of(refreshed(draft)).kept == ("feel_secure",)
