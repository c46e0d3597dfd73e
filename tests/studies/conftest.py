import shutil

import pytest
from django.core.files.storage import default_storage
from tests.studies.survey import make_study, plan_wave

from imppulse.studies import actions


@pytest.fixture(autouse=True)
def storage_folder(tmp_path, settings):
    """Every test has a storage folder of its own."""
    default_storage._wrapped = type(default_storage._wrapped)(
        location=tmp_path / "storage"
    )
    yield tmp_path / "storage"
    shutil.rmtree(tmp_path / "storage", ignore_errors=True)


@pytest.fixture
def study(db):
    return make_study()


@pytest.fixture
def planned(study):
    return plan_wave(study)


@pytest.fixture
def wave(planned):
    actions.open_wave(planned, by="lead")
    return planned
