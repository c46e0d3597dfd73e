"""Roles are offered by a link that works once, and keep their history."""

import re
from datetime import date, timedelta

import pytest
from django.core import mail
from django.urls import reverse
from tests.factories.accounts import PersonFactory, RoleFactory
from tests.factories.studies import TerritoryFactory

from imppulse.accounts.models import Person
from imppulse.core.errors import Refused
from imppulse.network import actions
from imppulse.network.choices import RoleKind
from imppulse.network.models import Invitation, Role

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 22)
ACCOUNT = {
    "username": "paul",
    "password1": "a long walk at dusk",
    "password2": "a long walk at dusk",
}


def invited(kind=RoleKind.PREVENTION_LEAD, **where) -> str:
    return actions.invite("paul@example.org", kind, territory=where.get("territory"), by="ana", today=TODAY)  # fmt: skip


@pytest.fixture
def coordinator(client):
    person = RoleFactory().person
    client.force_login(person)
    return person


def link_of(page: str) -> str:
    return re.search(r'value="http://testserver(/en/invitation/[^"]+)"', page).group(1)


def test_the_secret_of_a_link_is_kept_nowhere():
    secret = invited()
    assert secret not in str(Invitation.objects.values_list())
    assert actions.invitation_of(secret, TODAY) is not None


def test_a_link_ends_after_a_fortnight():
    secret = invited()
    assert actions.invitation_of(secret, TODAY + timedelta(days=14)) is not None
    assert actions.invitation_of(secret, TODAY + timedelta(days=15)) is None


def test_the_same_offer_again_replaces_the_link():
    first, second = invited(), invited()
    assert actions.invitation_of(first, TODAY) is None
    assert actions.invitation_of(second, TODAY) is not None


def test_a_link_works_once():
    invitation = actions.invitation_of(invited(), TODAY)
    actions.accept(invitation, person=PersonFactory(), today=TODAY)
    with pytest.raises(Refused):
        actions.accept(invitation, person=PersonFactory(), today=TODAY)
    assert Role.objects.count() == 1


def test_a_coordinator_is_not_made_for_one_territory():
    with pytest.raises(Refused) as refused:
        invited(RoleKind.COORDINATOR, territory=TerritoryFactory())
    assert refused.value.code == "network_wide"


def test_the_link_is_shown_once_and_makes_an_account_with_the_role(client, coordinator):
    here = TerritoryFactory()
    address = f"/en/territories/{here.slug}/people/"
    offer = {"email": "paul@example.org", "kind": "prevention_lead"}
    link = link_of(client.post(address, offer).content.decode())
    assert link not in client.get(address).content.decode()
    client.logout()
    assert "Prevention lead" in client.get(link).content.decode()
    assert client.post(link, ACCOUNT).url == reverse("portal:work")
    role = Role.objects.get(territory=here)
    assert (role.person.username, role.person.email, role.until) == ("paul", "paul@example.org", None)  # fmt: skip
    client.logout()
    assert client.post(link, ACCOUNT | {"username": "eve"}).status_code == 404
    assert not Person.objects.filter(username="eve").exists()


def test_somebody_with_an_account_takes_the_role_with_it(client):
    secret = invited(RoleKind.EVALUATOR)
    person = PersonFactory()
    client.force_login(person)
    client.post(f"/en/invitation/{secret}/")
    assert Role.objects.get().person == person
    assert Person.objects.count() == 1


def test_without_a_mail_server_the_page_says_to_pass_the_link_on(client, coordinator, settings):  # fmt: skip
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    assert "sends no e-mail" in client.get("/en/people/").content.decode()


def test_with_a_mail_server_the_link_is_sent_too(client, coordinator):
    offer = {"email": "paul@example.org", "kind": "translator"}
    link = link_of(client.post("/en/people/", offer).content.decode())
    (message,) = mail.outbox
    assert link in message.body
    assert message.to == ["paul@example.org"]


def test_a_role_ends_and_stays_in_the_history(client, coordinator):
    role = RoleFactory(kind=RoleKind.EVALUATOR, territory=TerritoryFactory())
    client.post(f"/en/people/roles/{role.pk}/end/")
    role.refresh_from_db()
    assert role.until is not None
    page = client.get(f"/en/territories/{role.territory.slug}/people/").content.decode()
    assert "Roles of the past" in page


def test_somebody_must_go_on_coordinating(client, coordinator):
    role = coordinator.roles.get()
    page = client.post(f"/en/people/roles/{role.pk}/end/", follow=True).content.decode()
    assert "This is the last coordinator" in page
    role.refresh_from_db()
    assert role.until is None


def test_a_withdrawn_link_no_longer_works(client, coordinator):
    secret = invited()
    client.post(f"/en/people/invitations/{Invitation.objects.get().pk}/withdraw/")
    assert client.get(f"/en/invitation/{secret}/").status_code == 404


def test_a_lead_sees_the_team_and_cannot_invite(client):
    lead = RoleFactory(kind=RoleKind.PREVENTION_LEAD, territory=TerritoryFactory())
    client.force_login(lead.person)
    address = f"/en/territories/{lead.territory.slug}/people/"
    assert "Invite somebody" not in client.get(address).content.decode()
    offer = {"email": "paul@example.org", "kind": "evaluator"}
    assert client.post(address, offer).status_code == 404
    assert client.post(f"/en/people/roles/{lead.pk}/end/").status_code == 404
    assert not Invitation.objects.exists()
