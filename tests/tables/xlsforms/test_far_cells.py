import pytest
from tests.tables.fuzzing import rezipped
from tests.tables.xlsforms.corpus import built, cases

from imppulse.tables import TableError
from imppulse.tables.xlsforms import read_form

FAR = b'<row r="1048576"><c r="A1048576"><v>1</v></c></row></sheetData>'


def test_a_cell_far_below_the_form_is_refused_at_once():
    content = rezipped(
        built(cases("taken")["integer"]),
        "xl/worksheets/sheet1.xml",
        lambda sheet: sheet.replace(b"</sheetData>", FAR),
    )
    with pytest.raises(TableError) as refused:
        read_form(content, "form.xlsx")
    assert refused.value.code == "too_many_rows"
