"""Reads for the pages of plans and results."""

from django.db.models import Prefetch, QuerySet

from imppulse import instruments
from imppulse.evaluations.models import Deviation, Evaluation, Plan
from imppulse.network.permissions import Reader, visible
from imppulse.pilots.models import Pilot
from imppulse.pilots.queries import whole_pilots


def plans(reader: Reader) -> QuerySet[Plan]:
    """List the plans of the pilots that a reader may see."""
    seen = visible(Pilot.objects.all(), reader)
    return (
        Plan.objects.filter(pilot__in=seen)
        .select_related(
            "pilot__territory__country", "pilot__force__country", "pilot__study"
        )
        .prefetch_related(
            "texts",
            "pilot__texts",
            "pilot__territory__texts",
            Prefetch("deviations", Deviation.objects.prefetch_related("texts")),
        )
    )


def pilots(reader: Reader) -> QuerySet[Pilot]:
    return whole_pilots(reader).prefetch_related(
        Prefetch("plan__deviations", Deviation.objects.prefetch_related("texts"))
    )


def plan_of(pilot: Pilot) -> Plan | None:
    return getattr(pilot, "plan", None)


def evaluation_of(plan: Plan | None) -> Evaluation | None:
    return getattr(plan, "evaluation", None)


def outcome_title(plan: Plan, language: str) -> str:
    """Name the index: as locked, else as the bank has it now."""
    if plan.is_locked:
        return str(plan.document["outcome"]["title"][language])
    return instruments.construct(plan.outcome).title.in_language(language)


def questions(plan: Plan, language: str) -> list[tuple[str, str]]:
    """Give name and wording of the questions behind the outcome."""
    if plan.is_locked:
        return [
            (item["name"], item["wording"][language])
            for item in plan.document["outcome"]["items"]
        ]
    names = instruments.construct(plan.outcome).items
    force = plan.pilot.force
    named = {code: force.text("subject", code) for code in ("en", "fr")}
    subject = instruments.ForceName.of(
        {code: text.body if text else force.slug for code, text in named.items()}
    )
    return [
        (
            name,
            instruments.item(name).wording(
                instruments.Side.POPULATION, language, subject
            ),
        )
        for name in names
    ]
