"""A short run of the proof on PostgreSQL; the whole of it: python -m tests.studies.killed."""

import pytest
from tests.studies.killed import environment_of, killed

pytestmark = [pytest.mark.postgres, pytest.mark.slow]


def test_no_answer_is_lost_or_doubled_when_the_server_is_killed(made, tmp_path):
    report = killed(1, environment_of(tmp_path, DATABASE_URL=made()))
    assert (report.lost, report.doubled, report.errors) == (0, 0, ())
    assert report.stored == report.acknowledged >= 4
