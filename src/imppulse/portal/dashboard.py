"""What waits for a signed-in person, by role: a bounded number of queries each."""

from dataclasses import dataclass
from datetime import date

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db.models import Q, QuerySet
from django.utils.functional import cached_property
from django.utils.translation import get_language

from imppulse.accounts.models import Person
from imppulse.core.choices import TextStatus
from imppulse.core.models import Publishable, Text, Written
from imppulse.evaluations.models import Evaluation, Plan
from imppulse.network.choices import RoleKind
from imppulse.network.models import Role, Territory
from imppulse.pilots.choices import Stage
from imppulse.pilots.models import Pilot
from imppulse.studies.choices import WaveState
from imppulse.studies.desk import title_of
from imppulse.studies.models import Draft, Study, Wave

NOT_YET_LOCKED = (Stage.DRAFT, Stage.PLANNED)


@dataclass(frozen=True)
class Waiting:
    """A record with something to publish."""

    record: Written
    new: bool
    drafts: int
    writers: frozenset[str]

    @property
    def key(self) -> str:
        return self.record._meta.label_lower

    @property
    def field(self) -> str:
        return self.record.text_fields[0]

    @property
    def name(self) -> str:
        text = self.record.text(self.field, get_language() or "en", drafts=True)
        return text.body if text else str(self.record)


class Desk:
    """One person's desk; each list is read when the page asks for it."""

    def __init__(self, person: Person, today: date) -> None:
        self.person = person
        self.today = today

    @cached_property
    def roles(self) -> list[Role]:
        roles = Role.objects.current().filter(person=self.person)
        return list(
            roles.select_related("territory__country").prefetch_related(
                "territory__texts"
            )
        )

    def has(self, kind: RoleKind) -> bool:
        return any(role.kind == kind for role in self.roles)

    @property
    def coordinates(self) -> bool:
        return self.has(RoleKind.COORDINATOR)

    @property
    def leads(self) -> bool:
        return self.has(RoleKind.PREVENTION_LEAD)

    @property
    def evaluates(self) -> bool:
        return self.has(RoleKind.EVALUATOR)

    @property
    def translates(self) -> bool:
        return self.has(RoleKind.TRANSLATOR)

    @property
    def territories(self) -> list[Territory]:
        """List the territories this person leads, each once."""
        led = {
            role.territory.pk: role.territory
            for role in self.roles
            if role.kind == RoleKind.PREVENTION_LEAD and role.territory
        }
        return list(led.values())

    def _own(self, kind: RoleKind, path: str = "territory") -> Q:
        """Select what lies in the territories of this role; without territory, everything."""
        territories = [role.territory_id for role in self.roles if role.kind == kind]
        if None in territories:
            return Q()
        return Q(**{f"{path}__in": territories})

    @cached_property
    def studies(self) -> list[Study]:
        found = Study.objects.filter(self._own(RoleKind.PREVENTION_LEAD))
        return list(
            found.select_related("territory__country").prefetch_related(
                "texts", "territory__texts", "waves"
            )
        )

    @cached_property
    def pilots(self) -> list[Pilot]:
        found = Pilot.objects.filter(self._own(RoleKind.PREVENTION_LEAD))
        return list(
            found.select_related("territory__country", "plan").prefetch_related(
                "texts", "territory__texts"
            )
        )

    @property
    def open_waves(self) -> list[Wave]:
        return [
            wave
            for study in self.studies
            for wave in study.waves.all()
            if wave.state == WaveState.OPEN
        ]

    @property
    def waves_to_close(self) -> list[Wave]:
        return [wave for wave in self.open_waves if wave.closes_on < self.today]

    @property
    def waves_to_open(self) -> list[Wave]:
        return [
            wave
            for study in self.studies
            for wave in study.waves.all()
            if wave.state == WaveState.PLANNED and wave.opens_on <= self.today
        ]

    @property
    def plans_to_lock(self) -> list[Pilot]:
        return [pilot for pilot in self.pilots if pilot.stage in NOT_YET_LOCKED]

    @cached_property
    def locked_plans(self) -> QuerySet[Plan]:
        own = self._own(RoleKind.EVALUATOR, "pilot__territory")
        return (
            Plan.objects.filter(own, locked_at__isnull=False)
            .select_related("pilot__territory__country", "evaluation")
            .prefetch_related("pilot__texts", "pilot__territory__texts")
        )

    @cached_property
    def evaluations(self) -> QuerySet[Evaluation]:
        own = self._own(RoleKind.EVALUATOR, "plan__pilot__territory")
        return (
            Evaluation.objects.filter(own)
            .select_related("plan__pilot__territory__country")
            .prefetch_related("plan__pilot__texts")
        )

    @cached_property
    def closed_waves(self) -> QuerySet[Wave]:
        own = self._own(RoleKind.EVALUATOR, "study__territory")
        return (
            Wave.objects.filter(own, state=WaveState.CLOSED)
            .select_related("study__territory__country")
            .prefetch_related("study__texts", "study__pilots")
        )

    @cached_property
    def submitted(self) -> list[tuple[Draft, str]]:
        """List the questionnaires this person may publish as a second one, with their titles."""
        drafts = Draft.objects.filter(self._seconds(), submitted_on__isnull=False)
        found = drafts.select_related("study__territory__country").prefetch_related(
            "study__texts"
        )
        return [
            (draft, title_of(draft))
            for draft in found.distinct()
            if self.person.key not in {*draft.writers, draft.submitted_by}
        ]

    def _seconds(self) -> Q:
        """Select the studies of this person's territories, led or shared."""
        kinds = {RoleKind.PREVENTION_LEAD, RoleKind.EVALUATOR, RoleKind.COORDINATOR}
        places = {r.territory_id for r in self.roles if RoleKind(r.kind) in kinds}
        if self.coordinates or None in places:
            return Q()
        return Q(study__territory__in=places) | Q(study__partners__in=places)

    @cached_property
    def waiting(self) -> list[Waiting]:
        return waiting_for_publication()


def publishable_models() -> list[type[Publishable]]:
    return [model for model in apps.get_models() if issubclass(model, Publishable)]


def waiting_for_publication() -> list[Waiting]:
    """List records that are not public, and public ones with newer drafts: two queries a kind."""
    drafts = _drafts()
    return [
        Waiting(
            record,
            new=record.published_on is None,
            drafts=len(writers := drafts.get((kind.pk, record.pk), [])),
            writers=frozenset([record.written_by, *writers]) - {""},
        )
        for model in publishable_models()
        for kind in [ContentType.objects.get_for_model(model)]
        for record in _unpublished(model, kind, drafts)
    ]


@dataclass(frozen=True)
class Change:
    """A draft beside what is public now."""

    draft: Text
    public: Text | None


def changes(record: Written) -> list[Change]:
    """List the newest draft of each text that would be published."""
    newest = {(text.field, text.language): text for text in record.texts.all()}
    return [
        Change(text, record.current(text.field, text.language))
        for text in newest.values()
        if text.status == TextStatus.DRAFT
    ]


def _drafts() -> dict[tuple[int, int], list[str]]:
    """Return who wrote the drafts of each record."""
    found: dict[tuple[int, int], list[str]] = {}
    rows = Text.objects.filter(status=TextStatus.DRAFT)
    for kind, record, writer in rows.values_list(
        "content_type_id", "object_id", "written_by"
    ):
        found.setdefault((kind, record), []).append(writer)
    return found


def _unpublished(
    model: type[Publishable],
    kind: ContentType,
    drafts: dict[tuple[int, int], list[str]],
) -> QuerySet[Publishable]:
    with_drafts = [record for kind_pk, record in drafts if kind_pk == kind.pk]
    records: QuerySet[Publishable] = model.objects.all()
    return records.filter(
        Q(published_on__isnull=True) | Q(pk__in=with_drafts)
    ).prefetch_related("texts")
