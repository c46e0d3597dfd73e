"""A questionnaire as XForm; apart because pyxform comes with the platform only."""

import re
from dataclasses import dataclass

from pyxform.errors import PyXFormError
from pyxform.xls2xform import convert

from imppulse.instruments.errors import InstrumentError

ITEXT = re.compile(r"<itext>.*</itext>", re.DOTALL)


@dataclass(frozen=True)
class XForm:
    xml: str
    warnings: tuple[str, ...]


def x_form(workbook: bytes) -> XForm:
    """Compile an XLSForm workbook; what pyxform refuses is refused in its words."""
    try:
        result = convert(workbook, file_type=".xlsx")
    except PyXFormError as error:
        raise InstrumentError(str(error), place="XLSForm") from error
    return XForm(ITEXT.sub(restore_typography, result.xform), tuple(result.warnings))


def restore_typography(itext: re.Match[str]) -> str:
    """Undo what pyxform does, without a setting for it, to apostrophes and spaces.

    Only between tags: the attributes of the block hold identifiers.
    """
    between_tags = re.compile(r">([^<]+)<")
    return between_tags.sub(
        lambda text: text[0].replace("'", "’").replace(" :", "\u00a0:"), itext[0]
    )
