"""A short run of the proof; the whole of it: python -m tests.studies.killed."""

import pytest
from tests.studies.killed import environment_of, killed


@pytest.mark.slow
def test_no_answer_is_lost_or_doubled_when_the_server_is_killed(tmp_path):
    report = killed(1, environment_of(tmp_path))
    assert (report.lost, report.doubled, report.errors) == (0, 0, ())
    assert report.stored == report.acknowledged >= 4
