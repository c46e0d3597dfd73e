"""Answers on paper, typed in twice by an interviewer; how a wave may be collected."""

import datetime
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from imppulse import instruments
from imppulse.core.actions import note
from imppulse.core.errors import Refused
from imppulse.instruments.legal import Topic
from imppulse.studies import sealing
from imppulse.studies.actions.access_codes import exchange_code
from imppulse.studies.actions.answers import submit_answer
from imppulse.studies.actions.waves import locked, refuse_unless
from imppulse.studies.choices import KeyKeeping, WaveState
from imppulse.studies.models import Pass, Wave

SETTINGS = ("key_kept", "comments", "adults_only", "paper")


@transaction.atomic
def set_collecting(wave: Wave, *, by: str, **settings: Any) -> None:
    """Say how a planned wave is collected; a change of its key's keeping forgets the key."""
    held = locked(wave)
    refuse_unless(held, WaveState.PLANNED)
    if settings["comments"]:
        refuse_free_text(held)
    if settings["key_kept"] != held.key_kept:
        held.public_key, held.rehearsed_on = "", None
    if held.simulated and settings["key_kept"] == KeyKeeping.STRICT:
        note("strict", held, by=by)
    for name in SETTINGS:
        setattr(held, name, settings[name])
    held.save()
    note("set_collecting", held, by=by, **settings)


def refuse_free_text(wave: Wave) -> None:
    """Keep free text off where nobody read what a public agent must report."""
    if wave.simulated:
        return
    profile = instruments.legal_profile(wave.study.territory.country.code)
    if profile is None or Topic.DUTY_TO_REPORT in profile.unknown:
        raise Refused(
            "free_text",
            _(
                "No free text: the legal profile of this country does not say what a public agent must report."
            ),
        )


@transaction.atomic
def submit_paper(
    wave: Wave,
    *,
    pass_: str,
    record: Mapping[str, Any],
    comment: str,
    code: str,
    on: datetime.date,
) -> str:
    """Seal an answer from paper as any other; where letters were sent, its code is spent too.

    Gives the pass, of which the withdrawal code is made.
    """
    if not wave.paper:
        raise Refused("no_paper", _("This wave takes no answers on paper."))
    if wave.needs_codes:
        pass_ = exchange_code(code, on=on)
    else:
        Pass.objects.get_or_create(wave=wave, hash=sealing.pass_hash(pass_))
    submit_answer(wave, pass_=pass_, record=record, comment=comment, on=on)
    return pass_
