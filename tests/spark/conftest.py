"""A Spark session for the tests of this folder: local, quiet, without its pages."""

import os
import warnings
from importlib.util import find_spec
from pathlib import Path

import polars as pl
import pytest

MISSING = "no PySpark here (make test-spark installs it), and CI may skip nothing"


@pytest.fixture(scope="session")
def spark():
    if find_spec("pyspark") is None:
        (pytest.fail if "CI" in os.environ else pytest.skip)(MISSING)
    from pyspark import sql  # noqa: PLC0415 - only where it is installed

    settings = {
        "spark.ui.enabled": "false",
        "spark.sql.shuffle.partitions": "2",
        "spark.driver.memory": "1g",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.sql.execution.arrow.pyspark.enabled": "true",
        "spark.log.level": "OFF",
    }
    builder = sql.SparkSession.builder.master("local[2]").appName("imppulse")
    with warnings.catch_warnings():
        # What Spark says of the Python it meets is not ours.
        warnings.simplefilter("ignore")
        session = builder.config(map=settings).getOrCreate()
    yield session
    session.stop()


@pytest.fixture(scope="session")
def oracle_schools():
    """The two-stage sample of schools that R has worked on."""
    data = Path(__file__).parents[2] / "validation" / "oracle" / "data"
    return pl.read_csv(
        data / "apiclus2.csv", infer_schema_length=None, null_values="NA"
    )
