from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class DeviationKind(TextChoices):
    """What a deviation touches; the first two lower what may be said."""

    CONTAMINATION = "contamination", _("the pilot reached the comparison side")
    OUTCOME = "outcome", _("the main outcome was changed")
    OTHER = "other", _("something else was done otherwise")
