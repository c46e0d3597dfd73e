"""The key of a real wave: made here, shown as three shares to three people, forgotten."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from imppulse.core.actions import note
from imppulse.core.errors import Refused
from imppulse.studies import sealing
from imppulse.studies.actions.waves import locked, refuse_unless
from imppulse.studies.choices import KeyHolderRole, WaveState
from imppulse.studies.models import HandOver, KeyHolder, Wave

Holder = tuple[str, str]  # role, organisation


@dataclass(frozen=True)
class Sheet:
    """What one page of the hand-over shows, and what it carries to the next, locked."""

    place: int
    share: str
    rest: str


@transaction.atomic
def name_key_holders(wave: Wave, holders: Sequence[Holder], *, by: str) -> None:
    """Record who will hold the three shares, by role."""
    held = locked(wave)
    refuse_unless(held, WaveState.PLANNED)
    refuse_same_hands(holders)
    forget_key(held)
    held.key_holders.all().delete()
    KeyHolder.objects.bulk_create(
        KeyHolder(wave=held, place=place, role=role, organisation=organisation)
        for place, (role, organisation) in enumerate(holders, start=1)
    )
    note("name_key_holders", held, by=by, roles=[role for role, _name in holders])


def refuse_same_hands(holders: Sequence[Holder]) -> None:
    if len(holders) != sealing.SHARES_MADE or any(
        role not in KeyHolderRole or not organisation for role, organisation in holders
    ):
        raise Refused(
            "three_holders", _("Name three people, each by role and organisation.")
        )
    if len({organisation.casefold() for _role, organisation in holders}) < 2:
        raise Refused(
            "same_hands",
            _("Three shares in one organisation are one key: name at least two."),
        )


def forget_key(wave: Wave) -> None:
    """Whatever was handed out before no longer opens anything."""
    HandOver.objects.filter(wave=wave).delete()
    wave.key_holders.update(shown_on=None)
    wave.public_key, wave.rehearsed_on, wave.proof = "", None, ""
    wave.save()


@transaction.atomic
def begin_handover(wave: Wave, *, by: str) -> str:
    """Make the key; its shares leave in the page, locked, and the seed is forgotten."""
    held = locked(wave)
    refuse_unless(held, WaveState.PLANNED)
    refuse_hand_made_here(held)
    forget_key(held)
    seed, held.public_key = sealing.make_key_pair()
    held.save()
    key, rest = sealing.seal_shares(sealing.shares(seed))
    HandOver.objects.create(wave=held, key=key)
    note("make_key", held, by=by)
    return rest


def refuse_hand_made_here(wave: Wave) -> None:
    if wave.simulated or wave.is_strict:
        raise Refused("no_shares", _("The key of this wave is not made here."))
    if wave.key_holders.count() != sealing.SHARES_MADE:
        raise Refused(
            "three_holders", _("Name three people, each by role and organisation.")
        )


@transaction.atomic
def show_next_share(wave: Wave, rest: str, *, on: datetime.date) -> Sheet:
    """Show one share to its holder, once: what is left is locked anew under another key."""
    under_way = HandOver.objects.select_for_update().filter(wave=wave).first()
    if under_way is None:
        raise Refused(
            "shown_once",
            _("This share was shown already, and is kept nowhere."),
        )
    share, *left = sealing.open_shares(rest, under_way.key)
    place = under_way.shown + 1
    wave.key_holders.filter(place=place).update(shown_on=on)
    if not left:
        under_way.delete()
        return Sheet(place, share, "")
    under_way.key, rest = sealing.seal_shares(left)
    under_way.shown = place
    under_way.save()
    return Sheet(place, share, rest)


@transaction.atomic
def set_public_key(wave: Wave, public_key: str, *, by: str) -> None:
    """Take the public key that a holder made on a computer of their own."""
    held = locked(wave)
    refuse_unless(held, WaveState.PLANNED)
    if not held.is_strict:
        raise Refused("key_made_here", _("The key of this wave is made here."))
    if held.key_holders.count() != sealing.SHARES_MADE:
        raise Refused(
            "three_holders", _("Name three people, each by role and organisation.")
        )
    checked = sealing.checked_public_key(public_key)
    forget_key(held)
    held.key_holders.update(shown_on=timezone.localdate())
    held.public_key = checked
    held.save()
    note("set_key", held, by=by, public_key=checked)


@transaction.atomic
def record_destroyed_share(wave: Wave, place: int, *, by: str) -> None:
    """Record that a holder destroyed their share after the closing."""
    refuse_unless(locked(wave), WaveState.CLOSED)
    holder = wave.key_holders.filter(place=place, destroyed_on=None)
    if not holder.update(destroyed_on=timezone.localdate()):
        raise Refused("no_such_share", _("This share is recorded as destroyed."))
    note("destroy_share", wave, by=by, share=place)
