"""What stands on the desk of those who write a study, and the one thing to do next."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from imppulse.instruments.texts import name_of_language
from imppulse.studies.actions import composing, studies
from imppulse.studies.boards import Board
from imppulse.studies.choices import Side, WaveState
from imppulse.studies.forms.languages import reader_language
from imppulse.studies.models import Draft, Study, Wave


@dataclass(frozen=True)
class Step:
    """The next thing to do: what, why, where."""

    title: str
    body: str
    url: str
    action: str


@dataclass(frozen=True)
class DraftCard:
    draft: Draft
    board: Board

    @property
    def title(self) -> str:
        return title_of(self.draft)

    @property
    def is_complete(self) -> bool:
        return self.board.complete_languages == self.board.languages


def title_of(draft: Draft) -> str:
    """Name a draft by the title respondents will read."""
    asked = composing.composition_of(draft)
    return asked.text("title", reader_language()) or asked.text("title", asked.source)


def missing_texts(study: Study) -> list[tuple[str, list[str]]]:
    """List, for each text of a study, the languages that lack it."""
    names = {"title": _("Title"), "summary": _("Summary")}
    found = [
        (
            names[field],
            [
                name_of_language(code, reader_language())
                for code, _name in settings.PUBLICATION_LANGUAGES
                if study.current(field, code, drafts=True) is None
            ],
        )
        for field in study.text_fields
    ]
    return [(name, codes) for name, codes in found if codes]


def asks_police_officers(wave: Wave) -> bool:
    return any(q.side == Side.POLICE_OFFICERS for q in wave.questionnaires.all())


def next_step(study: Study, drafts: list[DraftCard], today: date) -> Step | None:
    """Choose the one next thing: the earliest step of a study that is not done."""
    return (
        questionnaire_step(study, drafts)
        or wave_step(study, today)
        or publication_step(study)
    )


def address(name: str, study: Study, *more: Any) -> str:
    return reverse(f"studies:{name}", args=[study.slug, *more])


def questionnaire_step(study: Study, drafts: list[DraftCard]) -> Step | None:
    for card in drafts:
        where = address("draft", study, card.draft.pk)
        if card.draft.is_submitted:
            return Step(
                _("A questionnaire waits for a second person"),
                _("Someone who did not write in it reads it and publishes it."),
                where,
                _("Read “%(title)s”") % {"title": card.title},
            )
        return Step(
            _("Finish the questionnaire"),
            _("Complete every language, look at it as respondents will, submit it."),
            where,
            _("Go on with “%(title)s”") % {"title": card.title},
        )
    if study.parts.exists() or study.waves.exists() or study.questionnaires.exists():
        return None
    return Step(
        _("Choose what is asked"),
        _(
            "Begin from a questionnaire of the bank, or add a part where you listen: interviews, groups, observation."
        ),
        address("compose", study),
        _("Compose a questionnaire"),
    )


def wave_step(study: Study, today: date) -> Step | None:
    waves = list(study.waves.all())
    if not waves and study.questionnaires.exists():
        return Step(
            _("Plan the first wave"),
            _("When people are asked, how they come to answer, how many are invited."),
            address("plan_wave", study),
            _("Plan a wave"),
        )
    for wave in waves:
        if step := step_of(wave, study, today):
            return step
    return None


def step_of(wave: Wave, study: Study, today: date) -> Step | None:
    where = address("wave", study, wave.number)
    words = {"number": wave.number}
    if wave.state == WaveState.PLANNED and must_be_cleared(wave, study):
        return Step(
            _("Record the authorisation and the consultation"),
            _("Police officers are asked only once their force and their staff were."),
            address("clearances", study),
            _("Open the checklist"),
        )
    if wave.state == WaveState.PLANNED and wave.opens_on <= today:
        return Step(
            _("Open wave %(number)s") % words,
            _("Its first day has come."),
            where,
            _("Go to the wave"),
        )
    if wave.is_open and wave.closes_on < today:
        return Step(
            _("Close wave %(number)s") % words,
            _("Its last day is over: results exist once it is closed."),
            where,
            _("Go to the wave"),
        )
    return None


def must_be_cleared(wave: Wave, study: Study) -> bool:
    missing = not study.simulated and asks_police_officers(wave)
    return missing and bool(studies.missing_clearances(study))


def publication_step(study: Study) -> Step | None:
    if not studies.drafts_of(study):
        return None
    return Step(
        _("Have it published"),
        _("What is new is seen here only, until a second person publishes it."),
        "#publish",
        _("See what is new"),
    )
