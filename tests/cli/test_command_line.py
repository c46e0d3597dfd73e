import subprocess
import sys

import django
import pytest
from tests.cli.reading import ORACLE, refused

from imppulse.cli import run

ESTIMATE = ["estimate", str(ORACLE / "data" / "apiclus1.csv"), "--items", "api00"]


@pytest.mark.parametrize(
    ("arguments", "english", "french"),
    [
        (
            [*ESTIMATE, "--wieght", "pw"],
            "There is no option --wieght. See “imppulse --help”.",
            "L’option --wieght n’existe pas. Voir «\u202fimppulse --help\u202f».",
        ),
        (
            ["estimate", "x.csv"],
            "--items is missing. See “imppulse estimate --help”.",
            "Il manque --items. Voir «\u202fimppulse estimate --help\u202f».",
        ),
        (
            [*ESTIMATE, "--format", "xml"],
            "--format must be one of: table, json, csv.",
            "--format doit être l’un de\u00a0: table, json, csv.",
        ),
        (
            ["estimate", "--items", "a", "absent.csv"],
            "absent.csv: there is no such file. Check the name and the folder.",
            "absent.csv\u00a0: ce fichier n’existe pas. Vérifiez le nom et le dossier.",
        ),
    ],
)
def test_misuse_is_said_on_one_line(arguments, english, *, french, capsys):
    assert refused(capsys, arguments) == f"imppulse: {english}\n"
    assert (
        refused(capsys, [*arguments, "--lang", "fr"]) == f"imppulse\u00a0: {french}\n"
    )


def test_unknown_verb(capsys):
    assert "estmate" in refused(capsys, ["estmate"])


def test_unknown_language_is_refused_in_english(capsys):
    assert refused(capsys, [*ESTIMATE, "--lang", "de"]) == (
        "imppulse: --lang must be one of: en, fr.\n"
    )


def test_language_of_the_environment(monkeypatch, capsys):
    monkeypatch.setenv("IMPPULSE_LANG", "fr")
    assert refused(capsys, ["estimate", "x.csv"]).startswith(
        "imppulse\u00a0: Il manque"
    )


def test_help_in_both_languages(capsys):
    assert run(["estimate", "--help"]) == 0
    assert "Column of weights." in capsys.readouterr().out
    assert run(["estimate", "--help", "--lang", "fr"]) == 0
    assert "Colonne des pondérations." in capsys.readouterr().out
    assert run([]) == 0
    assert "synthesise" in capsys.readouterr().out


def python(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments], capture_output=True, text=True, check=False
    )


def test_library_verbs_load_no_django():
    script = (
        "import sys; from imppulse.cli import run; "
        f"code = run({ESTIMATE!r}); "
        "sys.exit(code or 'django' in sys.modules)"
    )
    assert python("-c", script).returncode == 0


def test_entry_points():
    done = python("-m", "imppulse", *ESTIMATE, "--format", "csv")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("item,domain,mean")


def test_manage_passes_its_arguments_on(capsys):
    assert run(["manage", "version"]) == 0
    assert capsys.readouterr().out == f"{django.get_version()}\n"


def test_misunderstood_value(capsys):
    assert refused(capsys, ["serve", "--port", "abc", "--lang", "fr"]).startswith(
        "imppulse\u00a0: L’option --lang n’existe pas."
    )
    assert "--port" in refused(capsys, ["serve", "--port", "abc"])
