"""The demonstration: a fictional country walks the whole cycle, beside the real reference content."""

import hashlib
from collections.abc import Callable
from importlib.resources import files

from django.db import transaction

from imppulse.portal import reference
from imppulse.portal.demonstration import library, network, people, pilots, studies
from imppulse.portal.demonstration.people import LOGINS, PASSWORD

__all__ = ["LOGINS", "PASSWORD", "load", "version"]


def version() -> str:
    """Fingerprint of everything the demonstration is made from."""
    folders = (
        files("imppulse.portal.demonstration"),
        files("imppulse.portal.demonstration") / "data",
        files("imppulse.portal.reference") / "data",
    )
    parts = [
        entry.read_bytes()
        for folder in folders
        for entry in sorted(folder.iterdir(), key=lambda entry: entry.name)
        if entry.is_file()
    ]
    return hashlib.sha256(b"".join(parts)).hexdigest()


@transaction.atomic
def load(say: Callable[[str], None]) -> None:
    say(
        "loading the network of the project, force profiles, real practices, published trials"
    )
    reference.load(by="reference-editor")
    say("making the fictional country of Orvane and its people")
    network.load()
    people.load()
    say("asking the population and the police officers of five fictional territories")
    studies.load()
    say("running five pilots: plans first, answers afterwards")
    pilots.load()
    say("writing practice sheets, synthesis, recommendation and book")
    library.load()
