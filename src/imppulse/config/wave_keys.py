"""The key of a strict wave, on a holder's own computer: no database, no server, nothing sent."""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from imppulse.config.commands import start_django


@dataclass(frozen=True)
class Opened:
    answers: Path
    comments: Path
    proof: str
    count: int


def without_installation() -> None:
    """Load Django for its words alone, on a folder that holds nothing."""
    start_django(Path(tempfile.mkdtemp(prefix="imppulse-key-")))


def make(folder: Path) -> tuple[str, list[Path]]:
    """Make a key; gives the public key, and the files of the three shares."""
    from imppulse.studies import sealing  # noqa: PLC0415 (after start_django)

    folder.mkdir(parents=True, exist_ok=True)
    seed, public_key = sealing.make_key_pair()
    written = []
    for place, share in enumerate(sealing.shares(seed), start=1):
        path = folder / f"share-{place}.txt"
        with path.open("x", encoding="utf-8") as file:  # never over another key
            path.chmod(0o600)
            file.write(f"IMPPULSE {place}/3\n{share}\n{public_key}\n")
        written.append(path)
    return public_key, written


def open_(file: Path, shares: Sequence[str], folder: Path) -> Opened:
    """Unseal a file of answers and write its rows, answers and comments each in an order of its own."""
    from imppulse.studies import (  # noqa: PLC0415 (after start_django)
        sealed_files,
        sealing,
    )

    sealed = sealed_files.read(file.read_bytes())
    key = sealing.join_shares(shares, sealed.layout.public_key)
    opened = sealed_files.open_file(sealed, key)
    stem = file.name.removesuffix(".sealed.parquet").removesuffix(".parquet")
    folder.mkdir(parents=True, exist_ok=True)
    answers = folder / f"{stem}.answers.parquet"
    comments = folder / f"{stem}.comments.parquet"
    answers.write_bytes(sealed_files.parquet(opened.answers))
    comments.write_bytes(sealed_files.parquet(opened.comments))
    return Opened(answers, comments, opened.proof, opened.answers.height)
