"""Sealed answers on their way to the computer of a key holder, and back as rows."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from io import BytesIO
from typing import Any

import polars as pl
from django.utils.translation import gettext as _
from nacl.public import PrivateKey

from imppulse.core.errors import Refused
from imppulse.studies import closing, sealing
from imppulse.studies.closing import Layout

LAYOUT, PROOF = "layout", "proof"
ANSWER, COMMENT = "answer", "comment"
COLUMNS = {"kind": pl.String, "ciphertext": pl.Binary}


@dataclass(frozen=True)
class SealedFile:
    layout: Layout
    proof: bytes
    answers: list[bytes]
    comments: list[bytes]


@dataclass(frozen=True)
class OpenedFile:
    answers: pl.DataFrame
    comments: pl.DataFrame
    proof: str


def write(sealed: SealedFile) -> bytes:
    """Write ciphertexts in an order of their own: sorted, as random as they are."""
    frame = pl.DataFrame(
        [
            *((ANSWER, text) for text in sorted(sealed.answers)),
            *((COMMENT, text) for text in sorted(sealed.comments)),
        ],
        schema=COLUMNS,
        orient="row",
    )
    metadata = {LAYOUT: json.dumps(asdict(sealed.layout)), PROOF: sealed.proof.hex()}
    return parquet(frame, metadata)


def read(data: bytes) -> SealedFile:
    try:
        metadata = pl.read_parquet_metadata(BytesIO(data))
        frame = pl.read_parquet(BytesIO(data))
        layout = Layout(**json.loads(metadata[LAYOUT]))
        proof = bytes.fromhex(metadata[PROOF])
    except (pl.exceptions.PolarsError, KeyError, TypeError, ValueError):
        sentence = _("This is not a file of sealed answers.")
        raise Refused("no_sealed_file", sentence) from None
    return SealedFile(layout, proof, of_kind(frame, ANSWER), of_kind(frame, COMMENT))


def of_kind(frame: pl.DataFrame, kind: str) -> list[bytes]:
    return frame.filter(pl.col("kind") == kind)["ciphertext"].to_list()


def open_file(sealed: SealedFile, key: PrivateKey) -> OpenedFile:
    """Unseal, lay out and shuffle, as closing does on the server."""
    layout = sealed.layout
    answers = closing.unsealed(sealed.answers, key, layout.answer_bytes)
    comments = closing.unsealed(sealed.comments, key, layout.comment_bytes)
    return OpenedFile(
        closing.shuffled(closing.rows(layout, answers)),
        closing.shuffled(closing.comments(comments)),
        sealing.read_proof(sealed.proof, key),
    )


def parquet(frame: pl.DataFrame, metadata: dict[str, str] | None = None) -> bytes:
    buffer = BytesIO()
    frame.write_parquet(buffer, metadata=metadata)
    return buffer.getvalue()


# What a key holder brings back


def brought_back(layout: Layout, data: bytes, *, sides: Iterable[str]) -> pl.DataFrame:
    """Read answers that were opened elsewhere; refuses what this wave cannot have asked."""
    frame = read_frame(data, layout.columns)
    for item, allowed in layout.codes.items():
        closing.refuse_codes(frame[item], set(allowed))
    labels: dict[str, set[Any]] = {
        "side": set(sides),
        "force": {layout.force},
        "wave": {layout.number},
    }
    for column, allowed_labels in labels.items():
        if set(frame[column].unique()) - allowed_labels:
            raise another_wave()
    return frame


def brought_back_comments(data: bytes) -> pl.DataFrame:
    return read_frame(data, closing.COMMENT_COLUMNS)


def read_frame(data: bytes, columns: dict[str, Any]) -> pl.DataFrame:
    try:
        frame = pl.read_parquet(BytesIO(data))
    except pl.exceptions.PolarsError:
        sentence = _("This is not a file that “imppulse wave-key open” wrote.")
        raise Refused("no_opened_file", sentence) from None
    if dict(frame.schema) != columns:
        raise another_wave()
    return frame


def another_wave() -> Refused:
    return Refused("another_wave", _("This file holds the answers of another wave."))
