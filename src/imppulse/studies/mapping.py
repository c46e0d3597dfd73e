"""What a delivered file can be mapped to: the questions of a wave, its sides, its sample."""

from django.utils.translation import gettext as _

from imppulse.studies.models import Wave
from imppulse.tables.deliveries import AskedItem

Groups = list[tuple[str, list[tuple[str, str]]]]


def asked_items(wave: Wave) -> dict[str, AskedItem]:
    """List the questions a wave asks, with the labels of their answers in every language."""
    found: dict[str, dict[int, tuple[str, ...]]] = {}
    for questionnaire in wave.questionnaires.all():
        for item in questionnaire.items:
            options = found.setdefault(item["name"], {})
            for option in item["options"]:
                options.setdefault(option["code"], tuple(option["label"].values()))
    return {name: AskedItem(name, options) for name, options in found.items()}


def sides(wave: Wave) -> list[str]:
    return sorted({each.side for each in wave.questionnaires.all()})


def facts() -> list[tuple[str, str]]:
    """Name the columns beside the answers, as a reader calls them."""
    return [
        ("side", _("side (who answered)")),
        ("district", _("district")),
        ("age_group", _("age group")),
        ("weight", _("weight")),
        ("stratum", _("stratum of the sample")),
        ("cluster", _("cluster of the sample")),
        ("arm", _("pilot or comparison area")),
    ]


def targets(wave: Wave, language: str) -> Groups:
    """List what a column can be, in groups for a choice on a page."""
    asked: dict[str, str] = {}
    for questionnaire in wave.questionnaires.order_by("-side"):
        for item in questionnaire.items:
            asked.setdefault(item["name"], item["wording"].get(language, ""))
    questions = [(name, f"{name}: {words}"[:90]) for name, words in asked.items()]
    return [(_("About the person"), facts()), (_("Questions"), questions)]
