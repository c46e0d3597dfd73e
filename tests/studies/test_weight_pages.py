"""The pages of weighting and of retention, as those who work with them see them."""

import pytest
from django.urls import reverse
from django.utils.translation import override
from tests.studies.test_pages import delivered, page, person, text
from tests.studies.test_weighting import closed_wave

from imppulse.studies.models import Erasure

FORM = {
    "source": "census 2024",
    "minimum_effective_n": "30",
    "district__harbour": "6000",
    "district__hill": "3000",
    "district__old-town": "1000",
}


@pytest.fixture
def closed(db):
    return closed_wave(frame=delivered(residents=90, police_officers=20))


@pytest.fixture
def lead(client, closed):
    client.force_login(person("prevention_lead", closed.study.territory))
    return client


def english(name, *facts):
    with override("en"):
        return reverse(f"studies:{name}", args=facts)


def address(wave, name="weights"):
    return english(name, wave.study.slug, wave.number)


def test_figures_typed_in_become_a_version_with_its_pictures(lead, closed):
    made = lead.post(address(closed), FORM)
    assert made["Location"].endswith("?version=1")
    shown = page(lead, made["Location"])
    said = text(shown)
    assert "answers count as" in said
    assert "After census 2024." in said
    assert len(shown.xpath("//figure[contains(@class, 'chart')]")) == 2
    assert not shown.xpath("//*[@style]")
    lead.post(address(closed, "use_weights"), {"version": "1"})
    closed.refresh_from_db()
    assert closed.diagnosis.weighting.version == 1
    said = text(page(lead, f"/fr/studies/{closed.study.slug}/"))
    assert "pondérées selon" in said
    lead.post(address(closed, "use_weights"), {"version": "0"})
    closed.refresh_from_db()
    assert closed.diagnosis.weighting is None


def test_refused_weights_say_why_and_leave_the_figures(lead, closed):
    shown = lead.post(address(closed), FORM | {"minimum_effective_n": "89"})
    said = shown.content.decode()
    assert "There is a problem" in said
    assert 'value="6000"' in said
    assert not closed.weightings.exists()


@pytest.mark.parametrize("name", ["weights", "use_weights"])
def test_strangers_weigh_nothing(client, closed, name):
    client.force_login(person("translator"))
    assert client.post(address(closed, name), FORM).status_code == 404


def test_two_persons_erase_and_the_page_keeps_the_log(lead, client, closed):
    where = english("retention", closed.study.slug)
    assert "Nothing was erased." in text(page(lead, where))
    asked = {"kind": "item", "wave": "1", "item": "local_trust", "reason": "complaint"}
    lead.post(english("ask_erasure", closed.study.slug), asked)
    line = Erasure.objects.get()
    assert "waits for a second person" in text(page(lead, where))
    again = english("erase", closed.study.slug, line.pk)
    lead.post(again)
    line.refresh_from_db()
    assert line.done_at is None
    client.force_login(person("coordinator"))
    client.post(again)
    line.refresh_from_db()
    assert line.done_at is not None
    french = page(client, where.replace("/en/", "/fr/"))
    assert "Les réponses à une question" in text(french)
