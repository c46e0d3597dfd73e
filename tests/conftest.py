import os
import tempfile
from importlib.util import find_spec

# Every worker has its own folder: closed waves are files.
os.environ["IMPPULSE_HOME"] = tempfile.mkdtemp(prefix="imppulse-tests-")
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")


def pytest_configure() -> None:
    """Pages name static files plainly: hashed names need a collected folder.

    pytest-django reads the settings before this file, so they are changed here.
    """
    if find_spec("django") is None:
        return
    from django.conf import settings  # noqa: PLC0415 (only where it is installed)

    settings.STORAGES["staticfiles"]["BACKEND"] = (
        "django.contrib.staticfiles.storage.StaticFilesStorage"
    )
    settings.STATIC_ROOT = tempfile.mkdtemp(prefix="imppulse-static-")
