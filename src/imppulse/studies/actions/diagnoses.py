from django.db import transaction

from imppulse.core.actions import note
from imppulse.studies import analysis
from imppulse.studies.models import Diagnosis, Wave


@transaction.atomic
def diagnose_wave(wave: Wave, *, by: str) -> Diagnosis:
    """Compute what a closed wave says, once."""
    diagnosis = Diagnosis.objects.create(wave=wave, **analysis.diagnosed(wave))
    note("diagnose", wave, by=by, checksum=diagnosis.data_checksum)
    return diagnosis


@transaction.atomic
def diagnose_again(wave: Wave, *, by: str) -> Diagnosis | None:
    """Compute anew what a wave says, after its weights changed or answers were erased."""
    Diagnosis.objects.filter(wave=wave).delete()
    if not wave.respondents:
        return None
    return diagnose_wave(wave, by=by)
