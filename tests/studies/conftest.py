import shutil

import pytest
from django.core.management import call_command
from tests.studies.database_file import release, use_database, use_storage
from tests.studies.survey import make_study, plan_wave

from imppulse.studies import actions


@pytest.fixture(autouse=True)
def storage_folder(tmp_path, settings):
    """Every test has a storage folder of its own."""
    use_storage(tmp_path / "storage")
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


@pytest.fixture(scope="session")
def template(tmp_path_factory, django_db_setup, django_db_blocker):
    """An empty database file with its tables, made once."""
    path = tmp_path_factory.mktemp("database") / "template.sqlite3"
    with django_db_blocker.unblock():
        default = use_database(path)
        call_command("migrate", verbosity=0)
        release(default)
    return path
