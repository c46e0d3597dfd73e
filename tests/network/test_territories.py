"""A territory joins by page, changes, and leaves as long as nothing hangs on it."""

from datetime import date

import pytest
from tests.factories.accounts import PersonFactory, RoleFactory
from tests.factories.network import SeriesFactory
from tests.factories.studies import (
    CountryFactory,
    DistrictFactory,
    ForceFactory,
    StudyFactory,
    TerritoryFactory,
)

from imppulse.core.actions import publish
from imppulse.core.errors import Refused
from imppulse.network import actions
from imppulse.network.actions.territories import DistrictLine, TerritorySheet
from imppulse.network.choices import RoleKind
from imppulse.network.countries import MEMBERS, choices, country_of
from imppulse.network.forms import TerritoryForm
from imppulse.network.models import Country, Force, Role, Territory

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 22)
NEW = "/en/territories/new/?country=ORV"
FORM = {"kind": "city", "name_en": "Valbourg", "leads": "on"}


def sheet(country=None, **changed) -> TerritorySheet:
    return TerritorySheet(
        **{
            "country": country or CountryFactory(),
            "names": {"en": "Valbourg", "fr": "Valbourg"},
            "fields": {"kind": "city", "population": 45_000, "population_year": 2023},
            "forces": [],
            "districts": (DistrictLine("Old Port", 12_000), DistrictLine("Station")),
        }
        | changed
    )


@pytest.fixture
def person(client):
    found = PersonFactory()
    RoleFactory(person=found)
    client.force_login(found)
    return found


def joined(person, **changed) -> Territory:
    return actions.create_territory(
        sheet(**changed), by=person, today=TODAY, leads=True
    )


def test_every_country_of_europe_is_offered_in_the_readers_language():
    CountryFactory(code="FR", simulated=False)
    french = dict(choices("fr"))
    assert set(french) == set(MEMBERS.split())
    assert french["DE"] == "Allemagne"
    assert dict(choices("en"))["PT"] == "Portugal"


def test_a_country_is_added_once_under_both_names():
    added = country_of("BE", by="ana")
    assert country_of("BE", by="ana") == added
    assert {t.body for t in added.texts.all()} == {"Belgium", "Belgique"}
    assert Country.objects.count() == 1


def test_looking_at_the_form_adds_no_country(client, person):
    assert client.get("/en/territories/new/?country=BE").status_code == 200
    assert client.get("/en/forces/new/?country=BE").status_code == 200
    assert not Country.objects.exists()
    client.post("/en/territories/new/?country=BE", FORM)
    assert Territory.objects.get().country.code == "BE"


def test_a_territory_joins_as_a_draft_that_a_second_person_publishes(person):
    here = joined(person)
    assert here.published_on is None
    assert Role.objects.filter(person=person, territory=here).get().kind == RoleKind.PREVENTION_LEAD  # fmt: skip
    assert [(d.name, d.population) for d in here.districts.all()] == [("Old Port", 12_000), ("Station", None)]  # fmt: skip
    with pytest.raises(Refused):
        publish(here, by=person.key)
    publish(here, by="bea")
    assert here.text("name", "fr").body == "Valbourg"


def test_strangers_see_a_territory_once_it_is_public(client, person):
    here = joined(person)
    assert client.get(here.get_absolute_url()).status_code == 200
    client.logout()
    assert client.get(here.get_absolute_url()).status_code == 404
    assert "Valbourg" not in client.get("/en/territories/").content.decode()
    publish(here, by="bea")
    assert client.get(here.get_absolute_url()).status_code == 200


def test_two_territories_of_one_name_have_two_addresses(person):
    assert [joined(person).slug, joined(person).slug] == ["valbourg", "valbourg-2"]
    named_new = joined(person, names={"en": "New", "fr": "New"})
    assert named_new.slug == "new-1"


def test_what_nothing_hangs_on_can_be_undone(client, person):
    here = joined(person)
    client.post(f"/en/territories/{here.slug}/delete/")
    assert not Territory.objects.exists()
    assert Role.objects.filter(territory__isnull=False).count() == 0


@pytest.mark.parametrize(
    ("hang", "said"),
    [
        (lambda here: StudyFactory(territory=here), "local studies"),
        (lambda here: SeriesFactory(territory=here), "administrative series"),
        (lambda here: RoleFactory(territory=here), "roles of other people"),
    ],
)
def test_what_hangs_on_a_territory_keeps_it_and_is_named(client, person, hang, said):
    here = joined(person)
    hang(here)
    answer = client.post(f"/en/territories/{here.slug}/delete/", follow=True)
    assert said in answer.content.decode()
    assert Territory.objects.filter(pk=here.pk).exists()


def test_a_public_territory_stays(person):
    here = joined(person)
    publish(here, by="bea")
    with pytest.raises(Refused) as refused:
        actions.delete_territory(here, by=person.key)
    assert refused.value.code == "published"


def test_a_district_that_a_study_names_stays(person):
    here = joined(person)
    fewer = sheet(here.country, districts=(DistrictLine("Station"),))
    StudyFactory(territory=here)
    with pytest.raises(Refused) as refused:
        actions.change_territory(here, fewer, by=person.key)
    assert refused.value.code == "district_in_use"


def test_a_changed_name_waits_for_a_second_person(person):
    here = joined(person)
    publish(here, by="bea")
    names = {"en": "New Valbourg", "fr": "Valbourg"}
    actions.change_territory(here, sheet(here.country, names=names), by=person.key)
    here = Territory.objects.get()
    assert here.text("name", "en").body == "Valbourg"
    assert here.current("name", "en", drafts=True).body == "New Valbourg"


def form(**data) -> TerritoryForm:
    return TerritoryForm(FORM | data, country="ORV", reader=PersonFactory())


@pytest.mark.parametrize("written", ["45000", "45 000", "45,000", "45.000", "45\u202f000"])  # fmt: skip
def test_a_population_is_read_as_people_write_it(written):
    answered = form(population=written, population_year="2023")
    assert answered.is_valid()
    assert answered.cleaned_data["population"] == 45_000


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"name_en": ""}, "name_en"),
        ({"population": "45000"}, "population_year"),
        ({"population": "many"}, "population"),
        ({"code": "75056"}, "code_system"),
        ({"code": "75056", "code_system": "LAU"}, "code_year"),
        ({"code": "75", "code_system": "NUTS", "code_year": "2024"}, "code"),
        ({"languages": "French, Klingonish"}, "languages"),
        ({"districts": "Port\nPort"}, "districts"),
        ({"districts": "Port; many"}, "districts"),
        ({"force_name_en": "municipal police", "force_name_fr": "la police"}, "force_name_en"),
        ({"force_name_en": "the municipal police"}, "force_name_fr"),
        ({"kind": "planet"}, "kind"),
    ],
)  # fmt: skip
def test_what_is_missing_or_wrong_is_named_at_its_field(data, field):
    answered = form(**data)
    assert not answered.is_valid()
    assert field in answered.errors


def test_only_the_name_is_needed():
    answered = form()
    assert answered.is_valid()
    assert answered.sheet(CountryFactory()).names == {
        "en": "Valbourg",
        "fr": "Valbourg",
    }


def test_languages_are_kept_as_codes():
    answered = form(languages="French; arabic, Turkish, french")
    assert answered.is_valid()
    assert answered.cleaned_data["languages"] == ["fr", "ar", "tr"]


def test_a_force_created_here_is_named_in_sentences_of_both_languages(client, person):
    CountryFactory()
    force = {"force_name_en": "the municipal police", "force_name_fr": "la police municipale"}  # fmt: skip
    client.post(NEW, FORM | force)
    created = Force.objects.get()
    assert list(Territory.objects.get().forces.all()) == [created]
    assert {(t.field, t.language): t.body for t in created.texts.all()} == {
        ("name", "en"): "Municipal police",
        ("name", "fr"): "Police municipale",
        ("subject", "en"): "the municipal police",
        ("subject", "fr"): "la police municipale",
        ("of", "en"): "of the municipal police",
        ("of", "fr"): "de la police municipale",
    }
    page = client.get(created.get_absolute_url()).content.decode()
    assert page.count("Not known yet: no sourced fact has been recorded.") == 4


def test_forces_of_another_country_are_not_offered(client, person):
    CountryFactory()
    other = ForceFactory(country=CountryFactory(code="BE"))
    assert other.slug not in client.get(NEW).content.decode()
    client.post(NEW, FORM | {"forces": [other.pk]})
    assert not Territory.objects.exists()


@pytest.mark.parametrize("page", ["territories/new/", "forces/new/", "people/"])
def test_only_coordinators_add_and_invite(client, page):
    lead = RoleFactory(kind=RoleKind.PREVENTION_LEAD, territory=TerritoryFactory())
    client.force_login(lead.person)
    assert client.get(f"/en/{page}").status_code == 404


def test_a_lead_keeps_the_own_sheet_and_no_other(client):
    here, there = DistrictFactory().territory, TerritoryFactory()
    lead = RoleFactory(kind=RoleKind.PREVENTION_LEAD, territory=here)
    client.force_login(lead.person)
    address = f"/en/territories/{here.slug}/change/"
    assert client.get(address).status_code == 200
    assert client.post(address, FORM | {"districts": "Port"}).status_code == 302
    assert [d.name for d in here.districts.all()] == ["Port"]
    assert client.get(f"/en/territories/{there.slug}/change/").status_code == 404
