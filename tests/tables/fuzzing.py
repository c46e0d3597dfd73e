"""Fuzzed uploads: thousands of broken files, each read in a process that may die.

Run on demand: python -m tests.tables.fuzzing 5000 --seed 1
Every file is either read whole or refused by a sentence of ours. A reader of SPSS or Stata
may die of a damaged file: it runs apart, and the upload is then refused as damaged.
"""

import argparse
import io
import os
import random
import resource
import signal
import sys
import tempfile
import traceback
import zipfile
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

MEMORY = 3 * 1024**3  # address space, as for an upload
MOST_RESIDENT = 1024  # MB that a reader may really touch
PATIENCE = 120  # seconds
KINDS = ("xlsform", "csv", "xlsx", "sav", "dta")
LETTERS = "ABCDEFGH"


@dataclass
class Outcome:
    read: int = 0
    refused: Counter = field(default_factory=Counter)
    contained: int = 0  # the reader died; the upload is refused as damaged or too large
    failures: list[str] = field(default_factory=list)
    most_resident: int = 0  # MB


def seeds(folder: Path) -> dict[str, list[bytes]]:
    """Whole files to damage, made in a process of its own: no thread lives on."""
    if (child := os.fork()) == 0:
        try:
            make_seeds(folder)
            os._exit(0)
        except BaseException:  # noqa: BLE001 (the parent sees the exit code)
            traceback.print_exc()
            os._exit(1)
    _, status = os.waitpid(child, 0)
    assert status == 0
    return {
        kind: [path.read_bytes() for path in sorted(folder.glob(f"{kind}-*"))]
        for kind in KINDS
    }


def make_seeds(folder: Path) -> None:
    from tests.tables.files import CSV, ROWS, statistical, workbook  # noqa: PLC0415
    from tests.tables.xlsforms.corpus import built, cases  # noqa: PLC0415

    rows = [list(ROWS), *([f"North {n}", n % 5, n / 2] for n in range(60))]
    text = "\n".join(",".join(map(str, row)) for row in rows)
    many = {
        "xlsform": [built(case) for case in [*cases("taken").values()][::7]],
        "csv": [
            CSV.encode(),
            text.encode(),
            text.encode("utf-16"),
            text.replace(",", ";").encode("cp1252"),
            ("id,token,G01Q02[SQ001],fair_respect\n" + "1,x,A1,Y\n" * 40).encode(),
        ],
        "xlsx": [workbook(("A", rows)), bomb()],
        "sav": [statistical(folder, "sav"), statistical(folder, "zsav")],
        "dta": [statistical(folder, "dta")],
    }
    for kind, contents in many.items():
        for number, content in enumerate(contents):
            (folder / f"{kind}-{number}").write_bytes(content)


def bomb() -> bytes:
    """A workbook of a few hundred kilobytes that unpacks to 600 MB."""
    from tests.tables.files import workbook  # noqa: PLC0415

    return rezipped(
        workbook(("A", [["a"], [1]])),
        "xl/worksheets/sheet1.xml",
        lambda _: b" " * (600 * 1024**2),
    )


def rezipped(content: bytes, member: str, change: Callable[[bytes], bytes]) -> bytes:
    written = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            data = old.read(name)
            new.writestr(name, change(data) if name == member else data)
    return written.getvalue()


class Fuzzer:
    def __init__(self, whole: dict[str, list[bytes]], seed: int) -> None:
        self.whole = whole
        self.draw = random.Random(seed)  # noqa: S311 (to repeat a run)

    def file(self, kind: str) -> bytes:
        content = self.draw.choice(self.whole[kind])
        return self.draw.choice(self.ways(kind))(content)

    def ways(self, kind: str) -> list[Callable[[bytes], bytes]]:
        common = [self.flipped, self.cut, self.noise, self.repeated, self.inserted]
        if kind == "csv":
            return [*common, self.encoded, self.wide, self.quoted]
        if kind in {"xlsx", "xlsform"}:
            return [
                *common,
                self.inside,
                self.inside,
                self.inside,
                self.far,
                self.typed,
            ]
        return [*common, self.header, self.header, self.header]

    def flipped(self, content: bytes) -> bytes:
        changed = bytearray(content)
        for _ in range(self.draw.choice((1, 1, 4, 30))):
            changed[self.draw.randrange(len(changed))] = self.draw.randrange(256)
        return bytes(changed)

    def cut(self, content: bytes) -> bytes:
        return content[: self.draw.randrange(len(content) + 1)]

    def noise(self, content: bytes) -> bytes:
        kept = content[: self.draw.choice((0, 4, 8, 16))]
        return kept + self.draw.randbytes(self.draw.choice((1, 50, 3000)))

    def repeated(self, content: bytes) -> bytes:
        start = self.draw.randrange(len(content))
        part = content[start : start + 500]
        return content[:start] + part * self.draw.choice((2, 50)) + content[start:]

    def inserted(self, content: bytes) -> bytes:
        place = self.draw.randrange(len(content))
        odd = self.draw.choice(
            (b"\x00", b"\xff\xfe", b"\n", b'"', b"\xed\xa0\x80", b"=1+1")
        )
        return content[:place] + odd * self.draw.choice((1, 100)) + content[place:]

    def header(self, content: bytes) -> bytes:
        """Counts of rows, columns and labels stand in the first bytes."""
        changed = bytearray(content)
        for _ in range(self.draw.choice((1, 2, 5))):
            place = self.draw.randrange(min(len(changed) - 4, 600))
            changed[place : place + 4] = self.draw.choice(
                (
                    b"\xff\xff\xff\x7f",
                    b"\x00\x00\x00\x00",
                    b"\xff\xff\xff\xff",
                    self.draw.randbytes(4),
                )
            )
        return bytes(changed)

    def encoded(self, content: bytes) -> bytes:
        text = content.decode("utf-8", "replace") + "é€ж"
        name = self.draw.choice(
            ("utf-16-le", "utf-16-be", "utf-32", "cp1252", "utf-7", "cp037")
        )
        return text.encode(name, "replace")

    def wide(self, content: bytes) -> bytes:
        count = self.draw.choice((10_000, 60_000))
        return (
            b",".join(b"c%d" % n for n in range(count))
            + b"\n"
            + b"1," * (count - 1)
            + b"1\n"
        )

    def quoted(self, content: bytes) -> bytes:
        return b'"' + b"x" * self.draw.choice((200, 300_000)) + content

    def inside(self, content: bytes) -> bytes:
        """Damage the text inside the archive: what unpacks well may still be wrong."""
        member = self.draw.choice(self.members(content) or [""])
        return self.changed_member(content, member, self.flipped_text)

    def members(self, content: bytes) -> list[str]:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return [i.filename for i in archive.infolist() if 0 < i.file_size < 10**6]

    def changed_member(
        self, content: bytes, member: str, change: Callable[[bytes], bytes]
    ) -> bytes:
        if (
            sum(i.file_size for i in zipfile.ZipFile(io.BytesIO(content)).infolist())
            > 10**7
        ):
            return content  # the bomb itself
        return rezipped(content, member, change)

    def flipped_text(self, data: bytes) -> bytes:
        how = self.draw.randrange(4)
        if how == 0:
            return self.flipped(data)
        if how == 1:
            return self.cut(data)
        old = self.draw.choice(
            (
                b"<c ",
                b"<v>",
                b"<row",
                b't="n"',
                b't="s"',
                b"1",
                b"sheet",
                b"<t>",
                b"<si>",
            )
        )
        new = self.draw.choice(
            (
                b"",
                b"<",
                b't="e"',
                b't="b"',
                b"99999999999",
                b"-1",
                b"&#0;",
                b"<c><c>",
                "é\u202e".encode(),
            )
        )
        return data.replace(old, new, self.draw.choice((1, 1, -1)))

    def far(self, content: bytes) -> bytes:
        """One cell at the far end of the sheet."""
        place = self.draw.choice(
            ("XFD1048576", "XFD9", "A1048576", "ZZZZ1", "A0", "A99999999999")
        )
        row = "".join(filter(str.isdigit, place)) or "1"
        cell = f'<row r="{row}"><c r="{place}"><v>1</v></c></row></sheetData>'
        return self.changed_member(
            content,
            "xl/worksheets/sheet1.xml",
            lambda data: data.replace(b"</sheetData>", cell.encode()),
        )

    def typed(self, content: bytes) -> bytes:
        """Cells of kinds that a form does not have."""
        kinds = ("d", "e", "b", "str", "s", "n")
        cells = "".join(
            f'<c r="{letter}900" t="{self.draw.choice(kinds)}"><v>{self.draw.choice(("2026-01-01", "1", "x", "-1e400", "9" * 30))}</v></c>'
            for letter in LETTERS
        )
        row = f'<row r="900">{cells}</row></sheetData>'
        return self.changed_member(
            content,
            "xl/worksheets/sheet1.xml",
            lambda data: data.replace(b"</sheetData>", row.encode()),
        )


def run(count: int, seed: int, folder: Path) -> Outcome:
    """Read so many files; told to end (SIGTERM), it ends early and says how far it came."""
    preload()
    fuzzer = Fuzzer(seeds(folder), seed)
    outcome, ended = Outcome(), []
    signal.signal(signal.SIGTERM, lambda *_: ended.append(True))
    for number in range(count):
        if ended:
            break
        kind = KINDS[number % len(KINDS)]
        content = fuzzer.file(kind)
        said, resident = apart(kind, content, folder)
        outcome.most_resident = max(outcome.most_resident, resident)
        note(outcome, f"{kind} number {number} of seed {seed}", said, resident)
        if outcome.failures and not (folder / "failed").exists():
            (folder / "failed").write_bytes(content)
    return outcome


def note(outcome: Outcome, name: str, said: str, resident: int) -> None:
    if resident > MOST_RESIDENT:
        outcome.failures.append(f"{name}: {resident} MB")
    if said == "read":
        outcome.read += 1
    elif said.startswith("refused "):
        outcome.refused[said.removeprefix("refused ")] += 1
    elif said == "contained":
        outcome.contained += 1
    else:
        outcome.failures.append(f"{name}: {said}")


def preload() -> None:
    """Import once; the processes made from here start with everything in place."""
    import pyreadstat  # noqa: F401, PLC0415

    import imppulse.tables.deliveries  # noqa: PLC0415
    import imppulse.tables.foreign  # noqa: PLC0415
    import imppulse.tables.xlsforms  # noqa: F401, PLC0415


def apart(kind: str, content: bytes, folder: Path) -> tuple[str, int]:
    """Read in a process of its own, with the caps of an upload; say what came of it."""
    receiving, sending = os.pipe()
    if (child := os.fork()) == 0:
        os.close(receiving)
        try:
            said = read_capped(kind, content, folder)
        except BaseException:  # noqa: BLE001 (that is what is looked for)
            said = traceback.format_exc()[-1500:]
        os.write(sending, said.encode("utf-8", "replace")[:4000])
        os._exit(0)
    os.close(sending)
    with os.fdopen(receiving, "rb") as pipe:
        said = pipe.read().decode()
    _, status, usage = os.wait4(child, 0)
    if not said:
        died = os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status)
        said = "hung" if died == signal.SIGALRM else "contained"
    return said, usage.ru_maxrss // 1024


def read_capped(kind: str, content: bytes, folder: Path) -> str:
    from imppulse.tables import TableError, sentence  # noqa: PLC0415

    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    signal.alarm(PATIENCE)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        readers()[kind](content, folder)
    except TableError as refused:
        told = [sentence(refused, language) for language in ("en", "fr")]
        return f"refused {refused.code}" if all(told) else "no sentence"
    except MemoryError:
        return "contained"
    return "read"


def readers() -> dict[str, Callable[[bytes, Path], None]]:
    return {
        "xlsform": form_whole,
        "csv": answers_whole,
        "xlsx": answers_whole,
        "sav": lambda content, folder: foreign(content, folder, "spss"),
        "dta": lambda content, folder: foreign(content, folder, "stata"),
    }


def form_whole(content: bytes, folder: Path) -> None:
    from imppulse.tables.xlsforms import read_form  # noqa: PLC0415

    form = read_form(content, "form.xlsx", language="en").form
    assert form.questions
    assert all(set(q.text) == set(form.languages) for q in form.questions)


def answers_whole(content: bytes, folder: Path) -> None:
    """Every row arrives under its mapping, or problems say why none does."""
    from imppulse.tables import read  # noqa: PLC0415
    from imppulse.tables.deliveries import AskedItem, check, expanded, guess  # noqa: PLC0415

    items = {
        name: AskedItem(name, {1: ("Yes", "Oui"), 2: ("No", "Non"), 4: ("4", "4")})
        for name in ("fair_respect", "D3", "G01Q02_SQ001")
    }
    table = expanded(read(content, name="answers"), items)
    found = check(table, guess(table, items), items=items, sides=["population"])
    assert found.problems or found.frame.height == table.frame.height


def foreign(content: bytes, folder: Path, name: str) -> None:
    """Do what the process for SPSS and Stata does; any failure of it is a refusal."""
    from imppulse.tables.errors import TableError  # noqa: PLC0415
    from imppulse.tables.foreign import convert  # noqa: PLC0415

    with tempfile.TemporaryDirectory(dir=folder) as place:
        (Path(place) / "source").write_bytes(content)
        try:
            convert(Path(place), name)
        except (MemoryError, AssertionError):
            raise
        except BaseException as failure:
            raise TableError("broken_file", {"file": "a", "format": name}) from failure


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("count", type=int)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        outcome = run(given.count, given.seed, Path(place))
        failed = Path(place) / "failed"
        if failed.exists():
            Path("fuzz-failed.bin").write_bytes(failed.read_bytes())
    print(
        f"read {outcome.read}, refused {sum(outcome.refused.values())}, contained {outcome.contained}"
    )
    print(f"most resident {outcome.most_resident} MB")
    for code, times in outcome.refused.most_common():
        print(f"  {code}: {times}")
    for failure in outcome.failures[:20]:
        print(f"FAILED {failure}")
    print(f"{len(outcome.failures)} failures")
    return bool(outcome.failures)


if __name__ == "__main__":
    sys.exit(main())
