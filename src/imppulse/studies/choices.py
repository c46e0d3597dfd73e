from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Side(TextChoices):
    POPULATION = "population", _("population")
    POLICE_OFFICERS = "police_officers", _("police officers")
    INTERMEDIARIES = "intermediaries", _("intermediaries")


class PartKind(TextChoices):
    SURVEY = "survey", _("survey")
    INTERVIEWS = "interviews", _("interviews")
    FOCUS_GROUP = "focus_group", _("focus group")
    OBSERVATION = "observation", _("observation")
    SERIES = "series", _("administrative series")


class WaveState(TextChoices):
    PLANNED = "planned", _("planned")
    OPEN = "open", _("open")
    CLOSED = "closed", _("closed")


class CollectionMode(TextChoices):
    OPEN_LINK = "open_link", _("open link: whoever wishes answers")
    ACCESS_CODES = "access_codes", _("random sample with one-time access codes")


class AgeGroup(TextChoices):
    FROM_15 = "15_29", _("15 to 29")
    FROM_30 = "30_49", _("30 to 49")
    FROM_50 = "50_64", _("50 to 64")
    FROM_65 = "65_plus", _("65 or over")
