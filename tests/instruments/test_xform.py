"""pyxform accepts every questionnaire; apart because its import takes seconds."""

from xml.etree import ElementTree as ET

import pytest

from imppulse.instruments import ForceName, InstrumentError, Side, item, questionnaire
from imppulse.instruments.xform import x_form
from imppulse.instruments.xlsforms.writing import Distribution, XlsForm, xls_form

FORCE = ForceName(en="the Valmont police station", fr="le commissariat de Valmont")
NAMESPACE = {"x": "http://www.w3.org/2002/xforms"}
LANGUAGES = {"en": "English (en)", "fr": "Français (fr)"}


@pytest.fixture(scope="module", params=list(Side))
def compiled(request):
    form = xls_form(
        questionnaire(request.param.value), Distribution(FORCE, "dpo@x.example", True)
    )
    return request.param, x_form(form.workbook())


def itext(xml: str, language: str) -> dict[str, str]:
    root = ET.fromstring(xml)  # noqa: S314 (made by pyxform in this test)
    path = f".//x:translation[@lang='{LANGUAGES[language]}']/x:text"
    return {
        text.attrib["id"]: text.findtext("x:value", namespaces=NAMESPACE)
        for text in root.iterfind(path, NAMESPACE)
    }


def test_pyxform_has_nothing_to_say(compiled):
    _, form = compiled
    assert form.warnings == ()


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_form_asks_every_item_in_the_words_of_the_bank(compiled, language):
    side, form = compiled
    asked = questionnaire(side.value)
    texts = itext(form.xml, language)
    labels = {
        key.rsplit("/", 1)[1].removesuffix(":label"): value
        for key, value in texts.items()
        if key.startswith("/")
    }
    expected = {name: item(name).wording(side, language, FORCE) for name in asked.items}
    assert {name: labels.get(name) for name in asked.items} == expected


def test_what_pyxform_refuses_is_refused():
    broken = XlsForm(
        survey=({"type": "select_one nothing", "name": "q"},),
        choices=(),
        settings={"form_id": "broken"},
        languages=("en",),
    )
    with pytest.raises(InstrumentError, match=r"^XLSForm: "):
        x_form(broken.workbook())
