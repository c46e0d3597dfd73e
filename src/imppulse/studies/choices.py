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


# Kinds of source in which people are listened to in their own words.
QUALITATIVE = (PartKind.INTERVIEWS, PartKind.FOCUS_GROUP, PartKind.OBSERVATION)


class Convergence(TextChoices):
    """What a qualitative source says beside the others."""

    AGREES = "agrees", _("agrees with the other sources")
    NUANCES = "nuances", _("nuances them")
    CONTRADICTS = "contradicts", _("contradicts them")


class ClearanceKind(TextChoices):
    AUTHORISATION = "authorisation", _("authorisation by the head of the force")
    STAFF_CONSULTATION = (
        "staff_consultation",
        _("consultation of staff representatives"),
    )


class ReviewStep(TextChoices):
    """The steps of TRAPD, in their order."""

    TRANSLATION = "translation", _("Translation")
    REVIEW = "review", _("Review")
    ADJUDICATION = "adjudication", _("Adjudication")
    PRETEST = "pretest", _("Pretest")
    DOCUMENTATION = "documentation", _("Documentation")


class ReviewRole(TextChoices):
    """Who took part in a step: a role, never a name."""

    TRANSLATOR = "translator", _("translator")
    SECOND_TRANSLATOR = "second_translator", _("second translator")
    REVIEWER = "reviewer", _("reviewer who knows surveys")
    ADJUDICATOR = "adjudicator", _("adjudicator who decides")
    LOCAL_SPEAKER = "local_speaker", _("speaker of the language from the territory")
    INTERVIEWER = "interviewer", _("interviewer of the pretest")


class WordingState(TextChoices):
    """Where the wording of a question stands in one language."""

    MISSING = "missing", _("missing")
    STALE = "stale", _("behind the original")
    DRAFTED = "drafted", _("drafted")
    REVIEWED = "reviewed", _("reviewed")


class WaveState(TextChoices):
    PLANNED = "planned", _("planned")
    REHEARSAL = "rehearsal", _("in rehearsal")
    OPEN = "open", _("open")
    FROZEN = "frozen", _("frozen, to be opened by its key holders")
    CLOSED = "closed", _("closed")


class CollectionMode(TextChoices):
    OPEN_LINK = "open_link", _("open link: whoever wishes answers")
    ACCESS_CODES = "access_codes", _("random sample with one-time access codes")


class AgeGroup(TextChoices):
    FROM_15 = "15_29", _("15 to 29")
    FROM_30 = "30_49", _("30 to 49")
    FROM_50 = "50_64", _("50 to 64")
    FROM_65 = "65_plus", _("65 or over")


class KeyKeeping(TextChoices):
    """Where the key of a wave is made and used."""

    STANDARD = "standard", _("standard: made here, shown once, forgotten")
    STRICT = "strict", _("strict: made and used on a key holder’s own computer")


class KeyHolderRole(TextChoices):
    """Who may hold a share: neither the host’s administrator nor the police officers’ employer."""

    DATA_PROTECTION = "data_protection", _("data-protection officer")
    ELECTED_MEMBER = "elected_member", _("elected member of the council")
    UNIVERSITY = "university", _("evaluator at a university")
    MEDIATOR = "mediator", _("mediator or ombudsman")
    NOTARY = "notary", _("notary or bailiff")
    ASSOCIATION = "association", _("residents’ association")
    STAFF = "staff", _("staff representative of the police officers")


class ErasureKind(TextChoices):
    ITEM = "item", _("the answers to one question")
    ANSWERS = "answers", _("the answers of one group")
    WAVE = "wave", _("all answers of a wave")
    STUDY = "study", _("all answers and passages of a study")
