"""Facts about the repository: it stands alone, its documentation is whole."""

import re
import subprocess
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]
BINARY = {
    ".png",
    ".woff2",
    ".ttf",
    ".parquet",
    ".sav",
    ".dta",
    ".xlsx",
    ".pdf",
    ".zsav",
}


def tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True)  # fmt: skip
    return [ROOT / name for name in listed.stdout.splitlines()]


def texts() -> dict[str, str]:
    return {
        str(path.relative_to(ROOT)): path.read_text("utf-8")
        for path in tracked()
        if path.suffix not in BINARY and path.is_file()
    }


def test_no_lock_file_holds_an_address():
    for name in ("requirements.lock", "requirements-dev.lock"):
        assert "://" not in (ROOT / name).read_text()


def test_links_between_documents_lead_somewhere():
    broken = [
        (name, target)
        for name, text in texts().items()
        if name.endswith(".md")
        for target in re.findall(r"\]\(([^)#\s]+)", text)
        if "://" not in target and not (ROOT / name).parent.joinpath(target).exists()
    ]
    assert broken == []


def test_files_stay_slim():
    long = {
        name: text.count("\n")
        for name, text in texts().items()
        if name.startswith("src/") and name.endswith(".py") and text.count("\n") > 500
    }
    assert long == {}


def test_decisions_are_numbered_and_dated():
    for path in sorted((ROOT / "docs/decisions").glob("*.md")):
        lines = path.read_text("utf-8").splitlines()
        assert lines[0].startswith(f"# {int(path.name[:4])}. ")
        assert re.match(r"\d{4}-\d{2}-\d{2}, (accepted|replaced by \d+)\.", lines[2])


def test_every_change_fragment_is_one_short_text():
    for path in (ROOT / "changes").glob("*.md"):
        assert path.name.endswith((".added.md", ".changed.md", ".fixed.md")), path.name
        assert path.read_text("utf-8").strip()


def test_the_licence_is_the_one_declared():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert project["license"] == "EUPL-1.2"
    assert "EUROPEAN UNION PUBLIC LICENCE v. 1.2" in (ROOT / "LICENSE").read_text(
        "utf-8"
    )


def test_the_bare_word_officer_is_never_used():
    bare = re.compile(r"\bofficers?\b", re.IGNORECASE)
    allowed = re.compile(r"(police|data-protection|Police)[ _-]officers?|_officers?\b|peace officers?", re.IGNORECASE)  # fmt: skip
    wrong = {}
    for name, text in texts().items():
        if name.startswith("src/") and name.endswith((".py", ".html", ".toml", ".po")):
            left = allowed.sub("", re.sub(r"\s+", " ", text))
            if bare.search(left):
                wrong[name] = bare.findall(left)[:3]
    assert wrong == {}
