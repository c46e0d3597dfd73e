import datetime
from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _
from nacl.encoding import HexEncoder

from imppulse.core.actions import note
from imppulse.core.errors import Refused
from imppulse.studies import codes, sealing
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
def open_wave(wave: Wave, *, by: str) -> tuple[str, ...]:
    """Open a wave; gives back the key's three shares, which exist nowhere else.

    A simulated wave keeps its key for the demonstration and has no shares.
    """
    refuse_unless(locked(wave), WaveState.PLANNED)  # two openings would make two keys
    refuse_unreviewed(wave)
    seed, wave.public_key = sealing.make_key_pair()
    if wave.simulated:
        key = sealing.key_from_seed(seed)
        wave.demonstration_key = key.encode(HexEncoder).decode()
    wave.state = WaveState.OPEN
    wave.save()
    for questionnaire in wave.questionnaires.all():
        add_link(wave, questionnaire.side)
    note("open", wave, by=by)
    return () if wave.simulated else sealing.shares(seed)


def add_link(wave: Wave, side: str) -> AnswerLink:
    token = codes.written(sealing.make_seed()[:10]).lower()
    return AnswerLink.objects.create(wave=wave, side=side, token=token)


def refuse_unless(wave: Wave, state: WaveState) -> None:
    if wave.state != state:
        sentence = _("This needs a wave that is %(state)s.")
        raise Refused("wrong_state", sentence % {"state": state.label})


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
