"""The half-hour page: what is known, what was found elsewhere, what a budget could tell."""

from io import BytesIO

import pikepdf
import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from tests.factories.network import IncidentFactory, SeriesFactory, SeriesValueFactory
from tests.factories.studies import (
    CountryFactory,
    DistrictFactory,
    ForceFactory,
    TerritoryFactory,
)

from imppulse.core.actions import add_texts
from imppulse.portal.budget import BudgetForm, sentence, warning
from imppulse.portal.likeness import likeness, size
from imppulse.reporting.language import Language

pytestmark = pytest.mark.django_db
ENGLISH = Language("en")
PLAN = {"letters": "800", "response": "20", "districts": "2", "police_officers": "150"}


def named(record, name):
    wordings = {"name": {"en": f"{name} (en)", "fr": f"{name} (fr)"}}
    add_texts(record, wordings, by="ana", published_by="bea")
    return record


@pytest.fixture(autouse=True)
def english():
    """Other tests leave their language behind."""
    with translation.override("en"):
        yield


@pytest.fixture
def here():
    country = named(CountryFactory(), "Orvane")
    territory = named(TerritoryFactory(country=country, population=45_000, population_year=2023), "Valbourg")  # fmt: skip
    DistrictFactory(territory=territory, code="port", name="Old Port", population=12_000)  # fmt: skip
    DistrictFactory(territory=territory, code="limes", name="The Limes", population=1_500)  # fmt: skip
    return territory


def budget(territory, **changed):
    form = BudgetForm(PLAN | changed, territory=territory)
    assert form.is_valid(), form.errors
    return form.budget()


def test_letters_are_shared_out_by_population(here):
    shares = budget(here).shares
    assert [(s.name, s.letters) for s in shares] == [("The Limes", 89), ("Old Port", 711)]  # fmt: skip


def test_without_populations_the_shares_are_equal(here):
    here.districts.update(population=None)
    assert [s.letters for s in budget(here).shares] == [400, 400]


def test_one_sentence_says_precision_and_smallest_change(here):
    # 22 / sqrt(160) = 1.739 x t(159) = 3.4; two waves: 22 x sqrt(2/160) x 2.81 = 6.9
    assert sentence(budget(here), ENGLISH) == (
        "With 800 letters and a response of 20 %, about 160 people answer: trust in the "
        "police, from 0 to 100, would be known to within ± 3.4 points, and the smallest "
        "change between two such surveys that you would notice is 6.9 points."
    )


def test_the_small_district_is_warned_of(here):
    assert warning(budget(here), ENGLISH).startswith(
        "The Limes would bring about 18 answers, known to within ± 11.0 points only"
    )


def test_a_district_under_the_threshold_stays_hidden(here):
    assert "under 10, its figures stay hidden" in warning(budget(here, letters="300"), ENGLISH)  # fmt: skip


def test_districts_of_one_size_are_warned_of_together(here):
    here.districts.update(population=None)
    assert warning(budget(here, letters="90"), ENGLISH).startswith("Each district")


def test_large_districts_are_not_warned_of(here):
    assert warning(budget(here, letters="8000"), ENGLISH) == ""


def test_too_small_alone_says_what_several_would_see(client, here):
    page = client.get(here.get_absolute_url(), PLAN).content.decode()
    assert "Alone this is too small" in page
    assert budget(here, letters="8000").alone_too_small is False


def test_a_wrong_figure_is_named_and_the_rest_of_the_page_stays(client, here):
    page = client.get(here.get_absolute_url(), PLAN | {"letters": "many"})
    said = page.content.decode()
    assert "There is a problem" in said
    assert "45,000" in said


def test_an_empty_territory_teaches_and_says_what_is_unknown(client):
    page = client.get(TerritoryFactory().get_absolute_url()).content.decode()
    assert "No force is recorded here yet." in page
    assert "No territory like this one has a diagnosis yet." in page
    assert page.count("not known yet") == 4


def test_incidents_and_series_stand_on_the_page(client, here):
    SeriesValueFactory(series=named(SeriesFactory(territory=here), "Reports"))
    IncidentFactory(territory=here)
    french = client.get(f"/fr/territories/{here.slug}/").content.decode()
    assert "Reports (fr)" in french
    assert "12 juin 2021, troubles" in french
    assert "Reports (en)" not in french


def test_a_series_that_waits_for_publication_is_not_shown(client, here):
    series = named(SeriesFactory(territory=here, published_on=None), "Secret")
    SeriesValueFactory(series=series)
    assert "Secret" not in client.get(here.get_absolute_url()).content.decode()


def test_the_page_costs_the_same_for_two_and_for_twelve(client, here):
    counts = []
    for wanted in (2, 12):
        while here.series.count() < wanted:
            named(SeriesFactory(territory=here), "Reports")  # drawing would be slow
            IncidentFactory(territory=here, happened_on=f"2021-06-{here.incidents.count() + 1:02}")  # fmt: skip
            here.forces.add(named(ForceFactory(country=here.country), "Force"))
            DistrictFactory(territory=here)
        ContentType.objects.clear_cache()
        with CaptureQueriesContext(connection) as seen:
            client.get(here.get_absolute_url())
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_likeness_is_named_trait_by_trait(here):
    other = TerritoryFactory(kind="region", country=CountryFactory(code="BE"))
    assert likeness(here, other) == ()
    other.kind, other.population = "city", 99_999
    here.forces.add(ForceFactory())
    other.forces.add(ForceFactory(country=other.country))
    assert likeness(here, other) == ("same kind of territory", "similar size", "same kinds of force")  # fmt: skip


@pytest.mark.parametrize(
    ("population", "band"),
    [(None, None), (19_999, 0), (20_000, 1), (100_000, 2), (500_000, 3)],
)
def test_sizes_are_bands(population, band):
    assert size(population) == band


def test_a_tender_without_a_plan_leads_to_making_one(client, here):
    answer = client.get(f"/en/territories/{here.slug}/tender/")
    assert answer.url == f"/en/territories/{here.slug}/#afford"
    assert client.get(f"/en/territories/{here.slug}/tender.pdf").status_code == 404


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "Specification for a survey on police and population: Valbourg (en)"),
     ("fr", "Cahier des charges d’une enquête sur la police et la population\u00a0: Valbourg (fr)")],
)  # fmt: skip
def test_the_tender_comes_from_the_plan_in_each_language(client, here, language, said):
    address = f"/{language}/territories/{here.slug}/tender"
    page = client.get(f"{address}/", PLAN).content.decode()
    assert said in page
    assert ">port<" in page
    pdf = client.get(f"{address}.pdf", PLAN)
    with pikepdf.open(BytesIO(pdf.content)) as opened:
        assert str(opened.Root.Lang) == language
        assert str(opened.docinfo.Title) == said


def test_a_territory_that_waits_is_hidden_with_its_tender(client):
    waiting = TerritoryFactory(published_on=None)
    assert client.get(waiting.get_absolute_url(), PLAN).status_code == 404
    assert client.get(f"/en/territories/{waiting.slug}/tender/", PLAN).status_code == 404  # fmt: skip
