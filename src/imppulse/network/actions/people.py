"""Roles: offered by a link that works once, held since a day, ended on a day."""

import secrets
from datetime import date, timedelta
from hashlib import sha256

from django.db import transaction
from django.utils.translation import gettext as _

from imppulse.accounts.models import Person
from imppulse.core.actions import note
from imppulse.core.errors import Refused
from imppulse.network.choices import RoleKind
from imppulse.network.models import Invitation, Role, Territory

VALID_FOR = timedelta(days=14)
NETWORK_WIDE = {RoleKind.COORDINATOR, RoleKind.TRANSLATOR}


@transaction.atomic
def invite(
    email: str,
    kind: RoleKind,
    *,
    territory: Territory | None,
    by: str,
    today: date,
) -> str:
    """Offer a role; return the secret of the link, which is kept nowhere.

    The same offer made again replaces the link that was not used.
    """
    if territory is not None and kind in NETWORK_WIDE:
        raise Refused(
            "network_wide", _("This role is held in the whole network, not in one territory.")
        )  # fmt: skip
    same = Invitation.objects.filter(email__iexact=email, kind=kind)
    for earlier in same.filter(territory=territory).pending(today):
        withdraw_invitation(earlier, by=by, today=today)
    secret = secrets.token_urlsafe(24)
    invitation = Invitation.objects.create(
        email=email,
        kind=kind,
        territory=territory,
        digest=_digest(secret),
        invited_by=by,
        invited_on=today,
        expires_on=today + VALID_FOR,
    )
    note("invite", invitation, by=by, kind=kind)
    return secret


def invitation_of(secret: str, today: date) -> Invitation | None:
    """Find the offer behind a link that still works."""
    return Invitation.objects.pending(today).filter(digest=_digest(secret)).first()


@transaction.atomic
def accept(invitation: Invitation, *, person: Person, today: date) -> Role:
    """Take the role; the link has then been used."""
    locked = Invitation.objects.select_for_update().get(pk=invitation.pk)
    if locked.accepted_on is not None:
        raise Refused("used", _("This link has been used already."))
    locked.accepted_on = today
    locked.save(update_fields=["accepted_on"])
    role, _created = Role.objects.current().get_or_create(
        person=person,
        kind=locked.kind,
        territory=locked.territory,
        defaults={"since": today},
    )
    note("accept_role", role, by=person.key, kind=locked.kind)
    return role


@transaction.atomic
def withdraw_invitation(invitation: Invitation, *, by: str, today: date) -> None:
    invitation.withdrawn_on = today
    invitation.save(update_fields=["withdrawn_on"])
    note("withdraw_invitation", invitation, by=by)


@transaction.atomic
def end_role(role: Role, *, by: str, today: date) -> None:
    """End a role today; it stays in the history. Somebody must go on coordinating."""
    others = Role.objects.current().filter(kind=RoleKind.COORDINATOR)
    if role.kind == RoleKind.COORDINATOR and not others.exclude(pk=role.pk).exists():
        raise Refused(
            "last_coordinator",
            _("This is the last coordinator: give the role to somebody else first."),
        )
    role.until = today
    role.save(update_fields=["until"])
    note("end_role", role, by=by, kind=role.kind)


def _digest(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()
