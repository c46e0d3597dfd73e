import datetime
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from imppulse.core.errors import Refused
from imppulse.studies import sealing
from imppulse.studies.actions.answers import submit_answer
from imppulse.studies.models import Pass, Wave


@transaction.atomic
def take_in(
    wave: Wave, *, pass_: str, record: Mapping[str, Any], on: datetime.date
) -> bool:
    """Store an answer given without a network, under the pass its device made.

    Sent twice, it counts once: says whether it is new.
    """
    Pass.objects.get_or_create(wave=wave, hash=sealing.pass_hash(pass_))
    try:
        submit_answer(wave, pass_=pass_, record=record, on=on)
    except Refused as refused:
        if refused.code == "already_received":
            return False
        raise
    return True
