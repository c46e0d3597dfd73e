"""Words for outcomes, strengths and design facts, in the reader's language."""

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from imppulse.evidence.findings.findings import (
    Assignment,
    DesignFacts,
    Direction,
    Inference,
    Strength,
)
from imppulse.reporting.language import Language

# Outcomes as they stand inside a sentence, always singular: "{x} changed ...".
PHRASES = {
    "effectiveness": gettext_lazy("the perceived effectiveness of the police"),
    "fairness": gettext_lazy("the perceived fairness of the police"),
    "obligation": gettext_lazy("the felt duty to follow the police"),
    "alignment": gettext_lazy("the feeling of sharing values with the police"),
    "cooperation": gettext_lazy("the readiness to cooperate with the police"),
    "image": gettext_lazy("the image of the police in general"),
    "local_relation": gettext_lazy("the local relation of police and population"),
    "contact": gettext_lazy("the experience of contact with the police"),
    "role_knowledge": gettext_lazy("the knowledge of the police’s role and powers"),
    "minor_offences": gettext_lazy("the perceived handling of minor offences"),
    "minor_offences_means": gettext_lazy("the capacity to handle minor offences"),
    "contact_training": gettext_lazy("the perceived training for contact"),
    "dialogue": gettext_lazy("the dialogue between police and population"),
    "security": gettext_lazy("the feeling of security"),
    "serenity": gettext_lazy("the serenity of police officers"),
    "internal_fairness": gettext_lazy("the fairness inside the force"),
    "legality": gettext_lazy("the perceived lawful conduct of the police"),
    "law_in_general": gettext_lazy("the respect for the law in general"),
    "distributive_fairness": gettext_lazy("the perceived equality of police service"),
    "victimisation": gettext_lazy("the share of people spared by crime"),
    "attacks_at_work": gettext_lazy("the freedom of police officers from attacks"),
    "complaint_route": gettext_lazy("the trust in a way to complain"),
    "representation": gettext_lazy("the perceived likeness of force and population"),
    "continuity": gettext_lazy("the perceived continuity of police teams"),
    "common_language": gettext_lazy("the ease of talking in a common language"),
    "priorities": gettext_lazy("the feeling of sharing priorities"),
    "over_and_under": gettext_lazy("the perceived measure of police presence"),
    "self_legitimacy": gettext_lazy(
        "the sense of police officers of their own authority"
    ),
    "organisational_justice": gettext_lazy(
        "the perceived fairness of the organisation"
    ),
    "view_of_population": gettext_lazy(
        "the view police officers take of the population"
    ),
    "contact_fairness": gettext_lazy("the fairness felt during a contact"),
    "contact_result": gettext_lazy("the perceived result of a contact"),
    "young_people": gettext_lazy("the relation of police and young people"),
    "dialogue_principles": gettext_lazy("the support of police officers for dialogue"),
    "contact_confidence": gettext_lazy("the ease of police officers in contact"),
    "training_reception": gettext_lazy("the reception of the training"),
    "meeting_quality": gettext_lazy("the perceived quality of the meeting"),
    "meeting_return": gettext_lazy("the readiness to come back"),
    "intermediation": gettext_lazy("the work between police and population"),
    "intermediation_means": gettext_lazy(
        "the equipment of intermediaries for their part"
    ),
}

STRENGTHS = {
    Strength.DESCRIBED: gettext_lazy("described"),
    Strength.OBSERVED: gettext_lazy("observed"),
    Strength.INDICATED: gettext_lazy("indicated"),
    Strength.INDICATED_SERIES: gettext_lazy("indicated by a series"),
    Strength.SUPPORTED: gettext_lazy("supported"),
    Strength.WELL_SUPPORTED: gettext_lazy("well supported"),
    Strength.SHOWN: gettext_lazy("shown"),
}

DIRECTIONS = {
    Direction.BETTER: gettext_lazy("better"),
    Direction.WORSE: gettext_lazy("worse"),
    Direction.NO_EFFECT_THAT_MATTERS: gettext_lazy("no difference that matters"),
    Direction.TOO_UNCERTAIN: gettext_lazy("too uncertain to say"),
}

ASSIGNMENTS = {
    Assignment.DRAWN_HERE: gettext_lazy("drawn at random by this software"),
    Assignment.COUNTERSIGNED: gettext_lazy("drawn at random, countersigned"),
    Assignment.CLAIMED_RANDOM: gettext_lazy("said to be random, not verified"),
    Assignment.NOT_RANDOM: gettext_lazy("chosen, not drawn at random"),
}

INFERENCES = {
    Inference.EXACT: gettext_lazy("exact test"),
    Inference.WILD: gettext_lazy("wild bootstrap by area"),
    Inference.SMALL_SAMPLE: gettext_lazy(
        "areas as units, with degrees of freedom for few areas"
    ),
    Inference.LARGE_SAMPLE: gettext_lazy(
        "respondents as units: what sets one area apart from another is not in the interval"
    ),
}


def phrase(outcome: str) -> str:
    return str(PHRASES[outcome])


def yes_no(fact: bool) -> str:  # noqa: FBT001 (the fact is what is written)
    return _("yes") if fact else _("no")


def told_facts(facts: DesignFacts, language: Language) -> Iterator[tuple[str, str]]:
    """Write the design facts that bear on the strength, each with its name."""
    yield _("Areas with the pilot"), language.number(facts.treated)
    yield _("Comparison areas"), language.number(facts.comparison)
    yield _("Who got the pilot"), str(ASSIGNMENTS[facts.assignment])
    yield _("Interval"), str(INFERENCES[facts.inference])
    yield (
        _("Plan locked before the follow-up"),
        yes_no(facts.plan_locked_before_follow_up),
    )
    yield _("Main outcome changed"), yes_no(facts.primary_outcome_changed)
    yield (
        _("Questions or way of asking changed between the waves"),
        yes_no(facts.instrument_or_mode_changed),
    )
    yield _("Same answer scale in both waves"), yes_no(facts.scale_comparable)
    yield _("People chose themselves to answer"), yes_no(facts.self_selected)
    yield (
        _("Pilot reported to have reached the comparison side"),
        yes_no(facts.contamination_reported),
    )
    yield from told_shares(facts, language)


def told_shares(facts: DesignFacts, language: Language) -> Iterator[tuple[str, str]]:
    yield _("Areas lost on the way"), language.percent(facts.attrition)
    yield (
        _("Largest difference between both sides before the start"),
        _("not compared")
        if facts.baseline_difference is None
        else _("%(number)s standard deviations")
        % {"number": language.number(facts.baseline_difference, 2)},
    )
    yield (
        _("Share of the plan that was delivered"),
        _("not recorded") if facts.dose is None else language.percent(facts.dose),
    )
    yield _("Response by side"), _("not known by side: counted as unequal")
    if facts.effective_n:
        yield (
            _("Answers of the smallest group, after the design effect"),
            (language.number(facts.effective_n)),
        )
