from typing import Any, Self

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext as _

from imppulse.core.errors import Refused
from imppulse.studies.choices import CollectionMode, KeyKeeping, Side, WaveState
from imppulse.studies.models.questionnaires import Questionnaire
from imppulse.studies.models.studies import Study


class WaveQuerySet(models.QuerySet["Wave"]):
    def closed(self) -> Self:
        return self.filter(state=WaveState.CLOSED)


class Wave(models.Model):
    """A survey wave of a study: open, answers are sealed; closed, they are one immutable file."""

    study = models.ForeignKey(Study, on_delete=models.PROTECT, related_name="waves")
    number = models.PositiveSmallIntegerField()
    mode = models.CharField(max_length=16, choices=CollectionMode)
    state = models.CharField(
        max_length=10, choices=WaveState, default=WaveState.PLANNED
    )
    key_kept = models.CharField(
        max_length=8, choices=KeyKeeping, default=KeyKeeping.STANDARD
    )
    comments = models.BooleanField(
        default=False, help_text="a box for free text at the end; never for all"
    )
    adults_only = models.BooleanField(
        default=False, help_text="everybody invited is of age"
    )
    paper = models.BooleanField(
        default=False, help_text="answers on paper are entered too"
    )
    simulated = models.BooleanField(
        editable=False, help_text="copied from the country, for the rule on keys"
    )
    questionnaires = models.ManyToManyField(Questionnaire, related_name="waves")
    invited = models.JSONField(
        default=dict, blank=True, help_text="people invited, by side; empty: open link"
    )
    opens_on = models.DateField()
    closes_on = models.DateField()
    public_key = models.CharField(max_length=64, blank=True)
    demonstration_key = models.CharField(
        max_length=64, blank=True, help_text="private key; simulated waves only"
    )
    rehearsed_on = models.DateField(null=True, blank=True)
    proof = models.CharField(
        max_length=64,
        blank=True,
        help_text="strict: fingerprint of what only the key can read",
    )
    answer_bytes = models.PositiveIntegerField(default=4096)
    comment_bytes = models.PositiveIntegerField(default=4096)
    withdrawals = models.PositiveIntegerField(default=0)
    closed_on = models.DateField(null=True, blank=True)
    file = models.CharField(max_length=200, blank=True)
    weights_file = models.CharField(max_length=200, blank=True)
    checksum = models.CharField(max_length=64, blank=True)
    weights_checksum = models.CharField(max_length=64, blank=True)
    comments_file = models.CharField(max_length=200, blank=True)
    comments_checksum = models.CharField(max_length=64, blank=True)
    respondents = models.PositiveIntegerField(null=True, blank=True)

    objects = WaveQuerySet.as_manager()

    class Meta:
        ordering = ["study_id", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["study", "number"], name="one_wave_per_number"
            ),
            models.CheckConstraint(
                name="a_closed_wave_has_its_file",
                condition=~models.Q(state=WaveState.CLOSED)
                | ~models.Q(file="") & ~models.Q(checksum=""),
            ),
            models.CheckConstraint(
                name="only_a_simulated_wave_keeps_its_key",
                condition=models.Q(simulated=True) | models.Q(demonstration_key=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.study_id} wave {self.number}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if Wave.objects.closed().filter(pk=self.pk).exists():
            raise Refused("closed_wave", _("A closed wave never changes."))
        self.simulated = self.study.simulated
        super().save(*args, **kwargs)

    @property
    def is_open(self) -> bool:
        return self.state == WaveState.OPEN

    @property
    def needs_codes(self) -> bool:
        """Whether one comes in by letter only; a rehearsal is open to those who test."""
        return self.mode == CollectionMode.ACCESS_CODES and not self.is_rehearsal

    @property
    def is_rehearsal(self) -> bool:
        return self.state == WaveState.REHEARSAL

    @property
    def is_frozen(self) -> bool:
        return self.state == WaveState.FROZEN

    @property
    def is_strict(self) -> bool:
        return self.key_kept == KeyKeeping.STRICT

    @property
    def is_closed(self) -> bool:
        return self.state == WaveState.CLOSED

    @property
    def self_selected(self) -> bool:
        return self.mode == CollectionMode.OPEN_LINK


class AnswerLink(models.Model):
    """The open address of one side of one wave; the same for everybody."""

    wave = models.ForeignKey(Wave, on_delete=models.CASCADE, related_name="links")
    side = models.CharField(max_length=16, choices=Side)
    token = models.SlugField(unique=True)

    def __str__(self) -> str:
        return self.token

    def get_absolute_url(self) -> str:
        return reverse("studies:answer", args=[self.token])
