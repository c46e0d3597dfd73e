from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Stage(TextChoices):
    DRAFT = "draft", _("draft")
    PLANNED = "planned", _("planned")
    LOCKED = "locked", _("plan locked")
    RUNNING = "running", _("running")
    FOLLOW_UP = "follow_up", _("follow-up")
    EVALUATED = "evaluated", _("evaluated")
    CLOSED = "closed", _("closed")
    STOPPED = "stopped", _("stopped")


class Intent(TextChoices):
    REINFORCE = "reinforce", _("reinforce the relation")
    RESTORE = "restore", _("restore the relation")


class Horizon(TextChoices):
    SHORT = "short", _("short term (within a year)")
    MEDIUM = "medium", _("medium term (one to three years)")


class Arm(TextChoices):
    PILOT = "pilot", _("pilot")
    COMPARISON = "comparison", _("comparison")
