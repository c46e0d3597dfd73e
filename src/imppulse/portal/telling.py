"""What a prospect says in the reader's language."""

from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from imppulse.evaluations.wording import STRENGTHS
from imppulse.portal.analysis import (
    CLUSTER_AUTOCORRELATION,
    INTRACLASS_CORRELATION,
    MARGIN,
    SD,
    Prospect,
)
from imppulse.reporting.findings import Outcome, claim, forbidden_sentence
from imppulse.reporting.language import Language

ASSUMPTIONS = {
    "sd": SD,
    "icc": INTRACLASS_CORRELATION,
    "steadiness": CLUSTER_AUTOCORRELATION,
    "margin": MARGIN,
}


def told(prospect: Prospect) -> dict[str, Any]:
    language = Language(get_language() or "en")
    finding = prospect.finding
    outcome = Outcome(
        _("trust in the police"), _("points"), answers=round(prospect.answers)
    )
    return {
        "prospect": prospect,
        "claim": claim(finding, outcome, language),
        "forbidden": forbidden_sentence(finding, outcome, language),
        "strength": STRENGTHS[finding.strength],
        "joint": [
            {
                "territories": design.territories,
                "smallest_change": design.smallest_change,
                "label": STRENGTHS[design.finding.strength],
            }
            for design in prospect.joint
        ],
        "assumptions": ASSUMPTIONS,
    }
