"""From sealed answers to the rows of a closed wave, in an order that tells nothing."""

import secrets
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

import polars as pl
from django.utils.translation import gettext as _
from nacl.public import PrivateKey

from imppulse.core.errors import Refused
from imppulse.evidence.disclosure.disclosure import PROJECT_THRESHOLD
from imppulse.studies import sealing
from imppulse.studies.models import Wave

LABELS = ("side", "force", "district", "stratum", "cluster", "arm", "age_group")
MERGED = "merged"
COMMENT_COLUMNS = {"side": pl.String, "comment": pl.String}


BATCH = 10_000  # answers laid out at a time: a million stay under a gigabyte


@dataclass(frozen=True)
class Layout:
    """What is needed to lay out the answers of a wave, here or on a holder's own computer."""

    force: str
    number: int
    answer_bytes: int
    comment_bytes: int
    public_key: str
    codes: dict[str, list[int]]

    @property
    def columns(self) -> dict[str, type[pl.DataType]]:
        return schema(self.codes)


def layout_of(wave: Wave) -> Layout:
    return Layout(
        force=wave.study.force.slug,
        number=wave.number,
        answer_bytes=wave.answer_bytes,
        comment_bytes=wave.comment_bytes,
        public_key=wave.public_key,
        codes={item: sorted(found) for item, found in codes_by_item(wave).items()},
    )


def unsealed(
    ciphertexts: Iterable[bytes | memoryview], key: PrivateKey, size: int
) -> Iterator[dict[str, Any]]:
    return (sealing.unseal(bytes(text), key, size) for text in ciphertexts)


def opened(wave: Wave, key: PrivateKey) -> Iterator[dict[str, Any]]:
    """Decrypt every answer of a wave. The day stays behind."""
    ciphertexts = wave.answers.values_list("ciphertext", flat=True)
    return unsealed(ciphertexts.iterator(chunk_size=2_000), key, wave.answer_bytes)


def opened_comments(wave: Wave, key: PrivateKey) -> Iterator[dict[str, Any]]:
    ciphertexts = wave.remarks.values_list("ciphertext", flat=True)
    return unsealed(ciphertexts.iterator(chunk_size=2_000), key, wave.comment_bytes)


def codes_by_item(wave: Wave) -> dict[str, set[int]]:
    """List the items that a wave asks, with the codes that may be answered."""
    found: dict[str, set[int]] = {}
    for questionnaire in wave.questionnaires.all():
        for item in questionnaire.items:
            codes = {option["code"] for option in item["options"]}
            found.setdefault(item["name"], set()).update(codes)
    return found


def schema(items: Iterable[str]) -> dict[str, type[pl.DataType]]:
    labels = dict.fromkeys(LABELS, pl.String)
    return {**labels, "wave": pl.Int16, **dict.fromkeys(items, pl.Int16)}


def rows(layout: Layout, records: Iterable[Mapping[str, Any]]) -> pl.DataFrame:
    """Lay answers out as rows, one column per item, with strata too small to stand merged."""
    parts = [pl.DataFrame(schema=layout.columns)]
    waiting = iter(records)
    while batch := list(islice(waiting, BATCH)):
        parts.append(laid_out(layout, batch))
    return merged(pl.concat(parts))


def merged(frame: pl.DataFrame) -> pl.DataFrame:
    for column in ("district", "stratum"):
        frame = merge_small(frame, column)
    return frame


def laid_out(layout: Layout, records: Iterable[Mapping[str, Any]]) -> pl.DataFrame:
    columns = layout.columns
    found = [
        {
            **dict.fromkeys(columns),
            **record["answers"],
            "side": record["side"],
            "force": layout.force,
            "district": record["district"],
            "stratum": record["district"] or record["side"],
            "age_group": record["age_group"],
            "wave": layout.number,
        }
        for record in records
    ]
    return pl.DataFrame(found, schema=columns)


def comments(records: Iterable[Mapping[str, Any]]) -> pl.DataFrame:
    """Keep the comments that say something; nothing here tells whose answers they go with."""
    said = [
        {"side": record["side"], "comment": record["comment"]}
        for record in records
        if record["comment"]
    ]
    return merge_small(pl.DataFrame(said, schema=COMMENT_COLUMNS), "side")


def merge_small(frame: pl.DataFrame, column: str) -> pl.DataFrame:
    """Give groups under the project's threshold one common name, itself large enough."""
    counts = frame[column].drop_nulls().value_counts(name="n").sort("n", column)
    small = counts.filter(pl.col("n") < PROJECT_THRESHOLD).height
    while 0 < small < counts.height and counts["n"][:small].sum() < PROJECT_THRESHOLD:
        small += 1
    merged = counts[column][:small].implode()
    return frame.with_columns(
        pl.when(pl.col(column).is_in(merged))
        .then(pl.lit(MERGED))
        .otherwise(pl.col(column))
        .alias(column)
    )


def shuffled(frame: pl.DataFrame) -> pl.DataFrame:
    """Put rows in an order drawn by the operating system; nothing can draw it again."""
    order = list(range(frame.height))
    secrets.SystemRandom().shuffle(order)
    return frame[order]


def delivered(wave: Wave, frame: pl.DataFrame) -> pl.DataFrame:
    """Check answers that a survey institute delivers, and lay them out as ours."""
    allowed = codes_by_item(wave)
    columns = schema(allowed)
    refuse_unknown(frame, {*columns, "weight"})
    if "side" not in frame.columns:
        raise Refused("no_side", _("The column “side” is missing."))
    for item in allowed:
        if item in frame.columns:
            refuse_codes(frame[item], allowed[item])
    absent = [name for name in columns if name not in frame.columns]
    whole = frame.with_columns(pl.lit(None).alias(name) for name in absent)
    if "weight" not in frame.columns:
        whole = whole.with_columns(weight=pl.lit(1.0))
    known = whole.with_columns(
        pl.col("force").cast(pl.String).fill_null(wave.study.force.slug),
        pl.col("stratum").cast(pl.String).fill_null(pl.col("side")),
        pl.lit(wave.number).alias("wave"),
        relabelled(whole["cluster"], wave.study.label_key),
    )
    return known.select(
        *(pl.col(name).cast(kind) for name, kind in columns.items()),
        pl.col("weight").cast(pl.Float64),
    )


def refuse_unknown(frame: pl.DataFrame, known: set[str]) -> None:
    for name in frame.columns:
        if name not in known:
            sentence = _("No questionnaire of this wave asks “%(column)s”.")
            raise Refused("unknown_column", sentence % {"column": name})


def refuse_codes(answers: pl.Series, allowed: set[int]) -> None:
    for code in answers.drop_nulls().unique().sort():
        if code not in allowed:
            sentence = _("Column “%(column)s” holds %(code)s; possible: %(allowed)s.")
            facts = {
                "column": answers.name,
                "code": code,
                "allowed": ", ".join(map(str, sorted(allowed))),
            }
            raise Refused("unknown_code", sentence % facts)


def relabelled(clusters: pl.Series, label_key: str) -> pl.Series:
    """Replace names of clusters by labels that are the same in every wave of a study."""
    key = bytes.fromhex(label_key)
    labels = {
        name: sealing.derive(key + str(name).encode(), "cluster", 6).hex()
        for name in clusters.drop_nulls().unique()
    }
    named = clusters.cast(pl.String).replace_strict(
        {str(name): label for name, label in labels.items()},
        default=None,
        return_dtype=pl.String,
    )
    return named.alias("cluster")
