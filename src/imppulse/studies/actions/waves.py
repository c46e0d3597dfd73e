import datetime
from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _
from nacl.encoding import HexEncoder

from imppulse.core.actions import note
from imppulse.core.errors import Refused
from imppulse.studies import codes, sealing
from imppulse.studies.actions.studies import refuse_unauthorised
from imppulse.studies.choices import CollectionMode, WaveState
from imppulse.studies.models import AnswerLink, Questionnaire, Study, Wave


@transaction.atomic
def plan_wave(
    study: Study,
    number: int,
    *,
    questionnaires: Iterable[Questionnaire],
    mode: CollectionMode,
    dates: tuple[datetime.date, datetime.date],
    by: str,
) -> Wave:
    opens_on, closes_on = dates
    wave = Wave.objects.create(
        study=study, number=number, mode=mode, opens_on=opens_on, closes_on=closes_on
    )
    wave.questionnaires.set(questionnaires)
    note("plan", wave, by=by)
    return wave


@transaction.atomic
def open_wave(wave: Wave, *, by: str) -> None:
    """Open a wave to its respondents.

    A simulated wave makes its key here and keeps it, for the demonstration. The key of
    a real one was handed out before, and proved in a rehearsal.
    """
    held = locked(wave)
    refuse_unless(held, WaveState.PLANNED)  # two openings would make two keys
    refuse_unreviewed(held)
    refuse_unauthorised(held)
    refuse_unrehearsed(held)
    if held.simulated and not held.is_strict:
        keep_key(held)
    held.state = WaveState.OPEN
    held.save()
    add_links(held)
    note("open", held, by=by)
    wave.refresh_from_db()


def keep_key(wave: Wave) -> None:
    seed, wave.public_key = sealing.make_key_pair()
    key = sealing.key_from_seed(seed)
    wave.demonstration_key = key.encode(HexEncoder).decode()


def refuse_unrehearsed(wave: Wave) -> None:
    if wave.simulated and not wave.is_strict:
        return
    rehearsed = wave.simulated or wave.rehearsed_on is not None
    if not rehearsed or not wave.public_key:
        raise Refused(
            "not_rehearsed",
            _("Rehearse this wave first: it proves the wording and the shares."),
        )


def add_links(wave: Wave) -> None:
    for questionnaire in wave.questionnaires.all():
        add_link(wave, questionnaire.side)


def add_link(wave: Wave, side: str) -> AnswerLink:
    token = codes.written(sealing.make_seed()[:10]).lower()
    return AnswerLink.objects.create(wave=wave, side=side, token=token)


def refuse_unless(wave: Wave, *states: WaveState) -> None:
    if wave.state not in states:
        sentence = _("This needs a wave that is %(state)s.")
        wanted = _(" or ").join(str(state.label) for state in states)
        raise Refused("wrong_state", sentence % {"state": wanted})


def refuse_unreviewed(wave: Wave) -> None:
    """Keep a wave of a real territory closed until its wording was reviewed somewhere."""
    if wave.simulated:
        return
    for questionnaire in wave.questionnaires.all():
        if not questionnaire.content["reviewed"]:
            raise Refused(
                "wording_not_reviewed",
                _("No language of this questionnaire has been reviewed yet."),
            )


def locked(wave: Wave) -> Wave:
    related = Wave.objects.select_related("study__force", "study__territory__country")
    return related.select_for_update(of=("self",)).get(pk=wave.pk)
