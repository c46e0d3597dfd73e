from django.db import transaction
from django.utils.text import slugify

from imppulse.core.actions import Wordings, add_texts, note
from imppulse.network.choices import ForceKind
from imppulse.network.models import Country, Force
from imppulse.network.slugs import free_slug


@transaction.atomic
def create_force(
    country: Country, *, kind: ForceKind, wordings: Wordings, by: str
) -> Force:
    """Add a force by its name; its profile stays unknown until facts with a source are added."""
    name = next(iter(wordings["name"].values()))
    slug = free_slug(Force, slugify(f"{country.code} {name}"))
    force = Force.objects.create(slug=slug, country=country, kind=kind, written_by=by)
    add_texts(force, wordings, by=by)
    note("create_force", force, by=by)
    return force
