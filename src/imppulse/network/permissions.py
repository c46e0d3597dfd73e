"""Who may do what: named predicates on the current roles of a person."""

from typing import TypeVar

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet

from imppulse.accounts.models import Person
from imppulse.core.models import PublishableQuerySet
from imppulse.network.choices import RoleKind
from imppulse.network.models import Force, Role, Territory, TerritoryQuerySet

Reader = Person | AnonymousUser
Records = TypeVar("Records", bound=PublishableQuerySet)


def has_role(
    reader: Reader, *kinds: RoleKind, territory: Territory | None = None
) -> bool:
    if not isinstance(reader, Person):
        return False
    roles = Role.objects.current().filter(person=reader, kind__in=kinds)
    if territory is not None:
        roles = roles.filter(Q(territory=territory) | Q(territory__isnull=True))
    return roles.exists()


def is_coordinator(reader: Reader) -> bool:
    return has_role(reader, RoleKind.COORDINATOR)


def can_lead(reader: Reader, territory: Territory) -> bool:
    """Run studies and pilots of the own territory."""
    return has_role(reader, RoleKind.PREVENTION_LEAD, territory=territory)


def can_evaluate(reader: Reader, territory: Territory) -> bool:
    return has_role(reader, RoleKind.EVALUATOR, territory=territory)


def can_translate(reader: Reader) -> bool:
    return has_role(reader, RoleKind.TRANSLATOR)


def can_create_territories(reader: Reader) -> bool:
    return is_coordinator(reader)


def can_invite(reader: Reader) -> bool:
    return is_coordinator(reader)


def can_edit(reader: Reader, territory: Territory) -> bool:
    """Keep the sheet of a territory: its facts, forces, series and incidents."""
    return is_coordinator(reader) or can_lead(reader, territory)


def can_publish(reader: Reader) -> bool:
    return is_coordinator(reader)


def visible(records: Records, reader: Reader, territory: str = "territory") -> Records:
    """Keep what this reader may see: published records, and drafts of one's own work."""
    if not isinstance(reader, Person):
        return records.published()
    roles = Role.objects.current().filter(person=reader)
    if roles.filter(
        Q(kind__in=(RoleKind.COORDINATOR, RoleKind.TRANSLATOR))
        | Q(territory__isnull=True)
    ).exists():
        return records
    return _published_or_of(records, roles, territory)


def _published_or_of(
    records: Records, roles: QuerySet[Role], territory: str
) -> Records:
    own = roles.values("territory")
    return records.filter(
        Q(published_on__isnull=False) | Q(**{f"{territory}__in": own})
    )


def visible_territories(reader: Reader) -> TerritoryQuerySet:
    return visible(Territory.objects.all(), reader, territory="pk")


def visible_forces(reader: Reader) -> PublishableQuerySet:
    """Keep published forces, and those of one's own territories; each once."""
    return visible(Force.objects.all(), reader, territory="territories").distinct()
