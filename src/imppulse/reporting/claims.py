"""What each strength may say in each direction. The only place these words stand.

The word "effect" is not used: below strength 3 it would claim too much, and above it
"because of the pilot" is plainer. `{x}` is the outcome as a phrase ("trust in the
police"), `{X}` the same at the start of a sentence.
"""

from imppulse.evidence.findings.findings import Direction, Strength
from imppulse.reporting.language import N_

UNCERTAIN_WHETHER_PILOT = N_("Whether the pilot changed {x} is too uncertain to say.")

CLAIMS: dict[Strength, dict[Direction, str]] = {
    Strength.SHOWN: {
        Direction.BETTER: N_("{X} changed for the better because of the pilot."),
        Direction.WORSE: N_("{X} changed for the worse because of the pilot."),
        Direction.NO_EFFECT_THAT_MATTERS: N_(
            "The pilot made no difference that matters to {x}."
        ),
        Direction.TOO_UNCERTAIN: UNCERTAIN_WHETHER_PILOT,
    },
    Strength.WELL_SUPPORTED: {
        Direction.BETTER: N_(
            "{X} very probably changed for the better because of the pilot."
        ),
        Direction.WORSE: N_(
            "{X} very probably changed for the worse because of the pilot."
        ),
        Direction.NO_EFFECT_THAT_MATTERS: N_(
            "The pilot very probably made no difference that matters to {x}."
        ),
        Direction.TOO_UNCERTAIN: UNCERTAIN_WHETHER_PILOT,
    },
    Strength.SUPPORTED: {
        Direction.BETTER: N_(
            "{X} developed better where the pilot ran than in comparable areas; "
            "other causes are unlikely but possible."
        ),
        Direction.WORSE: N_(
            "{X} developed worse where the pilot ran than in comparable areas; "
            "other causes are unlikely but possible."
        ),
        Direction.NO_EFFECT_THAT_MATTERS: N_(
            "{X} developed alike where the pilot ran and in comparable areas: no "
            "difference that matters; a hidden one is unlikely but possible."
        ),
        Direction.TOO_UNCERTAIN: N_(
            "Whether {x} developed differently where the pilot ran than in comparable "
            "areas is too uncertain to say."
        ),
    },
    Strength.INDICATED: {
        Direction.BETTER: N_(
            "{X} developed better where the pilot ran than elsewhere; "
            "an event on one side could explain it."
        ),
        Direction.WORSE: N_(
            "{X} developed worse where the pilot ran than elsewhere; "
            "an event on one side could explain it."
        ),
        Direction.NO_EFFECT_THAT_MATTERS: N_(
            "{X} developed alike where the pilot ran and elsewhere: no difference that "
            "matters; an event on one side could hide one."
        ),
        Direction.TOO_UNCERTAIN: N_(
            "Whether {x} developed differently where the pilot ran than elsewhere is "
            "too uncertain to say."
        ),
    },
    Strength.INDICATED_SERIES: {
        Direction.BETTER: N_(
            "{X} left its earlier course for the better when the pilot began; "
            "something else at that time could explain it."
        ),
        Direction.WORSE: N_(
            "{X} left its earlier course for the worse when the pilot began; "
            "something else at that time could explain it."
        ),
        Direction.NO_EFFECT_THAT_MATTERS: N_(
            "{X} kept its earlier course when the pilot began: no change that matters; "
            "something else at that time could hide one."
        ),
        Direction.TOO_UNCERTAIN: N_(
            "Whether {x} left its earlier course when the pilot began is too uncertain "
            "to say."
        ),
    },
    Strength.OBSERVED: {
        Direction.BETTER: N_(
            "{X} changed for the better while the pilot ran; "
            "whether because of it cannot be said."
        ),
        Direction.WORSE: N_(
            "{X} changed for the worse while the pilot ran; "
            "whether because of it cannot be said."
        ),
        Direction.NO_EFFECT_THAT_MATTERS: N_(
            "{X} did not change in a way that matters while the pilot ran; "
            "whether the pilot had a part in this cannot be said."
        ),
        Direction.TOO_UNCERTAIN: N_(
            "Whether {x} changed while the pilot ran is too uncertain to say."
        ),
    },
}

DESCRIBED = N_("People said how things stand with {x}; no change is claimed.")
SUPPRESSED = N_("Too few people answered to say anything about {x}.")

# The stronger sentence one may be tempted to write where no direction is known.
TEMPTING: dict[Strength, str] = {
    Strength.SHOWN: N_("{X} changed because of the pilot."),
    Strength.WELL_SUPPORTED: N_("{X} very probably changed because of the pilot."),
    Strength.SUPPORTED: N_(
        "{X} changed more where the pilot ran than in comparable areas; "
        "other causes are unlikely but possible."
    ),
    Strength.INDICATED: N_(
        "{X} moved differently where the pilot ran; "
        "an event on one side could explain it."
    ),
    Strength.INDICATED_SERIES: N_(
        "{X} left its earlier course when the pilot began; "
        "something else at that time could explain it."
    ),
    Strength.OBSERVED: N_(
        "{X} changed while the pilot ran; whether because of it cannot be said."
    ),
}
