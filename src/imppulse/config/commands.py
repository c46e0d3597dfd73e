"""What the platform verbs of the command line do: prepare an installation, serve it, show it."""

import os
import shutil
import sys
import time
from collections.abc import Callable
from pathlib import Path

Say = Callable[[str], None]


def start_django(home: Path | None = None) -> Path:
    """Load Django on the data folder of this installation and return that folder."""
    if home is not None:
        os.environ.setdefault("IMPPULSE_HOME", str(home))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "imppulse.config.settings")
    import django  # noqa: PLC0415 (settings read the environment set above)

    django.setup()
    from django.conf import settings  # noqa: PLC0415 (as above)

    return Path(settings.HOME)


def manage(arguments: list[str]) -> None:
    """Pass a verb on to Django's own command line."""
    start_django()
    from django.core.management import (  # noqa: PLC0415 (after start_django)
        execute_from_command_line,
    )

    execute_from_command_line(["imppulse manage", *arguments])


def prepare(say: Say) -> None:
    from django.core.management import call_command  # noqa: PLC0415 (after start_django)

    say("preparing the database")
    call_command("migrate", interactive=False, verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)


def listen(host: str, port: int) -> None:
    """Serve until interrupted. No access log: an answer must leave no trace."""
    from granian import Granian  # noqa: PLC0415 (a server is not needed to manage)
    from granian.constants import Interfaces  # noqa: PLC0415 (as above)

    Granian(
        "imppulse.config.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=4,
        log_access=False,
        log_level="warning",  # type: ignore[arg-type] # granian compares by value
    ).serve()


def serve(host: str, port: int) -> None:
    say = _teller()
    start_django()
    prepare(say)
    say(f"IMPPULSE is served at http://{host}:{port}/ (stop with Ctrl-C)")
    listen(host, port)


def demo(host: str, port: int) -> None:
    """Fill the demonstration when it is missing or of an older version, and serve it."""
    say = _teller()
    home = start_django(Path("var/demo"))
    from imppulse.portal import demonstration  # noqa: PLC0415 (after start_django)

    stamp = home / "demonstration"
    if not stamp.exists() or stamp.read_text() != demonstration.version():
        _empty(home)
        prepare(say)
        demonstration.load(say=say)
        stamp.write_text(demonstration.version())
    else:
        prepare(say)
    say(
        "Simulated data in a fictional country; real territories carry sourced facts only."
    )
    say(f"English   http://{host}:{port}/en/")
    say(f"Français  http://{host}:{port}/fr/")
    for login in demonstration.LOGINS:
        say(f"sign in as {login.role:<16} {login.username} / {demonstration.PASSWORD}")
    say("stop with Ctrl-C")
    listen(host, port)


def _empty(home: Path) -> None:
    """Take away an older demonstration; only what the demonstration itself made."""
    for path in (*home.glob("imppulse.sqlite3*"), home / "storage"):
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)


def _teller() -> Say:
    started = time.monotonic()

    def say(text: str) -> None:
        sys.stdout.write(f"{time.monotonic() - started:5.1f} s  {text}\n")
        sys.stdout.flush()

    return say
