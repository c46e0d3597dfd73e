from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class OutcomeStatus(TextChoices):
    NOT_MEASURED = "not_measured", _("no outcome measured")
    EVALUATED = "evaluated", _("outcome evaluated")


class EvidenceStatus(TextChoices):
    AS_PUBLISHED = "as_published", _("as published")
    CORRECTED = "corrected", _("corrected")
    CONTESTED = "contested", _("contested")
    RETRACTED = "retracted", _("retracted")
