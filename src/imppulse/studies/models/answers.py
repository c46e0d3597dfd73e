from django.db import models
from django.utils.translation import gettext as _

from imppulse.studies.models.waves import Wave


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


class Comment(models.Model):
    """A sealed comment, empty or not: every submission writes one, all of one length."""

    identifier = models.CharField(primary_key=True, max_length=64)
    wave = models.ForeignKey(Wave, on_delete=models.PROTECT, related_name="remarks")
    ciphertext = models.BinaryField()

    def __str__(self) -> str:
        return self.identifier


class Resumption(models.Model):
    """What a respondent answered so far, under a key that only their resume code holds."""

    identifier = models.CharField(primary_key=True, max_length=64)
    wave = models.ForeignKey(Wave, on_delete=models.CASCADE, related_name="resumptions")
    ciphertext = models.BinaryField()

    def __str__(self) -> str:
        return self.identifier
