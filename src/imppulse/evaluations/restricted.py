"""The restricted file of a closed wave, for the evaluator of its territory alone."""

from django.utils.translation import get_language

from imppulse.pilots.models import Pilot
from imppulse.studies import exports
from imppulse.studies.exports import FORMATS, filename
from imppulse.studies.models import Wave

__all__ = ["FORMATS", "closed_waves", "encoded", "filename"]


def closed_waves(pilot: Pilot) -> list[Wave]:
    return list(pilot.study.waves.closed())


def encoded(wave: Wave, kind: str) -> bytes:
    return exports.encoded(wave, kind, get_language() or "en")
