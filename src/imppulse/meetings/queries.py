from imppulse.core.models import PublishableQuerySet
from imppulse.meetings.models import Meeting
from imppulse.network.permissions import Reader


def meetings(reader: Reader) -> PublishableQuerySet:
    """List published meetings for strangers, every meeting for those who sign in."""
    listed: PublishableQuerySet = Meeting.objects.select_related("country")
    found = listed.prefetch_related("texts", "country__texts")
    return found if reader.is_authenticated else found.published()
