import os
import tempfile

os.environ.setdefault("IMPPULSE_HOME", tempfile.mkdtemp(prefix="imppulse-tests-"))
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
