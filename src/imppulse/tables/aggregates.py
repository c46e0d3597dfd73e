"""Aggregate files: a JSON manifest that vouches for the Parquet files beside it."""

import hashlib
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from imppulse.evidence.disclosure.aggregates import Aggregate
from imppulse.evidence.disclosure.released import (
    ARRAYS,
    ReleasedEstimates,
    covariance_root,
)
from imppulse.evidence.errors import EvidenceError
from imppulse.evidence.provenance import Provenance
from imppulse.tables.aggregate_clusters import (
    cluster_facts,
    clusters_frame,
    clusters_of,
)
from imppulse.tables.errors import TableError
from imppulse.tables.reading import read_source
from imppulse.tables.signatures import Signer, is_signed_by
from imppulse.tables.table import Source
from imppulse.tables.writing import write_json

SCHEMA = 1
KIND = "imppulse aggregate"
RULE = (
    "No cell rests on fewer respondents than the threshold. Domains under it are "
    "hidden, with as many others as it takes that sums do not give them away."
)
# A manifest is read in both languages, far from this library.
LOST = {
    "answers": {
        "en": "single answers, and every statistic not given here",
        "fr": "les réponses une à une, et toute statistique qui n’est pas donnée ici",
    },
    "other_domains": {
        "en": "domains regrouped or cut otherwise",
        "fr": "des domaines regroupés ou découpés autrement",
    },
    "hidden_domains": {
        "en": "the domains listed as hidden",
        "fr": "les domaines déclarés masqués",
    },
    "contrast_df": {
        "en": "degrees of freedom of contrasts: the smallest of the cells is taken",
        "fr": "les degrés de liberté des contrastes : on retient le plus petit des cases",
    },
    "cluster_totals": {
        "en": "sums by cluster, for resampling and other estimates",
        "fr": "les sommes par grappe, pour le rééchantillonnage et d’autres estimations",
    },
}
# A file of more is no file of estimates: every cell has a covariance with every other.
MOST_CELLS = 5_000
MOST_BYTES = 200_000_000
KEYS = {
    *("kind", "schema", "territory", "files", "estimates", "disclosure", "design"),
    *("cluster_sums", "lost", "provenance", "signature"),
}
STATED = ("statistic", "items", "by", "level", "interval", "lonely", "lonely_strata")


ODD = (KeyError, IndexError, TypeError, ValueError, AttributeError, OverflowError)
MALFORMED = (*ODD, pl.exceptions.PolarsError)


@dataclass(frozen=True)
class AggregateFile:
    """An aggregate as read: `signed_by` is the public key that vouches for it."""

    aggregate: Aggregate
    name: str
    checksum: str
    signed_by: str | None


def write_aggregate(
    aggregate: Aggregate, path: Path | str, signer: Signer | None = None
) -> tuple[Path, ...]:
    """Write PATH.json and its Parquet files; return them, manifest first."""
    manifest = Path(path).with_suffix(".json")
    parts = {".parquet": _estimates_frame(aggregate.estimates)}
    if aggregate.totals is not None:
        parts[".clusters.parquet"] = clusters_frame(aggregate.totals)
    contents = {manifest.with_suffix(end): _bytes(part) for end, part in parts.items()}
    stated = _manifest(aggregate, contents)
    seal = {"signature": signer(canonical(stated)) if signer else None}
    for file, content in contents.items():
        file.write_bytes(content)
    manifest.write_text(write_json({**stated, **seal}), "utf-8")
    return manifest, *contents


def read_aggregate(path: Path | str) -> AggregateFile:
    """Read an aggregate by its manifest; its checksums and its cells must hold."""
    source = _source(Path(path))
    manifest = _parsed(source)
    signed_by = _signed_by(source, manifest)
    try:
        # Beside the manifest and nowhere else, whatever it says.
        frames = [
            _frame(source, Path(path).parent / Path(part["file"]).name, part["sha256"])
            for part in manifest["files"]
        ]
        aggregate = _aggregate(manifest, frames)
    except (EvidenceError, TableError):  # a small cell or file, named as such
        raise
    except MALFORMED as reason:
        raise source.error("aggregate_incomplete", found=str(reason)) from reason
    return AggregateFile(
        aggregate=aggregate,
        name=source.name,
        checksum=hashlib.sha256(source.content).hexdigest(),
        signed_by=signed_by,
    )


def canonical(manifest: Mapping[str, Any]) -> bytes:
    """Return what a signature vouches for: the manifest without it, one spelling."""
    stated = json.loads(write_json(dict(manifest)))
    stated.pop("signature", None)
    return json.dumps(stated, sort_keys=True, separators=(",", ":")).encode()


def _manifest(aggregate: Aggregate, contents: Mapping[Path, bytes]) -> dict[str, Any]:
    estimates = aggregate.estimates
    return {
        "kind": KIND,
        "schema": SCHEMA,
        "territory": aggregate.territory,
        "files": [
            {"file": file.name, "sha256": hashlib.sha256(content).hexdigest()}
            for file, content in contents.items()
        ],
        "estimates": {name: getattr(estimates, name) for name in STATED},
        "disclosure": {
            "threshold": aggregate.threshold,
            "rule": RULE,
            "domains_released": len(estimates.domains),
            "hidden": aggregate.hidden,
        },
        "design": {
            "strata": aggregate.strata,
            "clusters": aggregate.clusters,
            "contrast_df": estimates.contrast_df,
            "stratum_of_cluster": estimates.stratum_of_cluster.tolist(),
        },
        "cluster_sums": aggregate.totals and cluster_facts(aggregate.totals),
        "lost": {code: LOST[code] for code in aggregate.lost},
        "provenance": estimates.to_dict()["provenance"],
    }


def _estimates_frame(estimates: ReleasedEstimates) -> pl.DataFrame:
    """Return one row per item and domain, its covariances as a list."""
    items, domains = estimates.items, estimates.domains
    columns: dict[str, Any] = {"item": [item for item in items for _ in domains]}
    for k in range(len(estimates.by)):
        columns[f"domain_{k + 1}"] = [each[k] for _ in items for each in domains]
    columns |= {name: getattr(estimates, name).ravel() for name in ARRAYS}
    columns["covariance"] = estimates.covariance.tolist()
    columns["clusters"] = [
        np.flatnonzero(each).tolist() for each in estimates.presence.T
    ]
    schema = {"covariance": pl.List(pl.Float64), "clusters": pl.List(pl.Int64)}
    return pl.DataFrame(columns, schema_overrides=schema)


def _bytes(frame: pl.DataFrame) -> bytes:
    buffer = io.BytesIO()
    frame.write_parquet(buffer)
    return buffer.getvalue()


def _source(path: Path) -> Source:
    """Read a file whole, unless it is too large to be one of estimates."""
    if path.is_file() and path.stat().st_size > MOST_BYTES:
        raise TableError(
            "aggregate_too_large",
            {"file": path.name, "found": path.stat().st_size, "most": MOST_BYTES},
        )
    return read_source(path, None)


def _parsed(source: Source) -> dict[str, Any]:
    try:
        manifest = json.loads(source.content)
    except (ValueError, RecursionError) as reason:
        raise source.error("aggregate_not_json", found=str(reason)) from reason
    if not isinstance(manifest, dict) or manifest.get("kind") != KIND:
        raise source.error("aggregate_unknown_kind")
    if manifest.get("schema") != SCHEMA:
        found = manifest.get("schema")
        raise source.error("aggregate_unknown_schema", found=found, known=SCHEMA)
    # A key renamed would else hide what the signature said.
    if odd := sorted(manifest.keys() ^ KEYS):
        raise source.error("aggregate_incomplete", found=", ".join(odd))
    if not manifest["files"]:
        raise source.error("aggregate_incomplete", found="files")
    return manifest


def _frame(source: Source, path: Path, checksum: str) -> pl.DataFrame:
    content = _source(path).content
    if hashlib.sha256(content).hexdigest() != checksum:
        raise source.error("aggregate_changed", part=path.name)
    rows = pl.scan_parquet(io.BytesIO(content)).select(pl.len()).collect().item()
    if "covariance" in pl.read_parquet_schema(io.BytesIO(content)) and rows > MOST_CELLS:  # fmt: skip
        raise source.error("aggregate_too_large", found=rows, most=MOST_CELLS)
    return pl.read_parquet(io.BytesIO(content))


def _aggregate(manifest: dict[str, Any], frames: list[pl.DataFrame]) -> Aggregate:
    estimates = _estimates(manifest, frames[0])
    disclosure, design = manifest["disclosure"], manifest["design"]
    facts = manifest["cluster_sums"]
    _audit(estimates, disclosure)
    totals = clusters_of(facts, frames[1], estimates) if facts else None
    return Aggregate(
        territory=manifest["territory"],
        threshold=disclosure["threshold"],
        hidden=tuple(map(tuple, disclosure["hidden"])),
        strata=design["strata"],
        clusters=design["clusters"],
        lost=tuple(manifest["lost"]),
        estimates=estimates,
        totals=totals,
        provenance=estimates.provenance,
    )


def _audit(estimates: ReleasedEstimates, disclosure: Mapping[str, Any]) -> None:
    """Hold the cells to what is said of them, as far as a reader can."""
    released, hidden = set(estimates.domains), set(map(tuple, disclosure["hidden"]))
    counts, variance = estimates.n, np.diag(estimates.covariance)
    holds = {
        "n": np.issubdtype(counts.dtype, np.integer) and (counts >= 0).all(),
        "domains_released": len(released) == disclosure["domains_released"],
        "hidden": not released & hidden,
        "covariance": np.allclose(
            variance, estimates.std_error.ravel() ** 2, rtol=1e-6, equal_nan=True
        ),
    }
    if wrong := [name for name, right in holds.items() if not right]:
        raise ValueError(", ".join(wrong))


def _estimates(manifest: dict[str, Any], frame: pl.DataFrame) -> ReleasedEstimates:
    stated, design = manifest["estimates"], manifest["design"]
    items, by = tuple(stated["items"]), tuple(stated["by"])
    _check_columns(frame, items)
    shape = len(items), len(frame) // len(items)
    labels = frame.select([f"domain_{k + 1}" for k in range(len(by))]).head(shape[1])
    stratum = np.array(design["stratum_of_cluster"], dtype=np.int64)
    presence = np.zeros((len(stratum), len(frame)), dtype=bool)
    for cell, clusters in enumerate(frame["clusters"]):
        presence[clusters.to_numpy(), cell] = True
    arrays: dict[str, Any] = {
        name: frame[name].to_numpy().reshape(shape) for name in ARRAYS
    }
    return ReleasedEstimates(
        items=items,
        by=by,
        domains=tuple(labels.iter_rows()) if by else ((),),
        deviations=covariance_root(np.array(frame["covariance"].to_list(), float)),
        presence=presence,
        stratum_of_cluster=stratum,
        contrast_df=design["contrast_df"],
        lonely_strata=tuple(stated["lonely_strata"]),
        provenance=Provenance.from_dict(manifest["provenance"]),
        **{name: stated[name] for name in ("statistic", "level", "interval", "lonely")},
        **arrays,
    )


def _check_columns(frame: pl.DataFrame, items: tuple[str, ...]) -> None:
    """Refuse rows that are not those of the items, or hold no numbers."""
    domains = len(frame) // max(len(items), 1)
    if frame["item"].to_list() != [item for item in items for _ in range(domains)]:
        raise ValueError("item")
    if odd := [name for name in ARRAYS if not frame[name].dtype.is_numeric()]:
        raise ValueError(", ".join(odd))


def _signed_by(source: Source, manifest: dict[str, Any]) -> str | None:
    signature = manifest.get("signature")
    if signature is None:
        return None
    if not is_signed_by(canonical(manifest), signature):
        raise source.error("aggregate_signature")
    return str(signature["public_key"])
