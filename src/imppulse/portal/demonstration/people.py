from dataclasses import dataclass
from datetime import date

from imppulse.accounts.models import Person
from imppulse.network.choices import RoleKind
from imppulse.network.models import Role, Territory

PASSWORD = "demonstration"  # noqa: S105 (printed on purpose: fictional people, local server)
CITY = "port-lumen"


@dataclass(frozen=True, slots=True)
class Login:
    username: str
    kind: RoleKind
    territory: str | None = None

    @property
    def role(self) -> str:
        return str(self.kind.label)


LOGINS = (
    Login("coordinator", RoleKind.COORDINATOR),
    Login("prevention-lead", RoleKind.PREVENTION_LEAD, CITY),
    Login("evaluator", RoleKind.EVALUATOR, CITY),
    Login("translator", RoleKind.TRANSLATOR),
)


def load() -> None:
    territories = {one.slug: one for one in Territory.objects.all()}
    for login in LOGINS:
        person = Person.objects.create_user(login.username, password=PASSWORD)
        Role.objects.create(
            person=person,
            kind=login.kind,
            territory=territories[login.territory] if login.territory else None,
            since=date(2025, 1, 15),
        )
