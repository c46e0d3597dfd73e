"""What the pages load: collected with hashed names, small, whole."""

from pathlib import Path

from django.core.management import call_command

STATIC = Path(__file__).parents[2] / "src/imppulse/core/static/imppulse"


def test_every_reference_of_the_style_sheets_resolves(settings, tmp_path):
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {
            "BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"
        }
    }
    call_command("collectstatic", interactive=False, verbosity=0)
    (sheet,) = (tmp_path / "imppulse/css").glob("imppulse.*.css")
    assert "../vendor/pico/pico.min." in sheet.read_text("utf-8")


def test_the_two_faces_of_a_first_view_stay_small():
    fonts = sum(path.stat().st_size for path in STATIC.glob("fonts/*Regular.woff2"))
    fonts += sum(path.stat().st_size for path in STATIC.glob("fonts/*SemiBold.woff2"))
    assert fonts <= 50_000
