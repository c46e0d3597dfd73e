from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class TerritoryKind(TextChoices):
    CITY = "city", _("city")
    INTERMUNICIPALITY = "intermunicipality", _("intermunicipality")
    POLICE_ZONE = "police_zone", _("police zone")
    REGION = "region", _("region")


class OrganisationKind(TextChoices):
    COORDINATOR = "coordinator", _("coordinator")
    PARTNER = "partner", _("partner")
    ASSOCIATED_PARTNER = "associated_partner", _("associated partner")
    EXPERT = "expert", _("expert")


class ForceKind(TextChoices):
    NATIONAL = "national", _("national police force")
    GENDARMERIE = "gendarmerie", _("gendarmerie")
    REGIONAL = "regional", _("regional police force")
    LOCAL = "local", _("local police force")
    MUNICIPAL = "municipal", _("municipal police")


class FactTopic(TextChoices):
    ORGANISATION = "organisation", _("Organisation")
    CULTURE = "culture", _("Culture")
    DOCTRINE = "doctrine", _("Doctrine")
    POWERS = "powers", _("Powers and remit")


class ResponsibilityKind(TextChoices):
    FIRST = "first", _("first to call")
    ALSO = "also", _("may also act")
    NOT = "not", _("not its remit")
    UNKNOWN = "unknown", _("not known yet")


class RoleKind(TextChoices):
    COORDINATOR = "coordinator", _("coordinator")
    PREVENTION_LEAD = "prevention_lead", _("prevention lead")
    EVALUATOR = "evaluator", _("evaluator")
    TRANSLATOR = "translator", _("translator")
    INTERVIEWER = "interviewer", _("interviewer")


class Seat(TextChoices):
    """Whose conduct or situation a factor lies in."""

    POLICE = "police", _("on the side of the police")
    POPULATION = "population", _("on the side of the population")
    STRUCTURE = "structure", _("in the organisation between them")


class Holder(TextChoices):
    """Who holds a lever of the local authority."""

    MAYOR = "mayor", _("mayor")
    COUNCIL = "council", _("municipal council")
    INTERMUNICIPALITY = "intermunicipality", _("intermunicipality")
    POLICE_ZONE = "police_zone", _("police zone")


class CodeSystem(TextChoices):
    """Codes of Eurostat: the same territory in every statistic of Europe."""

    LAU = "LAU", _("LAU (municipality)")
    NUTS = "NUTS", _("NUTS (region)")


class Measure(TextChoices):
    COUNT = "count", _("a count (of reports, calls, hours ...)")
    RATE = "rate", _("a rate, a share or a mean")


class Period(TextChoices):
    YEAR = "year", _("one value a year")
    MONTH = "month", _("one value a month")


class BreakKind(TextChoices):
    """Why the figures before and after a break are not the same thing."""

    DEFINITION = "definition", _("new definition")
    RECORDING = "recording", _("new way of recording")
    LAW = "law", _("new law")
    AREA = "area", _("other area")
    OTHER = "other", _("other reason")


class IncidentKind(TextChoices):
    """What may move answers and figures for reasons of its own."""

    DEATH_OR_INJURY = (
        "death_or_injury",
        _("death or serious injury during a police operation"),
    )
    ATTACK_ON_POLICE = "attack_on_police", _("serious attack on police officers")
    UNREST = "unrest", _("unrest")
    ATTACK = "attack", _("attack on the population")
    LARGE_OPERATION = "large_operation", _("large police operation")
    PUBLIC_AFFAIR = "public_affair", _("affair or trial in the news")
    OTHER = "other", _("other event that everyone spoke of")
