from django.db import transaction
from django.utils.translation import gettext as _

from imppulse.core.actions import note
from imppulse.core.errors import Refused
from imppulse.studies import queries, storage, weight_files
from imppulse.studies.actions.diagnoses import diagnose_again
from imppulse.studies.actions.waves import locked
from imppulse.studies.models import Wave, Weighting
from imppulse.studies.weighting import Wanted, weighted


def weigh_wave(wave: Wave, wanted: Wanted, *, source: str, by: str) -> Weighting:
    """Make a new version of the weights of a closed wave. It is not used yet."""
    if not wanted.margins:
        raise Refused("no_margins", _("Give at least one margin of the population."))
    made = weighted(queries.answers_as_closed(wave), wanted)
    with transaction.atomic():
        held = locked(wave)
        newest = held.weightings.order_by("-version").first()
        version = newest.version + 1 if newest else 1
        file, checksum = weight_files.write(held, version, made.columns)
        try:
            kept = Weighting.objects.create(
                wave=held,
                version=version,
                replaces=newest,
                source=source,
                margins={c: dict(n) for c, n in wanted.margins.items()},
                lowest=wanted.lowest,
                highest=wanted.highest,
                minimum_effective_n=wanted.minimum_effective_n,
                quality=made.quality,
                file=file,
                checksum=checksum,
                made_by=by,
            )
            note("weigh", held, by=by, version=version, checksum=checksum)
        except BaseException:
            storage.remove(file)
            raise
    return kept


@transaction.atomic
def use_weighting(wave: Wave, version: int, *, by: str) -> None:
    """Use a version of the weights, or those of the closing (0), and diagnose anew."""
    held = locked(wave)
    if version and not held.weightings.filter(version=version).exists():
        raise Refused(
            "no_such_weighting", _("This wave has no such version of weights.")
        )
    held.weightings.filter(in_use=True).update(in_use=False)
    held.weightings.filter(version=version).update(in_use=True)
    note("use weights", held, by=by, version=version)
    diagnose_again(held, by=by)
