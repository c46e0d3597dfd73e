from collections.abc import Mapping

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from imppulse import instruments
from imppulse.core.actions import note
from imppulse.core.errors import Refused
from imppulse.instruments import ForceName
from imppulse.instruments.legal import apply_profile, legal_profile
from imppulse.network.models import Force
from imppulse.studies import snapshots
from imppulse.studies.models import Questionnaire


@transaction.atomic
def publish_questionnaire(
    name: str, *, force: Force, complaints: Mapping[str, str], by: str
) -> Questionnaire:
    """Copy a questionnaire of the bank, worded about one force; the same copy is made once."""
    bank = instruments.questionnaire(name)
    asked = apply_profile(bank, legal_profile(force.country.code)).questionnaire
    content = snapshots.snapshot(asked, force_name(force), complaints)
    published, created = Questionnaire.objects.get_or_create(
        name=name,
        version=asked.version,
        force=force,
        side=asked.side.value,
        defaults={
            "content": content,
            "checksum": snapshots.checksum(content),
            "published_on": timezone.localdate(),
        },
    )
    if published.checksum != snapshots.checksum(content):
        raise Refused(
            "published_questionnaire",
            _("This version is published with other words: give it a new version."),
        )
    if created:
        note("publish", published, by=by, checksum=published.checksum)
    return published


def force_name(force: Force) -> ForceName:
    subjects = {
        code: force.text("subject", code)
        for code, _name in settings.PUBLICATION_LANGUAGES
    }
    if missing := [code for code, text in subjects.items() if text is None]:
        sentence = _("The force has no name with its article in: %(languages)s.")
        raise Refused("force_name", sentence % {"languages": ", ".join(missing)})
    return ForceName.of({code: text.body for code, text in subjects.items() if text})
