from imppulse.network.permissions import Reader, can_lead, is_coordinator
from imppulse.studies.models import Wave


def can_run(reader: Reader, wave: Wave) -> bool:
    """Open and close a wave: the territory's prevention lead, or the coordinator."""
    return is_coordinator(reader) or can_lead(reader, wave.study.territory)
