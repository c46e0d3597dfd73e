"""The demonstration as a stranger gets it: started by its own command, looked at in Chromium."""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--no-first-run",
    "--disable-component-update",
    "--disable-sync",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.slow)


@dataclass(frozen=True)
class Site:
    address: str

    def read(self, path: str) -> str | None:
        """Read a page; None when it is a file to download."""
        with urllib.request.urlopen(self.address + path, timeout=30) as answer:
            is_page = answer.headers.get_content_type() == "text/html"
            return answer.read().decode() if is_page else None

    def status(self, path: str) -> int:
        try:
            with urllib.request.urlopen(self.address + path, timeout=30) as answer:
                return answer.status
        except urllib.error.HTTPError as refused:
            return refused.code


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(site: Site, process: subprocess.Popen[bytes], log: Path) -> None:
    for _attempt in range(600):
        if process.poll() is not None:
            pytest.fail(f"the demonstration stopped:\n{log.read_text()}")
        try:
            if site.status("/en/") == 200:
                return
        except OSError:
            time.sleep(0.2)
    pytest.fail(f"the demonstration did not answer:\n{log.read_text()}")


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    home = tmp_path_factory.mktemp("demonstration")
    port, log = free_port(), home / "log"
    environment = os.environ | {"IMPPULSE_HOME": str(home)}
    command = [sys.executable, "-m", "imppulse", "demo", "--port", str(port)]
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, env=environment, stdout=output, stderr=output
        )
    try:
        found = Site(f"http://127.0.0.1:{port}")
        wait_for(found, process, log)
        yield found
    finally:
        process.terminate()
        process.wait(timeout=20)


def find_browser() -> str:
    named = os.environ.get("CHROME")
    found = named or next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        if os.environ.get("CI"):
            pytest.fail("no Chromium on this machine, and CI may skip nothing")
        pytest.skip("NO CHROMIUM: browser tests did not run (set CHROME)")
    return found


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = find_browser()
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield launched
        launched.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    opened = browser.new_context(viewport={"width": 1280, "height": 900})
    yield opened
    opened.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()


LINK = re.compile(r'href="(/(?:en|fr)/[^"#?]*)["#?]')


REPORTS = (".pdf",)  # drawn when asked for: they are asked for once
# Of the questions, whose words have tests of their own, as many as show a page of each kind.
QUESTIONS = re.compile(r"/questions/[^/]+/$")
MOST_QUESTIONS = 60


@dataclass(frozen=True)
class Crawled:
    """What a stranger finds from the home page: the source of every page, and dead links."""

    sources: dict[str, str]
    files: set[str]
    broken: dict[str, int]


@pytest.fixture(scope="session")
def crawled(site: Site) -> dict[str, Crawled]:
    return {language: crawl(site, language) for language in ("en", "fr")}


def crawl(site: Site, language: str) -> Crawled:
    start = f"/{language}/"
    found, waiting = Crawled({}, set(), {}), [start]
    seen, questions = {start}, 0
    while waiting:
        path = waiting.pop()
        if QUESTIONS.search(path):
            questions += 1
            if questions > MOST_QUESTIONS:
                continue
        if path.endswith(REPORTS):
            found.files.add(path)
            continue
        try:
            source = site.read(path)
        except urllib.error.HTTPError as refused:
            found.broken[path] = refused.code
            continue
        if source is None:
            continue
        found.sources[path] = source
        links = {link for link in LINK.findall(source) if link.startswith(start)}
        waiting.extend(links - seen)
        seen |= links
    return found
