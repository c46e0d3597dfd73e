from django.db.models import Q, QuerySet

from imppulse.accounts.models import Person
from imppulse.network.choices import RoleKind
from imppulse.network.models import Role, Territory
from imppulse.network.permissions import (
    Reader,
    can_lead,
    has_role,
    is_coordinator,
)
from imppulse.studies.models import Study, Wave


def can_run(reader: Reader, wave: Wave) -> bool:
    """Open and close a wave: the territory's prevention lead, or the coordinator."""
    return is_coordinator(reader) or can_lead(reader, wave.study.territory)


def can_start(reader: Reader, territory: Territory) -> bool:
    """Start a study of a territory, or join one to it."""
    return is_coordinator(reader) or can_lead(reader, territory)


def can_write(reader: Reader, study: Study) -> bool:
    """Write in a study: a prevention lead of one of its territories, or the coordinator."""
    return is_coordinator(reader) or any(
        can_lead(reader, territory) for territory in study.territories
    )


def can_second(reader: Reader, study: Study) -> bool:
    """Be the second person: of the territory, of a partner territory, or the coordinator."""
    return can_write(reader, study) or any(
        has_role(reader, RoleKind.EVALUATOR, territory=territory)
        for territory in study.territories
    )


def territories_led(reader: Reader) -> QuerySet[Territory]:
    """List the territories a person may start a study in."""
    every = Territory.objects.select_related("country").prefetch_related("texts")
    if not isinstance(reader, Person):
        return every.none()
    roles = Role.objects.current().filter(
        person=reader, kind__in=(RoleKind.COORDINATOR, RoleKind.PREVENTION_LEAD)
    )
    if roles.filter(Q(kind=RoleKind.COORDINATOR) | Q(territory__isnull=True)).exists():
        return every
    return every.filter(pk__in=roles.values("territory"))


def can_enter(reader: Reader, wave: Wave) -> bool:
    """Type answers on paper in: an interviewer, who is nobody that decides here."""
    return has_role(reader, RoleKind.INTERVIEWER, territory=wave.study.territory)
