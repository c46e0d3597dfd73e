from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Stage(TextChoices):
    DRAFT = "draft", pgettext_lazy("stage of a pilot", "draft")
    PLANNED = "planned", pgettext_lazy("stage of a pilot", "planned")
    LOCKED = "locked", pgettext_lazy("stage of a pilot", "plan locked")
    RUNNING = "running", pgettext_lazy("stage of a pilot", "running")
    FOLLOW_UP = "follow_up", pgettext_lazy("stage of a pilot", "follow-up")
    EVALUATED = "evaluated", pgettext_lazy("stage of a pilot", "evaluated")
    CLOSED = "closed", pgettext_lazy("stage of a pilot", "closed")
    STOPPED = "stopped", pgettext_lazy("stage of a pilot", "stopped")


class Intent(TextChoices):
    REINFORCE = "reinforce", _("reinforce the relation")
    RESTORE = "restore", _("restore the relation")


class Horizon(TextChoices):
    SHORT = "short", _("short term (within a year)")
    MEDIUM = "medium", _("medium term (one to three years)")


class Arm(TextChoices):
    PILOT = "pilot", _("pilot")
    COMPARISON = "comparison", _("comparison")
