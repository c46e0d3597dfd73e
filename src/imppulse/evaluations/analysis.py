"""From the closed waves of a locked plan to its finding: the only door to the evidence library."""

import math
from importlib.metadata import version
from typing import Any

from django.utils.translation import gettext as _

from imppulse.core.errors import Refused
from imppulse.evaluations.facts import design_facts
from imppulse.evaluations.measures import Measured, measured
from imppulse.evaluations.models import Plan
from imppulse.evidence.disclosure.disclosure import PUBLISHED_THRESHOLD
from imppulse.evidence.effects.two_waves import evaluate_two_waves
from imppulse.evidence.errors import EvidenceError
from imppulse.evidence.findings.findings import find
from imppulse.evidence.results import Estimates
from imppulse.studies.models import Wave

Waves = tuple[Wave, Wave]


def evaluated(plan: Plan, waves: Waves) -> dict[str, Any]:
    """Compute the fields of the evaluation of a locked plan."""
    data = measured(plan, waves)
    try:
        return computed(plan, waves, data)
    except EvidenceError as error:
        sentence = _("The answers do not allow this evaluation (%(code)s).")
        raise Refused(error.code, sentence % {"code": error.code}) from error


def computed(plan: Plan, waves: Waves, data: Measured) -> dict[str, Any]:
    found = evaluate_two_waves(data.rows, data.asked)
    facts = design_facts(plan, waves, found=found, data=data)
    finding = find(facts, found.effect, plan.margin, higher_is_better=True)
    # A plan always has a wave before: the change where the pilot ran is there.
    alone = found.before_after
    shown = not finding.suppressed
    return {
        "effect": found.effect.to_dict() if shown else {},
        "before_after": alone.to_dict() if shown and alone else {},
        "cells": cells(found.means, with_interval=not facts.self_selected),
        "facts": facts.to_dict(),
        "finding": finding.to_dict(),
        "data_checksums": {str(wave.number): wave.checksum for wave in waves},
        "library_version": version("imppulse"),
    }


def cells(means: Estimates, *, with_interval: bool) -> list[dict[str, Any]]:
    """Means by arm and wave; nothing under the threshold, no interval where there is none."""
    interval = ("ci_low", "ci_high") if with_interval else ()
    found = []
    for row in means.rows():
        shown = ("mean", "n", *interval) if row["n"] >= PUBLISHED_THRESHOLD else ()
        numbers = {
            name: row[name] if name in shown and math.isfinite(row[name]) else None
            for name in ("mean", "n", "ci_low", "ci_high")
        }
        found.append({"arm": row["arm"], "wave": row["wave"], **numbers})
    return found
