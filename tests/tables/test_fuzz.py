"""A short run of the fuzzer every day; FUZZED_UPLOADS=5000 makes it the long one."""

import os
import re
import subprocess
import sys

import pytest

COUNT = os.environ.get("FUZZED_UPLOADS", "50")


@pytest.mark.slow
def test_no_upload_crashes_a_reader_or_passes_its_cap_on_memory():
    done = subprocess.run(
        [sys.executable, "-m", "tests.tables.fuzzing", COUNT, "--seed", "2026"],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "POLARS_MAX_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
    )
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    read, refused, contained = map(
        int, re.findall(r"(?:read|refused|contained) (\d+)", done.stdout)[:3]
    )
    assert read + refused + contained == int(COUNT)
    assert read
    assert refused
