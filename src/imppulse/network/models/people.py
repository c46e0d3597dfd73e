from datetime import date
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from imppulse.core.models import Written
from imppulse.network.choices import OrganisationKind, RoleKind
from imppulse.network.models.countries import Country
from imppulse.network.models.territories import Territory


class Organisation(Written):
    """Coordinator, partner, associated partner, experts. Texts: name, summary."""

    text_fields = ("name", "summary")

    slug = models.SlugField(unique=True)
    kind = models.CharField(max_length=20, choices=OrganisationKind)
    country = models.ForeignKey(
        Country, null=True, blank=True, on_delete=models.PROTECT
    )
    territory = models.ForeignKey(
        Territory,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="organisations",
    )

    class Meta:
        ordering = ["kind", "slug"]

    def __str__(self) -> str:
        return self.slug


class RoleQuerySet(models.QuerySet["Role"]):
    def current(self) -> Self:
        return self.filter(until__isnull=True)


class Role(models.Model):
    """What a person does, where, since when and until when: roles have a history."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="roles"
    )
    kind = models.CharField(max_length=20, choices=RoleKind)
    territory = models.ForeignKey(
        Territory, null=True, blank=True, on_delete=models.PROTECT, related_name="roles"
    )
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    objects = RoleQuerySet.as_manager()

    class Meta:
        ordering = ["kind", "since"]
        constraints = [
            models.CheckConstraint(
                name="role_ends_after_it_starts",
                condition=Q(until__isnull=True) | Q(until__gte=F("since")),
            )
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.kind}"


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def pending(self, today: date) -> Self:
        return self.filter(
            accepted_on__isnull=True, withdrawn_on__isnull=True, expires_on__gte=today
        )


class Invitation(models.Model):
    """A role offered to an address. Only the digest of its one-time link is kept."""

    email = models.EmailField()
    kind = models.CharField(max_length=20, choices=RoleKind)
    territory = models.ForeignKey(
        Territory,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="invitations",
    )
    digest = models.CharField(max_length=64, unique=True)
    invited_by = models.CharField(max_length=150)
    invited_on = models.DateField()
    expires_on = models.DateField()
    accepted_on = models.DateField(null=True, blank=True)
    withdrawn_on = models.DateField(null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        ordering = ["-invited_on", "-pk"]

    def __str__(self) -> str:
        return f"{self.kind} for {self.email}"
