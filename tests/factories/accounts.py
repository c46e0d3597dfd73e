"""People with a role."""

import datetime

import factory
from factory.django import DjangoModelFactory

from imppulse.accounts.models import Person
from imppulse.network.choices import RoleKind
from imppulse.network.models import Role


class PersonFactory(DjangoModelFactory[Person]):
    class Meta:
        model = Person

    username = factory.Sequence(lambda n: f"person-{n}")
    email = factory.LazyAttribute(lambda person: f"{person.username}@example.org")


class RoleFactory(DjangoModelFactory[Role]):
    class Meta:
        model = Role

    person = factory.SubFactory(PersonFactory)
    kind = RoleKind.COORDINATOR
    since = datetime.date(2026, 1, 1)
