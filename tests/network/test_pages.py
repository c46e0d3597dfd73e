"""Territories, forces, who does what, factors and levers, as a stranger sees them."""

from datetime import date

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation
from lxml import html
from tests.factories.studies import (
    CountryFactory,
    ForceFactory,
    StudyFactory,
    TerritoryFactory,
)

from imppulse.core.actions import add_texts
from imppulse.network import permissions, queries
from imppulse.network.choices import FactTopic, ResponsibilityKind, RoleKind
from imppulse.network.models import (
    Force,
    ForceFact,
    Responsibility,
    Role,
    Situation,
    Territory,
)

pytestmark = pytest.mark.django_db
BOTH = {"by": "writer", "published_by": "reader"}


def named(record, name):
    add_texts(record, {"name": {"en": f"{name} (en)", "fr": f"{name} (fr)"}}, **BOTH)
    return record


def city(name="Lumen", **fields) -> Territory:
    return named(TerritoryFactory(**fields), name)


def force(name="Guard", **fields) -> Force:
    return named(ForceFactory(**fields), name)


def part(of: Force, situation: Situation, kind=ResponsibilityKind.FIRST):
    return Responsibility.objects.create(
        force=of, situation=situation, kind=kind, source_title="A law", source_url="https://law.example/"
    )  # fmt: skip


def read(client, name, *args, language="en"):
    with translation.override(language):
        address = reverse(f"network:{name}", args=args)
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def words(page: str) -> str:
    return " ".join(html.fromstring(page).xpath("//main")[0].text_content().split())


@pytest.mark.parametrize("page", ["territories", "forces"])
def test_a_list_costs_the_same_for_two_and_for_twelve(client, page):
    country = named(CountryFactory(), "Orvane")
    counts = []
    for wanted in (2, 12):
        while Territory.objects.count() < wanted:
            city(country=country)
            force(country=country)
        ContentType.objects.clear_cache()  # looked up once a process
        with CaptureQueriesContext(connection) as seen:
            read(client, page)
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_a_page_is_in_one_language(client):
    here = city()
    assert "Lumen (en)" in read(client, "territory", here.slug)
    french = read(client, "territory", here.slug, language="fr")
    assert "Lumen (fr)" in french
    assert "Lumen (en)" not in french


def test_who_does_what_keeps_the_order_of_forces_and_says_what_is_not_known():
    country = CountryFactory()
    first, second = force("A", slug="a", country=country), force("B", slug="b", country=country)  # fmt: skip
    noise, theft = (
        Situation.objects.create(slug=slug, position=place)
        for place, slug in enumerate(("noise", "theft"))
    )
    part(second, noise)
    part(first, theft)
    part(second, theft, ResponsibilityKind.NOT)
    table = queries.who_does_what(Force.objects.all())
    assert [one.slug for one in table.forces] == ["a", "b"]
    assert [row.situation.slug for row in table.rows] == ["noise", "theft"]
    assert [[p and p.kind for p in row.parts] for row in table.rows] == [
        [None, "first"],
        ["first", "not"],
    ]


def test_who_does_what_never_shows_a_force_of_another_territory(client):
    here, there = city(), city("Other")
    ours, theirs = force("Ours"), force("Theirs")
    here.forces.add(ours)
    there.forces.add(theirs)
    situation = named(Situation.objects.create(slug="noise"), "Noise")
    for one in (ours, theirs):
        part(one, situation)
    said = words(read(client, "who_does_what", here.slug))
    assert "Ours (en)" in said
    assert "Theirs" not in said


def test_a_topic_without_a_sourced_fact_is_said_to_be_unknown(client):
    one = force()
    fact = ForceFact.objects.create(
        force=one,
        topic=FactTopic.CULTURE,
        source_title="A book",
        as_of=date(2024, 5, 2),
    )
    add_texts(fact, {"statement": {"en": "Old habits.", "fr": "De vieilles habitudes."}}, **BOTH)  # fmt: skip
    said = words(read(client, "force", one.slug))
    assert "Old habits. Source: A book, 2 May 2024" in said
    assert said.count("Not known yet: no sourced fact has been recorded.") == 3


def test_an_empty_network_teaches(client):
    assert "No territory yet" in words(read(client, "territories"))
    assert "No force profile yet" in words(read(client, "forces"))


def test_every_factor_and_lever_has_its_page(client):
    said = words(read(client, "factors", language="fr"))
    assert "Les quatre facteurs du projet" in said
    assert "no_dialogue" not in said
    assert "Police et population" in words(read(client, "factor", "no_dialogue", language="fr"))  # fmt: skip
    assert "What can a local authority do?" in words(read(client, "levers"))
    assert client.get("/en/factors/nonsense/").status_code == 404


def role(person, kind, territory=None, until=None):
    return Role.objects.create(
        person=person,
        kind=kind,
        territory=territory,
        since=date(2025, 1, 1),
        until=until,
    )


def test_roles_end(django_user_model):
    person, here = django_user_model.objects.create_user("ana"), city()
    ended = role(person, RoleKind.PREVENTION_LEAD, here)
    assert permissions.can_lead(person, here)
    ended.until = date(2025, 6, 1)
    ended.save()
    assert not permissions.can_lead(person, here)


def test_a_role_in_one_territory_says_nothing_about_another(django_user_model):
    person, here, there = django_user_model.objects.create_user("ana"), city(), city()
    role(person, RoleKind.PREVENTION_LEAD, here)
    assert permissions.can_lead(person, here)
    assert not permissions.can_lead(person, there)
    assert not permissions.can_evaluate(person, here)
    assert not permissions.can_publish(person)


@pytest.mark.parametrize(
    ("kind", "own", "foreign"),
    [
        (None, 0, 0),
        (RoleKind.PREVENTION_LEAD, 1, 0),
        (RoleKind.EVALUATOR, 1, 0),
        (RoleKind.COORDINATOR, 1, 1),
        (RoleKind.TRANSLATOR, 1, 1),
    ],
)
def test_who_sees_a_study_that_is_not_published(django_user_model, kind, own, foreign):
    here, there = city(), city()
    ours, theirs = StudyFactory(territory=here), StudyFactory(territory=there)
    public = StudyFactory(territory=there, published_on=timezone.localdate())
    person = django_user_model.objects.create_user("ana")
    if kind is not None:
        everywhere = {RoleKind.COORDINATOR, RoleKind.TRANSLATOR}
        role(person, kind, None if kind in everywhere else here)
    seen = set(permissions.visible(type(ours)._default_manager.all(), person))
    assert seen == {public} | ({ours} if own else set()) | (
        {theirs} if foreign else set()
    )
