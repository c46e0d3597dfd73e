"""Aggregate files: written, read back, and refused when they do not hold."""

import hashlib
import json
import math

import numpy as np
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from imppulse.evidence.disclosure.aggregates import aggregate
from imppulse.evidence.errors import DisclosureError
from imppulse.evidence.survey.design import SampleDesign
from imppulse.evidence.survey.estimates import estimate
from imppulse.evidence.survey.totals import totals
from imppulse.tables import TableError, aggregates
from imppulse.tables.aggregates import canonical, read_aggregate, write_aggregate
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


@pytest.fixture(scope="module")
def signed(tmp_path_factory):
    """A signed file with its sums by cluster, as bytes, by name."""
    folder = tmp_path_factory.mktemp("signed")
    (folder / "key").write_text("5f" * 32)
    held = made(with_clusters=True)
    files = write_aggregate(held, folder / "town.json", signer(folder / "key"))
    return {file.name: file.read_bytes() for file in files}


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(data=st.data())
def test_any_altered_byte_of_a_signed_file_is_refused(data, signed, tmp_path):
    name = data.draw(st.sampled_from(sorted(signed)))
    place = data.draw(st.integers(0, len(signed[name]) - 1))
    other = data.draw(st.integers(1, 255))
    for each, content in signed.items():
        (tmp_path / each).write_bytes(content)
    content = bytearray(signed[name])
    content[place] ^= other
    (tmp_path / name).write_bytes(content)
    try:
        found = read_aggregate(tmp_path / "town.json")
    except (TableError, DisclosureError) as refused:
        code = refused.code
    else:
        # Nothing was said otherwise: a blank for another, a digit in capitals.
        assert name == "town.json"
        first, second = json.loads(signed[name]), json.loads(content)
        code = "same"
        assert canonical(first) == canonical(second)
        assert found.signed_by.lower() == first["signature"]["public_key"]
    assert code in {
        *("same", "aggregate_signature", "aggregate_changed", "aggregate_not_json"),
        *("aggregate_unknown_kind", "aggregate_unknown_schema", "aggregate_incomplete"),
    }


def cells(path, **columns):
    """Write the cells again with other columns."""
    parquet = path.with_suffix(".parquet")
    pl.read_parquet(parquet).with_columns(**columns).write_parquet(parquet)


LIES = {
    "n": lambda path: cells(path, n=pl.col("n").cast(pl.Float64) + 0.5),
    "negative n": lambda path: cells(path, n=-pl.col("n")),
    "no n": lambda path: cells(path, n=pl.lit(None, pl.Int64)),
    "covariance": lambda path: cells(path, std_error=pl.col("std_error") / 2),
    "no covariance": lambda path: cells(path, covariance=pl.lit(1.0)),
    "clusters": lambda path: cells(path, clusters=pl.lit([99])),
    "estimate": lambda path: cells(path, estimate=pl.lit("much")),
}


@pytest.mark.parametrize("lie", LIES)
def test_cells_that_contradict_themselves_are_refused(lie, tmp_path):
    path, _ = write_aggregate(made(), tmp_path / "town.json")
    LIES[lie](path)
    changed(path, lambda manifest: None)
    with pytest.raises((TableError, DisclosureError)):
        read_aggregate(path)


MANIFESTS = {
    "a threshold that hides nobody": lambda m: m["disclosure"].update(threshold=1),
    "no threshold": lambda m: m["disclosure"].update(threshold=math.nan),
    "a threshold in words": lambda m: m["disclosure"].update(threshold="ten"),
    "released and hidden": lambda m: m["disclosure"].update(hidden=[["a", 1]]),
    "more released": lambda m: m["disclosure"].update(domains_released=9),
    "no file": lambda m: m.update(files=[{}]),
    "files of text": lambda m: m.update(files="town.parquet"),
    "a key too many": lambda m: m.update(signatura=None),
    "a key too few": lambda m: m.pop("signature"),
    "items of numbers": lambda m: m["estimates"].update(items=[1]),
    "no items": lambda m: m["estimates"].update(items=[]),
    "a stratum beyond": lambda m: m["design"].update(stratum_of_cluster=[0]),
}


@pytest.mark.parametrize("name", MANIFESTS)
def test_manifests_that_contradict_the_cells_are_refused(name, tmp_path):
    path, _ = write_aggregate(made(), tmp_path / "town.json")
    manifest = json.loads(path.read_text())
    MANIFESTS[name](manifest)
    path.write_text(json.dumps(manifest))
    with pytest.raises((TableError, DisclosureError)):
        read_aggregate(path)


def test_huge_files_are_refused_unread(tmp_path, monkeypatch):
    path, parquet = write_aggregate(made(), tmp_path / "town.json")
    path.write_text("[" * 200_000)
    with pytest.raises(TableError) as refusal:
        read_aggregate(path)
    assert refusal.value.code == "aggregate_not_json"
    path, parquet = write_aggregate(made(), tmp_path / "town.json")
    rows = pl.read_parquet(parquet)
    pl.concat([rows] * 700).write_parquet(parquet)
    changed(path, lambda manifest: None)
    with pytest.raises(TableError) as refusal:
        read_aggregate(path)
    assert refusal.value.code == "aggregate_too_large"
    monkeypatch.setattr(aggregates, "MOST_BYTES", 10)
    with pytest.raises(TableError) as refusal:
        read_aggregate(path)
    assert refusal.value.code == "aggregate_too_large"


def test_a_key_is_64_hexadecimal_digits(tmp_path):
    (tmp_path / "key").write_text("secret")
    with pytest.raises(TableError) as refusal:
        signer(tmp_path / "key")
    assert refusal.value.code == "signing_key"
