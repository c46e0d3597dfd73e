"""Letters with one-time codes and posters with an address, as accessible PDF."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from importlib.resources import files

import qrcode  # type: ignore[import-untyped] # it carries no types
import typst
from django.utils.translation import gettext as _
from django.utils.translation import override

from imppulse.charts.rendering import FONT_DIRECTORY
from imppulse.core.templatetags.imppulse import day
from imppulse.studies.interview import words
from imppulse.studies.models import Questionnaire, Wave

QUIET_ZONE = 4  # modules that a camera needs to see empty around the square


@dataclass(frozen=True)
class Part:
    """What one page says in one language."""

    language: str
    title: str
    paragraphs: tuple[str, ...]
    scan: str
    address: str
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Sheet:
    """One page: a letter with its code, or a poster without."""

    square: str  # an SVG, for a camera
    square_words: str
    parts: tuple[Part, ...]
    code: str = ""
    code_words: str = ""
    reference: str = ""
    heading: str = ""


@dataclass(frozen=True)
class Sheets:
    kind: str
    title: str
    language: str
    sender: str
    simulated: str
    sheets: tuple[Sheet, ...] = field(default=())


def square(text: str) -> str:
    """Draw a QR code as one path: small, sharp at any size, no pixels."""
    code = qrcode.QRCode(border=0, error_correction=qrcode.constants.ERROR_CORRECT_M)
    code.add_data(text)
    code.make()
    matrix = code.get_matrix()
    size = len(matrix) + 2 * QUIET_ZONE
    path = "".join(
        f"M{x + QUIET_ZONE} {y + QUIET_ZONE}h1v1h-1z"
        for y, row in enumerate(matrix)
        for x, dark in enumerate(row)
        if dark
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}">'
        f'<rect width="{size}" height="{size}" fill="#fff"/><path d="{path}"/></svg>'
    )


def typeset(sheets: Sheets) -> bytes:
    """Set the pages as PDF/UA-1, with our fonts and no other."""
    fonts = typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=[str(FONT_DIRECTORY)],
    )
    compiler = typst.Compiler(
        files("imppulse.studies").joinpath("letters.typ").read_bytes(),
        font_paths=fonts,
        sys_inputs={"sheets": json.dumps(asdict(sheets), ensure_ascii=False)},
    )
    pdf = compiler.compile(format="pdf", pdf_standards=["ua-1"])
    if not isinstance(pdf, bytes):  # only where several files are asked for
        raise TypeError("Typst returned no single PDF")
    return pdf


def letter_part(
    wave: Wave, questionnaire: Questionnaire, *, language: str, address: str
) -> Part:
    with override(language):
        said = words(questionnaire.content, language)
        return Part(
            language=language,
            title=said["title"],
            paragraphs=(
                _("You were drawn at random for this survey. %(introduction)s")
                % {"introduction": said["introduction"]},
                said["consent"]["voluntary"],
                said["consent"]["anonymous"],
            ),
            scan=_("Scan the square with a phone, or type this address and your code:"),
            address=bare(address),
            notes=(
                _(
                    "Your code only shows that you were invited. It works once, until %(closes)s, and nobody can tell from it what you answered. We do not keep it: do not lose it."
                )
                % {"closes": day(wave.closes_on)},
                said["consent"]["complaints"],
            ),
        )


def poster_part(
    wave: Wave, questionnaire: Questionnaire, *, language: str, address: str
) -> Part:
    with override(language):
        said = words(questionnaire.content, language)
        return Part(
            language=language,
            title=said["title"],
            paragraphs=(said["introduction"],),
            scan=_("Scan the square with a phone, or type this address:"),
            address=bare(address),
            notes=(
                _("Anonymous. Until %(closes)s.") % {"closes": day(wave.closes_on)},
                said["consent"]["complaints"],
            ),
        )


def bare(address: str) -> str:
    return address.removeprefix("https://").removeprefix("http://")


def simulated_words(wave: Wave, languages: Sequence[str]) -> str:
    """Say on every page of a simulated wave that it is one."""
    if not wave.simulated:
        return ""
    return " · ".join(in_language("Simulated data, fictional city", languages))


def in_language(sentence: str, languages: Sequence[str]) -> list[str]:
    found = []
    for language in languages:
        with override(language):
            found.append(_(sentence))
    return found


def sender(wave: Wave, language: str) -> str:
    territory = wave.study.territory.text("name", language)
    return territory.body if territory else ""
