from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class SidesAsked(TextChoices):
    POPULATION = "population", _("the population only")
    BOTH = "both", _("the population and the police officers")


class WavesPlanned(TextChoices):
    ONCE = "once", _("once")
    BEFORE_AFTER = "before_after", _("before the pilot and after it")
