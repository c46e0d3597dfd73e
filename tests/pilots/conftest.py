import pytest
from django.utils.translation import override


@pytest.fixture(autouse=True)
def english():
    """A page asked for in French leaves its language behind."""
    with override("en"):
        yield
