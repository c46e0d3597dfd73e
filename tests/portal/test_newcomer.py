"""From the first run to a printed page of the own territory: no survey, no JavaScript, both languages."""

import pytest
from django.urls import reverse
from django.utils.translation import override
from lxml import html

from imppulse.network.models import Territory

pytestmark = pytest.mark.django_db
ACCOUNT = {
    "username": "claire",
    "email": "claire@example.org",
    "password1": "a long walk at dusk",
    "password2": "a long walk at dusk",
    "load_reference": "on",
}
SAID = {
    "en": {
        "join": "Add a territory",
        "languages": "French, Arabic",
        "who": "Who does what?",
        "first": "First to call",
        "afford": "With 800 letters and a response of 20 %, about 160 people answer",
        "small": "Les Tilleuls would bring about 18 answers",
        "waits": "not published",
        "next": "Nothing presses. Print what is known of Valbourg",
    },
    "fr": {
        "join": "Ajouter un territoire",
        "languages": "français, arabe",
        "who": "Qui fait quoi\u202f?",
        "first": "À appeler d’abord",
        "afford": "Avec 800 courriers et un taux de réponse de 20\u202f%, environ 160 personnes répondent",
        "small": "Les Tilleuls apporterait environ 18 réponses",
        "waits": "non publié",
        "next": "Rien ne presse. Imprimez ce que l’on sait de Valbourg",
    },
}  # fmt: skip


def address_of_the_desk(language):
    with override(language):
        return reverse("portal:work")


def words(answer) -> str:
    assert answer.status_code == 200
    (main,) = html.fromstring(answer.content.decode()).xpath("//main")
    return " ".join(main.text_content().split(" \n"))


def linked(answer, text: str) -> str:
    page = html.fromstring(answer.content.decode())
    return next(a.get("href") for a in page.iter("a") if text in a.text_content())


def filled(answer, **values) -> dict[str, list[str] | str]:
    """Fill the main form as a browser without scripts would send it."""
    page = html.fromstring(answer.content.decode())
    form = page.xpath("//main//form[@method='post']")[-1]
    known = {name: value or "" for name, value in form.fields.items()}
    assert set(values) <= set(known)
    forces = [box.get("value") for box in form.xpath(".//input[@name='forces']")]
    return known | {"forces": forces} | values


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_newcomer_prints_a_useful_page_without_a_survey(client, language):
    said = SAID[language]
    desk = client.post(f"/{language}/first-run/", ACCOUNT, follow=True)
    countries = client.get(linked(desk, said["join"]))
    assert "country" in words(countries).lower() or "pays" in words(countries).lower()
    sheet = client.get(f"/{language}/territories/new/", {"country": "FR"})
    data = filled(
        sheet,
        **{f"name_{language}": "Valbourg"},
        districts="Vieux-Port; 12 000\nLes Tilleuls; 1 500",
        population="45 000",
        population_year="2023",
        languages=said["languages"],
    )
    page = client.post(f"/{language}/territories/new/?country=FR", data, follow=True)
    told = words(page)
    for key in ("who", "first", "afford", "small", "waits"):
        assert said[key] in told
    assert Territory.objects.get(slug="valbourg").forces.count() == 2
    assert said["next"] in words(client.get(address_of_the_desk(language)))
    other = "fr" if language == "en" else "en"
    assert SAID[other]["first"] in words(client.get(f"/{other}/territories/valbourg/"))
    assert "<script" not in page.content.decode()
