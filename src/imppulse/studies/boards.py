"""How complete a composed questionnaire is: every question in every language, and what is in the way."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from imppulse import instruments
from imppulse.instruments import Item
from imppulse.instruments.model import Status
from imppulse.studies.choices import ReviewStep, WordingState
from imppulse.studies.composition import (
    CONTACT,
    FORCE,
    OWN_SECTION,
    Composition,
    OwnQuestion,
    in_bank,
    option_key,
    reviewed_in_bank,
    short_hash,
)

# Worst first: a row stands where its worst text stands.
ORDER = (
    WordingState.MISSING,
    WordingState.STALE,
    WordingState.DRAFTED,
    WordingState.REVIEWED,
)
OPENING, HEADINGS, ITEM = "opening", "headings", "item"


@dataclass(frozen=True)
class Recorded:
    """A step of the review of one language, with the fingerprints of the words it saw."""

    language: str
    step: str
    words: Mapping[str, str]


@dataclass(frozen=True)
class Row:
    """A question, or the words around the questions, with its state by language."""

    kind: str
    name: str
    cells: Mapping[str, WordingState]
    own: bool = False

    def state(self, language: str) -> WordingState:
        return self.cells[language]


@dataclass(frozen=True)
class Board:
    rows: tuple[Row, ...]
    languages: tuple[str, ...]

    def states(self, language: str) -> list[WordingState]:
        return [row.state(language) for row in self.rows]

    def count(self, language: str, *states: WordingState) -> int:
        return sum(state in states for state in self.states(language))

    def is_complete(self, language: str) -> bool:
        return not self.count(language, WordingState.MISSING, WordingState.STALE)

    def is_reviewed(self, language: str) -> bool:
        return self.count(language, WordingState.REVIEWED) == len(self.rows)

    @property
    def complete_languages(self) -> tuple[str, ...]:
        return tuple(code for code in self.languages if self.is_complete(code))

    @property
    def reviewed_languages(self) -> tuple[str, ...]:
        return tuple(code for code in self.languages if self.is_reviewed(code))


def board(asked: Composition, steps: Iterable[Recorded]) -> Board:
    recorded = list(steps)
    rows = tuple(
        Row(
            kind,
            name,
            {
                language: worst(
                    state(asked, key, language=language, steps=recorded) for key in keys
                )
                for language in asked.languages
            },
            own=asked.own_question(name) is not None,
        )
        for kind, name, keys in keys_by_row(asked)
    )
    return Board(rows, asked.languages)


def keys_by_row(asked: Composition) -> list[tuple[str, str, list[str]]]:
    opening = ["title", "introduction", CONTACT]
    opening += [k for k in asked.texts if k == FORCE or k.startswith("consent.")]
    headings = [key for key in asked.texts if key.startswith("section.")]
    rows = [(OPENING, OPENING, opening)]
    if headings:
        rows.append((HEADINGS, HEADINGS, headings))
    items: list[Item | OwnQuestion] = [instruments.item(name) for name in asked.kept]
    for item in (*items, *asked.own):
        options = [option_key(item, option) for option in item.options]
        rows.append((ITEM, item.name, [f"item.{item.name}", *options]))
    return rows


def worst(states: Iterable[WordingState]) -> WordingState:
    return min(states, key=ORDER.index)


def state(
    asked: Composition, key: str, *, language: str, steps: Iterable[Recorded]
) -> WordingState:
    if not asked.text(key, language):
        return WordingState.MISSING
    if is_behind(asked, key, language):
        return WordingState.STALE
    if is_reviewed(asked, key, language=language, steps=steps):
        return WordingState.REVIEWED
    return WordingState.DRAFTED


def is_behind(asked: Composition, key: str, language: str) -> bool:
    """Whether the original was changed after the territory translated it."""
    if language == asked.source or not asked.is_written_here(key, language):
        return False
    if key == CONTACT:  # an address of its own in each language, no translation
        return False
    seen = asked.translated_from.get(language, {}).get(key)
    return seen != short_hash(asked.text(key, asked.source))


def is_reviewed(
    asked: Composition, key: str, *, language: str, steps: Iterable[Recorded]
) -> bool:
    if key in {CONTACT, FORCE} or bank_has_reviewed(asked, key, language):
        return True
    wanted = asked.fingerprint(key, language)
    done = {
        each.step
        for each in steps
        if each.language == language and each.words.get(key) == wanted
    }
    return done.issuperset(needed_steps(asked, language))


def bank_has_reviewed(asked: Composition, key: str, language: str) -> bool:
    """Whether the bank's words were reviewed: a question's own, the rest with all questions."""
    if not in_bank(asked.texts[key], language):
        return False
    if key == OWN_SECTION:  # a heading of ours, not of the bank
        return True
    kind, _dot, name = key.partition(".")
    if kind == "item":
        status = instruments.item(name).status.get(language, Status.DRAFTED)
        return status != Status.DRAFTED
    return reviewed_in_bank(asked, language)


def needed_steps(asked: Composition, language: str) -> Collection[str]:
    """Name the steps a language needs: what is written first is not translated."""
    steps = [step.value for step in ReviewStep]
    return steps[1:] if language == asked.source else steps


def fingerprints(asked: Composition, language: str) -> dict[str, str]:
    return {key: asked.fingerprint(key, language) for key in asked.texts}
