import json
from pathlib import Path

import polars as pl
import pytest

from imppulse.evidence.design import SampleDesign

REFERENCE = Path(__file__).parent / "reference"
VALIDATION = Path(__file__).parents[2] / "validation"


def read(name):
    return pl.read_csv(REFERENCE / f"{name}.csv", infer_schema_length=None)


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
    return read("citysim")


@pytest.fixture(scope="session")
def in_r():
    """What R answers on the API and NHANES samples."""
    return json.loads((REFERENCE / "survey.json").read_text())


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
