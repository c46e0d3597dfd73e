"""Answers that an institute delivers: received, mapped, then taken whole or not at all."""

from dataclasses import replace

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from imppulse.core.actions import note
from imppulse.core.errors import Refused
from imppulse.studies import mapping as asked
from imppulse.studies import pending
from imppulse.studies.actions.closing import import_closed_wave
from imppulse.studies.actions.diagnoses import diagnose_wave
from imppulse.studies.actions.waves import refuse_unless
from imppulse.studies.choices import WaveState
from imppulse.studies.models import Wave
from imppulse.studies.pending import Delivery
from imppulse.tables import TableError, sentence
from imppulse.tables.contained import read_upload
from imppulse.tables.deliveries import (
    Checked,
    Mapping,
    check,
    expanded,
    guess,
    read_mapping,
)


def refused(error: TableError) -> Refused:
    return Refused(error.code, sentence(error, get_language() or "en"))


def receive(wave: Wave, content: bytes, *, name: str, sheet: str = "", by: str) -> None:
    """Read a file apart, map what leaves no doubt, and keep it for a person to look at."""
    refuse_unless(wave, WaveState.PLANNED)
    pending.sweep()
    items = asked.asked_items(wave)
    try:
        table = expanded(read_upload(content, name, sheet=sheet or None), items)
    except TableError as wrong:
        raise refused(wrong) from wrong
    sides = asked.sides(wave)
    kept, traces = pending.without_traces(table)
    mapping = guess(kept, items)
    if "side" not in mapping.by_target and len(sides) == 1:
        mapping = replace(mapping, constants={"side": sides[0]})
    pending.keep(wave, kept, mapping, traces=traces)
    note("receive", wave, by=by, rows=table.frame.height, checksum=table.checksum)


def waiting(wave: Wave) -> Delivery:
    found = pending.read(wave)
    if found is None:
        raise Refused("nothing_delivered", _("No file waits to be imported."))
    return found


def map_columns(wave: Wave, mapping: Mapping, *, by: str) -> None:
    """Keep what a person says the columns and values are."""
    waiting(wave)
    pending.keep_mapping(wave, mapping)
    note("map", wave, by=by)


def take_mapping(wave: Wave, content: bytes, *, name: str, by: str) -> None:
    """Use a mapping from a file, such as that of the wave before."""
    try:
        map_columns(wave, read_mapping(content, name), by=by)
    except TableError as wrong:
        raise refused(wrong) from wrong


def checked(wave: Wave, delivery: Delivery) -> Checked:
    return check(
        delivery.table,
        delivery.mapping,
        items=asked.asked_items(wave),
        sides=asked.sides(wave),
    )


def take(wave: Wave, *, by: str) -> Wave:
    """Import the whole file as it is mapped; one problem anywhere stops all of it."""
    delivery = waiting(wave)
    found = checked(wave, delivery)
    if found.problems:
        raise refused(found.problems[0])
    closed = import_closed_wave(wave.study, wave.number, found.frame, by=by)
    pending.discard(wave)
    diagnose_wave(closed, by=by)
    return closed


def give_back(wave: Wave, *, by: str) -> None:
    """Forget a delivered file."""
    waiting(wave)
    pending.discard(wave)
    note("discard_delivery", wave, by=by)


def record_hand_out(wave: Wave, *, kind: str, by: str) -> None:
    """Note that answers row by row left, to whom and as what."""
    note("hand_out_answers", wave, by=by, kind=kind, checksum=wave.checksum)
