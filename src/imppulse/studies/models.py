import secrets
from typing import Any, NoReturn, Self

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext as _

from imppulse.core.errors import Refused
from imppulse.core.models import Publishable, Written
from imppulse.network.models import Force, Territory
from imppulse.studies.choices import CollectionMode, PartKind, Side, WaveState


def random_key() -> str:
    return secrets.token_hex(16)


class Study(Publishable):
    """A local study: several kinds of source, all sides, about one force. Texts: title, summary."""

    text_fields = ("title", "summary")

    slug = models.SlugField(unique=True)
    territory = models.ForeignKey(
        Territory, on_delete=models.PROTECT, related_name="studies"
    )
    force = models.ForeignKey(Force, on_delete=models.PROTECT, related_name="studies")
    started_on = models.DateField()
    label_key = models.CharField(
        max_length=32,
        default=random_key,
        editable=False,
        help_text="turns names of clusters into labels, the same in every wave",
    )

    class Meta:
        verbose_name_plural = "studies"
        ordering = ["-started_on", "slug"]

    def __str__(self) -> str:
        return self.slug

    def get_absolute_url(self) -> str:
        return reverse("studies:study", args=[self.slug])

    @property
    def simulated(self) -> bool:
        return self.territory.simulated


class Part(Written):
    """One kind of source within a study. Texts: title, method."""

    text_fields = ("title", "method")

    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="parts")
    kind = models.CharField(max_length=16, choices=PartKind)
    side = models.CharField(max_length=16, choices=Side)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position"]

    def __str__(self) -> str:
        return f"{self.study_id} {self.kind} {self.side}"


class Excerpt(Written):
    """A coded passage of an interview, a group or an observation, without names. Texts: quote."""

    text_fields = ("quote",)

    part = models.ForeignKey(Part, on_delete=models.CASCADE, related_name="excerpts")
    factor = models.SlugField()
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["factor", "position"]

    def __str__(self) -> str:
        return f"{self.part_id} {self.factor} {self.position}"


def refuse_change() -> NoReturn:
    raise Refused(
        "published_questionnaire",
        _("A published questionnaire never changes: publish a new version."),
    )


class QuestionnaireQuerySet(models.QuerySet["Questionnaire"]):
    def update(self, **kwargs: Any) -> NoReturn:
        refuse_change()


class Questionnaire(models.Model):
    """A published questionnaire: the wording as it was asked, never changed afterwards."""

    name = models.SlugField()
    version = models.PositiveSmallIntegerField()
    force = models.ForeignKey(Force, on_delete=models.PROTECT)
    side = models.CharField(max_length=16, choices=Side)
    content = models.JSONField(help_text="items, scales and wording in every language")
    checksum = models.CharField(max_length=64)
    published_on = models.DateField()

    objects = QuestionnaireQuerySet.as_manager()

    class Meta:
        ordering = ["name", "version", "side"]
        constraints = [
            models.UniqueConstraint(
                fields=["name", "version", "force", "side"],
                name="a_published_questionnaire_is_one",
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.version} ({self.side})"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            refuse_change()
        super().save(*args, **kwargs)

    @property
    def items(self) -> list[dict[str, Any]]:
        return [item for part in self.content["sections"] for item in part["items"]]


class WaveQuerySet(models.QuerySet["Wave"]):
    def closed(self) -> Self:
        return self.filter(state=WaveState.CLOSED)


class Wave(models.Model):
    """A survey wave of a study: open, answers are sealed; closed, they are one immutable file."""

    study = models.ForeignKey(Study, on_delete=models.PROTECT, related_name="waves")
    number = models.PositiveSmallIntegerField()
    mode = models.CharField(max_length=16, choices=CollectionMode)
    state = models.CharField(max_length=8, choices=WaveState, default=WaveState.PLANNED)
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
    answer_bytes = models.PositiveIntegerField(default=4096)
    withdrawals = models.PositiveIntegerField(default=0)
    closed_on = models.DateField(null=True, blank=True)
    file = models.CharField(max_length=200, blank=True)
    weights_file = models.CharField(max_length=200, blank=True)
    checksum = models.CharField(max_length=64, blank=True)
    weights_checksum = models.CharField(max_length=64, blank=True)
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


class Pass(models.Model):
    """A pass that was handed out: only its hash, and whether it was spent on a submission."""

    wave = models.ForeignKey(Wave, on_delete=models.CASCADE, related_name="passes")
    hash = models.CharField(max_length=64, unique=True)
    spent = models.BooleanField(default=False)

    class Meta:
        verbose_name_plural = "passes"

    def __str__(self) -> str:
        return _("spent") if self.spent else _("handed out")


class Answer(models.Model):
    """A sealed answer: identifier, wave, day, a ciphertext of one length per wave. Nothing else."""

    identifier = models.CharField(primary_key=True, max_length=64)
    wave = models.ForeignKey(Wave, on_delete=models.PROTECT, related_name="answers")
    day = models.DateField()
    ciphertext = models.BinaryField()

    def __str__(self) -> str:
        return self.identifier


class Diagnosis(models.Model):
    """What a closed wave says, computed once from its file by the evidence library."""

    wave = models.OneToOneField(
        Wave, on_delete=models.PROTECT, related_name="diagnosis"
    )
    results = models.JSONField()
    items = models.JSONField(help_text="estimate of every item, by side")
    data_checksum = models.CharField(max_length=64)
    library_version = models.CharField(max_length=20)
    computed_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name_plural = "diagnoses"

    def __str__(self) -> str:
        return f"diagnosis of {self.wave_id}"
