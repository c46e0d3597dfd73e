"""Composing a questionnaire: a draft that anyone of the territories writes in."""

from collections.abc import Collection, Mapping
from dataclasses import replace

from django.db import transaction
from django.utils.translation import gettext as _

from imppulse import instruments
from imppulse.core.actions import note
from imppulse.core.errors import Refused
from imppulse.instruments import Item
from imppulse.studies import boards, composition_files, lawful, questions
from imppulse.studies.boards import Board, Recorded
from imppulse.studies.choices import WordingState
from imppulse.studies.composition import Composition, OwnQuestion, short_hash
from imppulse.studies.models import Draft, Questionnaire, Study


def composition_of(draft: Draft) -> Composition:
    """Read a draft as the law of its country lets it be asked."""
    asked = composition_files.read(draft.composition)
    return replace(asked, swaps=lawful.swaps(draft.study, asked))


def board_of(draft: Draft) -> Board:
    steps = [Recorded(s.language, s.step, s.words) for s in draft.steps.all()]
    return boards.board(composition_of(draft), steps)


@transaction.atomic
def start_draft(
    study: Study, base: str, *, languages: Collection[str], by: str
) -> Draft:
    """Begin with a questionnaire of the bank, in the languages chosen."""
    side = instruments.questionnaire(base).side.value
    if side not in study.sides:
        raise Refused("unheard_side", _("This study does not hear that side."))
    name = f"{study.slug}-{base}"
    if taken(study, name):
        raise Refused(
            "composed_already",
            _(
                "This study has this questionnaire already: change it, or make a new version."
            ),
        )
    asked = Composition(name=name, side=side, base=base, languages=tuple(languages))
    draft = Draft.objects.create(
        study=study, composition=composition_files.written(asked), writers=[by]
    )
    note("compose", draft, by=by, base=base)
    return draft


def taken(study: Study, name: str) -> bool:
    drafts = study.drafts.filter(composition__name=name)
    published = Questionnaire.objects.filter(name=name, force=study.force)
    return drafts.exists() or published.exists()


@transaction.atomic
def start_version(published: Questionnaire, *, by: str) -> Draft:
    """Begin a new version of a published questionnaire, with its words and their reviews."""
    if "composition" not in published.content or published.study is None:
        raise Refused(
            "questionnaire_of_the_bank",
            _("This is a questionnaire of the bank as it is: compose one from it."),
        )
    newer = Questionnaire.objects.filter(replaces=published)
    if published.drafts.exists() or newer.exists():
        raise Refused("newer_version", _("There is a newer version already."))
    draft = Draft.objects.create(
        study=published.study,
        composition=published.content["composition"] | {"item_map": {}},
        replaces=published,
        writers=[by],
    )
    for step in published.content["reviews"]:
        draft.steps.create(**step)
    note("compose", draft, by=by, replaces=published.pk)
    return draft


def locked(draft: Draft) -> Draft:
    held = Draft.objects.select_for_update(of=("self",)).select_related(
        "study__territory__country", "study__force"
    )
    found = held.get(pk=draft.pk)
    if found.is_submitted:
        raise Refused(
            "submitted",
            _(
                "This questionnaire waits for a second person: take it back to change it."
            ),
        )
    return found


def save(draft: Draft, asked: Composition, *, verb: str, by: str) -> None:
    questions.refuse_unfit(draft, asked)
    draft.composition = composition_files.written(asked)
    draft.writers = [*dict.fromkeys([*draft.writers, by])]
    draft.save()
    note(verb, draft, by=by)


@transaction.atomic
def choose_items(draft: Draft, *, names: Collection[str], by: str) -> None:
    """Say which questions of the bank are asked: of the questionnaire one began from, and others."""
    held = locked(draft)
    asked = composition_of(held)
    base = instruments.questionnaire(asked.base)
    left_out = tuple(name for name in base.items if name not in names)
    added = tuple(i.name for i in further_items(asked) if i.name in names)
    save(held, replace(asked, left_out=left_out, added=added), verb="choose", by=by)


def further_items(asked: Composition) -> list[Item]:
    """List the bank's questions for this side that the questionnaire itself does not ask."""
    base = instruments.questionnaire(asked.base)
    return [
        item
        for item in instruments.items()
        if base.side in item.sides and item.name not in base.items
    ]


@transaction.atomic
def choose_languages(draft: Draft, *, languages: Collection[str], by: str) -> None:
    """Choose the languages; the words of one that is left out are kept for its return."""
    held = locked(draft)
    if not languages:
        raise Refused("no_language", _("Choose at least one language."))
    asked = replace(composition_of(held), languages=tuple(languages))
    save(held, asked, verb="choose_languages", by=by)


@transaction.atomic
def put_question(
    draft: Draft,
    question: OwnQuestion,
    *,
    wording: Mapping[str, str],
    place_of: str = "",
    by: str,
) -> None:
    """Add a question of the territory's own, or put it in the place of one it had."""
    held = locked(draft)
    asked = composition_of(held)
    kept = [each for each in asked.own if each.name != place_of]
    if any(each.name == question.name for each in kept):
        raise Refused("name_taken", _("Another question of yours has this name."))
    place = next(
        (i for i, each in enumerate(asked.own) if each.name == place_of), len(kept)
    )
    own = (*kept[:place], question, *kept[place:])
    renamed = without(asked, {f"item.{place_of}"}) if place_of else asked
    worded = replace(renamed, own=own)
    for language in ordered(wording, worded.source):
        texts = {f"item.{question.name}": wording[language]}
        worded = with_words(worded, language, texts)
    save(held, worded, verb="put_question", by=by)


def ordered(wording: Mapping[str, str], source: str) -> list[str]:
    """Take the original first: a translation refers to it."""
    return sorted(wording, key=lambda language: language != source)


@transaction.atomic
def remove_question(draft: Draft, name: str, *, by: str) -> None:
    held = locked(draft)
    asked = composition_of(held)
    own = tuple(each for each in asked.own if each.name != name)
    less = replace(without(asked, {f"item.{name}"}), own=own)
    save(held, less, verb="remove_question", by=by)


@transaction.atomic
def write_words(
    draft: Draft, language: str, *, texts: Mapping[str, str], by: str
) -> None:
    """Write the texts of a language that the bank does not have; each translates the original."""
    held = locked(draft)
    asked = composition_of(held)
    allowed = {
        key: text
        for key, text in texts.items()
        if key in asked.texts and asked.is_written_here(key, language)
    }
    save(held, with_words(asked, language, allowed), verb="write_words", by=by)


def with_words(
    asked: Composition, language: str, texts: Mapping[str, str]
) -> Composition:
    stripped = {key: text.strip() for key, text in texts.items()}
    words = {**asked.words, language: {**asked.words.get(language, {}), **stripped}}
    worded = replace(asked, words=words)
    if language == asked.source:
        return worded
    seen = {
        key: short_hash(worded.text(key, asked.source))
        for key in stripped
        if key in worded.texts
    }
    before = asked.translated_from.get(language, {})
    return replace(
        worded, translated_from={**asked.translated_from, language: {**before, **seen}}
    )


def without(asked: Composition, keys: set[str]) -> Composition:
    return replace(
        asked,
        words=dropped(asked.words, keys),
        translated_from=dropped(asked.translated_from, keys),
    )


def dropped(
    texts: Mapping[str, Mapping[str, str]], keys: set[str]
) -> dict[str, dict[str, str]]:
    return {
        code: {key: text for key, text in each.items() if key not in keys}
        for code, each in texts.items()
    }


@transaction.atomic
def take_in(draft: Draft, content: bytes, *, name: str, by: str) -> None:
    """Take in a file that this draft gave out and somebody worked on."""
    held = locked(draft)
    asked, given = composition_of(held), composition_files.from_file(content, name)
    own = {field: getattr(asked, field) for field in ("name", "side", "base")}
    for field, value in own.items():
        if getattr(given, field) != value:
            sentence = _(
                "The file is of another questionnaire: its “%(field)s” differs."
            )
            raise Refused("other_questionnaire", sentence % {"field": field})
    save(held, given, verb="take_in", by=by)


@transaction.atomic
def map_item(draft: Draft, old: str, new: str, *, by: str) -> None:
    """Say which question continues one that the replaced version asked under another name."""
    held = locked(draft)
    asked = composition_of(held)
    item_map = {name: to for name, to in asked.item_map.items() if name != old}
    if new:
        item_map[old] = new
    save(held, replace(asked, item_map=item_map), verb="map_item", by=by)


@transaction.atomic
def discard(draft: Draft, *, by: str) -> None:
    held = locked(draft)
    note("discard", held, by=by)
    held.delete()


def unfinished(board: Board) -> dict[str, int]:
    """Count, by language, the questions without words or behind the original."""
    lacking = (WordingState.MISSING, WordingState.STALE)
    counts = {code: board.count(code, *lacking) for code in board.languages}
    return {code: count for code, count in counts.items() if count}
