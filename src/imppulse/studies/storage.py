"""The file of a closed wave: Parquet, named by its checksum, never changed."""

import hashlib
import os
from dataclasses import asdict, dataclass
from io import BytesIO
from pathlib import Path

import polars as pl
from django.core.files.storage import default_storage

from imppulse.studies.models import Wave

FOLDER = "waves"
NAMES = "answers"  # metadata key of a weights file: the checksum of its answers


class DamagedFile(Exception):  # noqa: N818 (says what it is)
    """A file of a closed wave that is no longer what was closed."""


@dataclass(frozen=True)
class WaveFiles:
    file: str
    checksum: str
    weights_file: str
    weights_checksum: str
    comments_file: str = ""
    comments_checksum: str = ""

    def fields(self) -> dict[str, str]:
        return asdict(self)


def write(
    wave: Wave,
    answers: pl.DataFrame,
    weights: pl.Series,
    *,
    comments: pl.DataFrame | None = None,
) -> WaveFiles:
    """Put answers and weights, in the same row order, safely on disk; comments apart."""
    answer_bytes = parquet(answers)
    checksum = sha256(answer_bytes)
    weight_bytes = parquet(weights.alias("weight").to_frame(), {NAMES: checksum})
    weights_checksum = sha256(weight_bytes)
    comment_bytes = parquet(comments) if comments is not None else b""
    comments_checksum = sha256(comment_bytes) if comment_bytes else ""
    files = WaveFiles(
        file=named(wave, "", checksum),
        checksum=checksum,
        weights_file=named(wave, "weights-", weights_checksum),
        weights_checksum=weights_checksum,
        comments_file=named(wave, "comments-", comments_checksum),
        comments_checksum=comments_checksum,
    )
    try:
        put(files.file, answer_bytes)
        put(files.weights_file, weight_bytes)
        if comment_bytes:
            put(files.comments_file, comment_bytes)
    except BaseException:
        remove(files.file, files.weights_file, files.comments_file)
        raise
    return files


def named(wave: Wave, kind: str, checksum: str) -> str:
    if not checksum:
        return ""
    return f"{FOLDER}/{stem(wave)}-{kind}{checksum[:16]}.parquet"


def read(wave: Wave) -> pl.DataFrame:
    """Read a closed wave with its weights; refuses files that are not those that were closed."""
    answers = verified(wave.file, wave.checksum)
    weights = verified(wave.weights_file, wave.weights_checksum)
    if pl.read_parquet_metadata(BytesIO(weights)).get(NAMES) != wave.checksum:
        raise DamagedFile(f"{wave.weights_file} belongs to other answers")
    return pl.concat(
        [pl.read_parquet(BytesIO(answers)), pl.read_parquet(BytesIO(weights))],
        how="horizontal",
    )


def read_comments(wave: Wave) -> pl.DataFrame:
    """Read what was said in the words of respondents, in an order of its own."""
    return pl.read_parquet(
        BytesIO(verified(wave.comments_file, wave.comments_checksum))
    )


def discard(wave: Wave) -> None:
    """Remove what a closing that failed has left; an open wave has no file."""
    for path in location("").glob(f"{stem(wave)}-*"):
        path.unlink()


def remove(*names: str) -> None:
    for name in filter(None, names):
        location(name).unlink(missing_ok=True)


def stem(wave: Wave) -> str:
    # The double hyphen cannot occur twice: "a--1" is wave 1 of study "a" alone.
    return f"{wave.study.slug}--{wave.number}"


def location(name: str) -> Path:
    return Path(default_storage.path(name or FOLDER))


def parquet(frame: pl.DataFrame, metadata: dict[str, str] | None = None) -> bytes:
    buffer = BytesIO()
    frame.write_parquet(buffer, metadata=metadata)
    return buffer.getvalue()


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def verified(name: str, checksum: str) -> bytes:
    data = location(name).read_bytes()
    if sha256(data) != checksum:
        raise DamagedFile(f"{name} is not the file that was closed")
    return data


def put(name: str, data: bytes) -> None:
    """Write whole or not at all, and return only once the disk has it."""
    path = location(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".part")
    with draft.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    if os.name == "posix":  # elsewhere a folder cannot be opened to be synced
        sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
