"""Every code has its sentence in both languages."""

import ast
import re
from pathlib import Path

import polib
import pytest

from imppulse import cli, evidence, tables
from imppulse.evidence.errors import EvidenceError
from imppulse.tables import TableError, sentence
from imppulse.tables.evidence_sentences import EVIDENCE_SENTENCES
from imppulse.tables.sentences import IN_CELL, IN_SHEET
from imppulse.tables.table_sentences import TABLE_SENTENCES

FACT = re.compile(r"{(\w+)}")
FOLDER = Path(tables.__file__).parent
FRENCH = "locale/fr/LC_MESSAGES/imppulse.po"


def sources(package) -> list[ast.Module]:
    folder = Path(package.__file__).parent
    return [ast.parse(path.read_text("utf-8")) for path in folder.rglob("*.py")]


def documented(module: ast.Module) -> set[str]:
    """Codes that the Raises sections of the docstrings name."""
    described = (
        ast.get_docstring(node)
        for node in ast.walk(module)
        if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Module)
    )
    raises = [text.partition("Raises\n")[2] for text in described if text]
    sections = [
        re.split(r"\n(?:Notes|References|Returns)\n", text)[0] for text in raises
    ]
    return {code for text in sections for code in re.findall(r"``([a-z_]+)``", text)}


def raised(module: ast.Module, name: str) -> set[str]:
    """Codes that are written out where an error is made."""
    calls = [node for node in ast.walk(module) if isinstance(node, ast.Call)]
    made = [call for call in calls if ast.unparse(call.func).endswith(name)]
    first = [call.args[0] for call in made if call.args]
    return {code.value for code in first if isinstance(code, ast.Constant)}


def test_every_code_of_the_evidence_library_has_a_sentence():
    codes: set[str] = set()
    for module in sources(evidence):
        codes |= documented(module) | raised(module, "Error")
    assert len(codes) > 30
    assert codes <= set(EVIDENCE_SENTENCES)


def test_every_code_of_the_tables_has_a_sentence():
    codes: set[str] = set()
    for module in (*sources(tables), *sources(cli)):
        codes |= raised(module, "TableError") | raised(module, ".error")
        codes |= raised(module, ".refuse") | raised(module, ".notice")
        codes |= raised(module, ".problem")
    assert codes <= set(TABLE_SENTENCES)


def test_every_sentence_of_the_tables_has_its_code():
    written = {
        node.value
        for module in (*sources(tables), *sources(cli))
        if not (ast.get_docstring(module) or "").startswith("What can be wrong")
        for node in ast.walk(module)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    assert set(TABLE_SENTENCES) - written == set()


@pytest.mark.parametrize("package", [tables, cli])
def test_catalogue_is_complete_and_names_the_same_facts(package):
    catalogue = polib.pofile(str(Path(package.__file__).parent / FRENCH))
    assert [entry.msgid for entry in catalogue if not entry.translated()] == []
    for entry in catalogue:
        assert set(FACT.findall(entry.msgid)) == set(FACT.findall(entry.msgstr))
        prose = re.sub(r"'{?\w+}?'", "", entry.msgstr)  # codes as forms write them
        assert not re.search(r"[ ][:;!?%»]|«[ ]|'(?!imppulse|\s|$)", prose)


def test_every_sentence_is_translated():
    known = {entry.msgid for entry in polib.pofile(str(FOLDER / FRENCH))}
    assert known == {
        IN_SHEET,
        IN_CELL,
        *TABLE_SENTENCES.values(),
        *EVIDENCE_SENTENCES.values(),
    }


def test_sheet_and_lists_are_named():
    error = TableError(
        "several_sheets", {"file": "a.xlsx", "sheet": "S", "sheets": ["A", "B"]}
    )
    assert sentence(error, "en") == (
        "a.xlsx, sheet “S”: several sheets hold data (A, B). Say which one to read."
    )
    assert sentence(error, "fr") == (
        "a.xlsx, feuille «\u202fS\u202f»\u00a0: plusieurs feuilles contiennent des "
        "données (A, B). Précisez celle qu’il faut lire."
    )
    assert str(error) == sentence(error, "en")


def test_one_line_whatever_the_facts():
    error = TableError("unknown_column_far", {"file": "a\nb", "column": "x" * 999})
    assert sentence(error, "en").startswith("a b: there is no column “xxx")
    assert sentence(error, "en").endswith("…”. The columns are: ?.")


def test_unknown_code_falls_back_on_the_message():
    assert sentence(EvidenceError("new", "two\nlines"), "fr") == "two lines"
