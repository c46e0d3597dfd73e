import gc
import json
import os
from functools import cache
from pathlib import Path

# Before NumPy loads: on matrices of a few rows, threads cost more than they save,
# and on a shared machine many times more.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import polars as pl
import pytest

from imppulse.evidence.survey.design import SampleDesign

REFERENCE = Path(__file__).parent / "reference"
VALIDATION = Path(__file__).parents[2] / "validation"
ORACLE = VALIDATION / "oracle"


def pytest_collection_finish():
    """Spare the collector what collection and imports made: it stays to the end."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


def pytest_unconfigure():
    gc.unfreeze()


@cache
def read(name):
    """A sample that R has worked on, as a polars table."""
    path = ORACLE / "data" / f"{name}.csv"
    return pl.read_csv(path, infer_schema_length=None, null_values="NA")


@cache
def answers_of_r(name):
    return json.loads((ORACLE / "expected" / f"{name}.json").read_text())


@pytest.fixture(scope="session")
def apistrat():
    return read("apistrat")


@pytest.fixture(scope="session")
def apiclus1():
    return read("apiclus1")


@pytest.fixture(scope="session")
def apisrs():
    return read("apisrs")


@pytest.fixture(scope="session")
def nhanes():
    return read("nhanes")


@pytest.fixture(scope="session")
def citysim():
    return pl.read_csv(REFERENCE / "citysim.csv", infer_schema_length=None)


@pytest.fixture(scope="session")
def in_r():
    """What R's survey package answers: estimates, calibration, replicates."""
    return answers_of_r("survey")


@pytest.fixture(scope="session")
def in_metafor():
    """What R's metafor and clubSandwich answer: syntheses."""
    return answers_of_r("meta")


@pytest.fixture(scope="session")
def in_r_models():
    """What lavaan, ordinal, psych, sandwich and metafor answer: models."""
    return answers_of_r("models")


@pytest.fixture(scope="session")
def oracle():
    """Read one of the samples of validation/oracle/data by its name."""
    return read


@pytest.fixture(scope="session")
def in_r_city():
    """What R answers on the simulated cities."""
    return json.loads((VALIDATION / "survey" / "did.json").read_text())


@pytest.fixture(scope="session")
def city_design(citysim):
    """The simulated cities with one of the designs of validation/survey/did.R."""
    columns = {
        "strata_clusters": {"strata": "stratum", "cluster": "psu"},
        "strata_clusters_fpc": {"strata": "stratum", "cluster": "psu", "fpc": "fpc"},
        "clusters": {"cluster": "psu"},
        "rows": {},
    }
    frame = citysim.with_columns(fpc=20)
    return lambda name: (frame, SampleDesign(weight="w", **columns[name]))


@pytest.fixture(scope="session")
def in_r_effects():
    """What R answers to the simulated data of validation/effects."""
    return json.loads((VALIDATION / "effects" / "effects.json").read_text())


@pytest.fixture(scope="session")
def effects_data():
    """Read one of the simulated tables of validation/effects by its name."""
    folder = VALIDATION / "effects" / "data"
    return lambda name: pl.read_csv(
        folder / f"{name}.csv", infer_schema_length=None, null_values="NA"
    )


@pytest.fixture(scope="session")
def panel(effects_data):
    """A simulated panel: 14 districts in 2 strata, two arms, two waves."""
    return effects_data("panel")
