"""Aggregate files: written, read back, and refused when they do not hold."""

import hashlib
import json

import numpy as np
import polars as pl
import pytest

from imppulse.evidence.disclosure.aggregates import aggregate
from imppulse.evidence.errors import DisclosureError
from imppulse.evidence.survey.design import SampleDesign
from imppulse.evidence.survey.estimates import estimate
from imppulse.evidence.survey.totals import totals
from imppulse.tables import TableError
from imppulse.tables.aggregates import read_aggregate, write_aggregate
from imppulse.tables.signatures import signer

ARRAYS = ("estimate", "std_error", "ci_low", "ci_high", "n", "df", "deff", "covariance")


def made(by=("g", "h"), **options):
    rng = np.random.default_rng(3)
    frame = pl.DataFrame(
        {
            "g": np.repeat(["a", "b"], 120),
            "h": np.tile([1, 2], 120),
            "c": np.arange(240) // 24,
            "s": np.arange(240) // 120,
            "y": rng.integers(1, 6, 240),
            "z": rng.normal(size=240),
        }
    )
    design = SampleDesign(cluster="c", strata="s")
    table = totals(frame, design, ("y", "z"), by=by)
    options = {"territory": "Town", "totals": table, **options}
    return aggregate(estimate(table), **options)


@pytest.mark.parametrize("by", [("g", "h"), ("g",), ()])
def test_what_is_written_is_read(by, tmp_path):
    held = made(by)
    files = write_aggregate(held, tmp_path / "town.json")
    assert [file.name for file in files] == ["town.json", "town.parquet"]
    found = read_aggregate(files[0])
    assert found.signed_by is None
    for name in ARRAYS:
        ours, theirs = (
            getattr(each.estimates, name) for each in (found.aggregate, held)
        )
        assert np.allclose(ours, theirs, rtol=1e-12, atol=1e-15)
    assert found.aggregate.to_dict()["rows"] == held.to_dict()["rows"]
    assert found.aggregate.estimates.domains == held.estimates.domains
    assert found.aggregate.lost == held.lost


def test_sums_by_cluster_are_read_back(tmp_path):
    held = made(with_clusters=True)
    manifest, *parts = write_aggregate(held, tmp_path / "town.json")
    assert [part.name for part in parts] == ["town.parquet", "town.clusters.parquet"]
    again = estimate(read_aggregate(manifest).aggregate.totals)
    assert again.estimate == pytest.approx(held.estimates.estimate, rel=1e-12)
    assert again.std_error == pytest.approx(held.estimates.std_error, rel=1e-12)


def changed(path, change):
    """Write the manifest again with a change, its checksums made to fit."""
    manifest = json.loads(path.read_text())
    change(manifest)
    for part in manifest.get("files") or []:
        content = (path.parent / part["file"]).read_bytes()
        part["sha256"] = hashlib.sha256(content).hexdigest()
    path.write_text(json.dumps(manifest))


def shrink(path):
    frame = pl.read_parquet(path.with_suffix(".parquet"))
    small = frame.with_columns(
        n=pl.when(pl.int_range(pl.len()) == 0).then(3).otherwise("n")
    )
    small.write_parquet(path.with_suffix(".parquet"))


def test_a_small_cell_is_refused_whatever_the_checksum(tmp_path):
    path, _ = write_aggregate(made(), tmp_path / "town.json")
    shrink(path)
    changed(path, lambda manifest: None)
    with pytest.raises(DisclosureError) as refusal:
        read_aggregate(path)
    assert refusal.value.code == "aggregate_small_cell"
    assert refusal.value.facts == {"cells": 1, "threshold": 10}


BROKEN = {
    "aggregate_unknown_kind": lambda m: m.update(kind="else"),
    "aggregate_unknown_schema": lambda m: m.update(schema=2),
    "aggregate_incomplete": lambda m: m["design"].pop("stratum_of_cluster"),
    "aggregate_signature": lambda m: m.update(signature={"public_key": "00"}),
}


@pytest.mark.parametrize("code", BROKEN)
def test_broken_manifests_are_refused(code, tmp_path):
    path, _ = write_aggregate(made(), tmp_path / "town.json")
    changed(path, BROKEN[code])
    with pytest.raises(TableError) as refusal:
        read_aggregate(path)
    assert refusal.value.code == code


def test_no_manifest_and_no_parquet(tmp_path):
    path, parquet = write_aggregate(made(), tmp_path / "town.json")
    with pytest.raises(TableError) as refusal:
        read_aggregate(parquet)
    assert refusal.value.code == "aggregate_not_json"
    parquet.unlink()
    with pytest.raises(TableError) as refusal:
        read_aggregate(path)
    assert refusal.value.code == "no_such_file"


def test_a_signature_vouches_for_the_manifest(tmp_path):
    key = tmp_path / "key"
    key.write_text("5f" * 32)
    path, _ = write_aggregate(made(), tmp_path / "town.json", signer(key))
    public = json.loads(path.read_text())["signature"]["public_key"]
    assert read_aggregate(path).signed_by == public
    changed(path, lambda manifest: manifest.update(territory="Other"))
    with pytest.raises(TableError) as refusal:
        read_aggregate(path)
    assert refusal.value.code == "aggregate_signature"


def test_a_key_is_64_hexadecimal_digits(tmp_path):
    (tmp_path / "key").write_text("secret")
    with pytest.raises(TableError) as refusal:
        signer(tmp_path / "key")
    assert refusal.value.code == "signing_key"
