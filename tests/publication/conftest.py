import pytest
from django.core.files.storage import default_storage
from django.utils.translation import override


@pytest.fixture(autouse=True)
def storage_folder(tmp_path):
    """Every test has a storage folder of its own."""
    default_storage._wrapped = type(default_storage._wrapped)(
        location=tmp_path / "storage"
    )


@pytest.fixture(autouse=True)
def english():
    """A page asked for in French leaves its language behind."""
    with override("en"):
        yield
