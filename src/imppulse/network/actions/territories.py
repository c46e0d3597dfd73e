"""A territory joins, changes, and leaves again as long as nothing hangs on it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from imppulse.accounts.models import Person
from imppulse.core.actions import add_texts, note, write
from imppulse.core.errors import Refused
from imppulse.network.choices import RoleKind
from imppulse.network.models import (
    Country,
    District,
    Force,
    Invitation,
    Role,
    Territory,
)
from imppulse.network.slugs import free_slug

RESERVED = {"new"}
# What may hang on a territory, as a reader calls it.
HANGING = {
    "studies.study": gettext_noop("local studies"),
    "pilots.pilot": gettext_noop("pilot projects"),
    "library.practice": gettext_noop("practice sheets"),
    "network.organisation": gettext_noop("partners"),
    "network.series": gettext_noop("administrative series"),
    "network.incident": gettext_noop("critical incidents"),
    "network.role": gettext_noop("roles of other people"),
}
IN_USE = {HANGING["studies.study"], HANGING["pilots.pilot"]}
OTHER_RECORDS = gettext_noop("other records")


@dataclass(frozen=True)
class DistrictLine:
    name: str
    population: int | None = None


@dataclass(frozen=True, kw_only=True)
class TerritorySheet:
    """What a territory says of itself."""

    country: Country
    names: Mapping[str, str]
    fields: Mapping[str, object]
    forces: Iterable[Force]
    districts: tuple[DistrictLine, ...]


@transaction.atomic
def create_territory(
    sheet: TerritorySheet, *, by: Person, today: date, leads: bool = False
) -> Territory:
    """Add a territory as a draft; a second person publishes it."""
    slug = _slug(next(iter(sheet.names.values())))
    territory = Territory.objects.create(
        slug=slug,
        country=sheet.country,
        joined_on=today,
        written_by=by.key,
        **sheet.fields,
    )
    add_texts(territory, {"name": sheet.names}, by=by.key)
    territory.forces.set(sheet.forces)
    _set_districts(territory, sheet.districts)
    if leads:
        Role.objects.create(
            person=by, kind=RoleKind.PREVENTION_LEAD, territory=territory, since=today
        )
    note("create_territory", territory, by=by.key)
    return territory


@transaction.atomic
def change_territory(territory: Territory, sheet: TerritorySheet, *, by: str) -> None:
    """Write what is new; a changed name is a draft that a second person publishes."""
    before = {name: getattr(territory, name) for name in sheet.fields}
    changed = {name: v for name, v in sheet.fields.items() if before[name] != v}
    for name, value in changed.items():
        setattr(territory, name, value)
    territory.save(update_fields=[*changed])
    for language, name in sheet.names.items():
        current = territory.current("name", language, drafts=True)
        if current is None or current.body != name:
            write(territory, "name", language=language, body=name, by=by)
    territory.forces.set(sheet.forces)
    _set_districts(territory, sheet.districts)
    note(
        "change_territory",
        territory,
        by=by,
        before={name: before[name] for name in changed},
    )


@transaction.atomic
def delete_territory(territory: Territory, *, by: str) -> None:
    """Undo a territory that nothing hangs on."""
    if territory.published_on is not None:
        raise Refused(
            "published",
            _("This territory is public: others may rely on it, so it stays."),
        )
    if found := hanging(territory, by):
        raise Refused(
            "hanging",
            _("This territory stays, because something hangs on it: %(what)s.")
            % {"what": ", ".join(_(name) for name in found)},
        )
    note("delete_territory", territory, by=by, slug=territory.slug)
    territory.roles.all().delete()
    territory.delete()


def hanging(territory: Territory, by: str) -> list[str]:
    """Name the kinds of records that need this territory; one's own role is none."""
    found = []
    for relation in territory._meta.related_objects:
        model = relation.related_model
        if model in {District, Invitation}:
            continue
        records = model._default_manager.filter(**{relation.field.name: territory})
        if model is Role:
            records = records.exclude(person__username=by)
        if records.exists():
            found.append(HANGING.get(model._meta.label_lower, OTHER_RECORDS))
    return list(dict.fromkeys(found))


def _slug(name: str) -> str:
    wanted = slugify(name)
    return free_slug(Territory, f"{wanted}-1" if wanted in RESERVED else wanted)


def _set_districts(territory: Territory, lines: tuple[DistrictLine, ...]) -> None:
    """Keep the districts named, add the new ones, refuse to drop one that is in use."""
    known = {district.name: district for district in territory.districts.all()}
    gone = [known[name] for name in set(known) - {line.name for line in lines}]
    if gone and IN_USE & set(hanging(territory, by="")):
        raise Refused(
            "district_in_use",
            _("The district “%(name)s” stays: studies or pilots name it.")
            % {"name": gone[0].name},
        )
    for one in gone:
        one.delete()
    for line in lines:
        if (district := known.get(line.name)) is None:
            code = _district_code(territory, line.name)
            territory.districts.create(
                code=code, name=line.name, population=line.population
            )
        elif district.population != line.population:
            district.population = line.population
            district.save(update_fields=["population"])


def _district_code(territory: Territory, name: str) -> str:
    taken = set(territory.districts.values_list("code", flat=True))
    base = slugify(name)[:45] or "district"
    numbered = (f"{base}-{number}" for number in range(2, len(taken) + 3))
    return base if base not in taken else next(c for c in numbered if c not in taken)
