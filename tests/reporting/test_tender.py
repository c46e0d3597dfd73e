"""The specification for a survey institute says what the import expects, in both languages."""

from dataclasses import replace
from io import BytesIO

import pikepdf
import pytest

from imppulse import instruments
from imppulse.charts.rendering import FONT_DIRECTORY
from imppulse.instruments import ForceName
from imppulse.reporting.language import Language
from imppulse.reporting.tender import DistrictSample, TenderPlan, tender_document
from imppulse.reporting.tender_delivery import item_codes
from imppulse.tables.deliveries.asked import FACTS, AskedItem
from imppulse.tables.deliveries.guessing import guess
from imppulse.tables.deliveries.taking import check
from imppulse.tables.reading import read
from imppulse.typesetting.html import to_html
from imppulse.typesetting.pdf import to_pdf

SIDES = ("population", "police_officers")
PLAN = TenderPlan(
    territory="Valbourg",
    force=ForceName(en="the municipal police", fr="la police municipale"),
    forces=("Municipal police",),
    languages=("English", "French"),
    letters=800,
    response=20,
    answers=160.0,
    half_width=3.43,
    police_officers=150,
    districts=(
        DistrictSample("Old Port", "old-port", 711, 142.2),
        DistrictSample("Station", "station", 89, 17.8),
    ),
    questionnaires=tuple(instruments.questionnaire(side) for side in SIDES),
)


def html(plan=PLAN, language="en") -> str:
    return to_html(tender_document(plan, Language(language)))


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_column_of_both_questionnaires_is_named_with_all_its_codes(language):
    said = html(language=language)
    for questionnaire in PLAN.questionnaires:
        for name in questionnaire.items:
            assert f">{name}<" in said
    for column in set(FACTS) - {"arm"}:  # who gets a pilot is not for the institute
        assert f">{column}<" in said


def test_a_file_as_specified_is_taken_without_a_question():
    """Rows of the lowest, the highest and the missing codes pass the import as they are."""
    items = [instruments.item(name) for name in PLAN.questionnaires[0].items]
    asked = {i.name: AskedItem(i.name, {o.code: (o.label.en,) for o in i.options}) for i in items}  # fmt: skip
    rows = [
        {"side": "population", "district": "old-port", "weight": "1.5"}
        | {i.name: str(pick(o.code for o in i.options)) for i in items}
        for pick in (min, max)
    ]
    lines = [";".join(rows[0]), *(";".join(row.values()) for row in rows)]
    table = read("\n".join(lines).encode(), name="delivery.csv")
    checked = check(table, guess(table, asked), items=asked, sides=SIDES)
    assert checked.problems == ()
    assert checked.summary.left_out == ()
    assert checked.summary.unasked == ()


def test_several_forces_are_not_mixed():
    assert "say which one is meant" not in html()
    assert "say which one is meant" in html(replace(PLAN, forces=("A", "B")))


def test_a_short_scale_lists_every_code_and_which_count_as_no_answer():
    item = next(i for i in instruments.items() if 2 < len(i.scale.codes) <= 5)
    written = item_codes(item, Language("en"))
    for option in item.options:
        assert f"{option.code} = {option.label.en}" in written
    missing = [option for option in item.options if option.missing]
    assert written.count("counts as no answer") == len(missing)


def test_a_long_scale_says_its_two_ends():
    item = next(i for i in instruments.items() if len(i.scale.codes) == 11)
    assert f"{item.scale.low} (" in item_codes(item, Language("en"))
    assert f" to {item.scale.high} (" in item_codes(item, Language("en"))


def test_numbers_are_written_as_the_reader_writes_them():
    assert "± 3.4 points" in html()
    assert "± 3,4 points" in html(language="fr")


def test_the_price_is_left_open():
    assert "The price is left open" in html()


def test_one_side_asks_nothing_of_police_officers():
    alone = replace(PLAN, police_officers=0, questionnaires=PLAN.questionnaires[:1])
    said = html(alone)
    assert "none: only one side is asked" in said
    assert "through a channel their superiors cannot read" not in said
    assert "through a channel their superiors cannot read" in html()


def test_a_simulated_territory_says_so():
    assert "Simulated" in html(replace(PLAN, simulated="Simulated data"))


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_pdf_is_tagged_and_names_its_language(language):
    content = to_pdf(tender_document(PLAN, Language(language)), FONT_DIRECTORY)
    with pikepdf.open(BytesIO(content)) as opened:
        assert bool(opened.Root.MarkInfo.Marked)
        assert str(opened.Root.Lang) == language
        assert len(opened.pages) >= 2
