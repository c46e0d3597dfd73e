"""A book as a content tree, from the published records; one language or both at once."""

from collections.abc import Iterator
from functools import partial

from django.utils import translation
from django.utils.translation import gettext as _

from imppulse.evaluations.telling import finding_of, outcome_of
from imppulse.library.models import Practice, Recommendation, Synthesis
from imppulse.library.pictures import picture, story
from imppulse.library.telling import Told, reader_language, result_of, told_of, words
from imppulse.network.models import Organisation, Territory
from imppulse.publication.editions import Edition, Part, together
from imppulse.publication.models import Book
from imppulse.publication.passages import prose, titled
from imppulse.publication.queries import BookRecords
from imppulse.reporting.findings import forbidden_sentence
from imppulse.typesetting.content import (
    Block,
    Callout,
    Cover,
    Document,
    Heading,
    Inline,
    List,
    PageBreak,
    Paragraph,
    Run,
    plain,
)

PUBLISHER = "IMPPULSE"


def document(book: Book, records: BookRecords, edition: Edition) -> Document:
    body = [
        block
        for part in parts(book, records, edition)
        for block in together(part, edition)
    ]
    with translation.override(edition.leading):
        return Document(
            words(book, "title"),
            edition.leading,
            (cover(book, records), *body),
            _("Simulated data, fictional territories") if book.simulated else "",
            PUBLISHER,
        )


def cover(book: Book, records: BookRecords) -> Cover:
    meetings = dict.fromkeys(
        one.meeting for one in records.recommendations if one.meeting
    )
    lines = [
        _("Adopted at: {meeting}").format(meeting=words(meeting, "title"))
        for meeting in meetings
    ]
    lines.append(_("In English and in French · en français et en anglais"))
    return Cover(words(book, "title"), words(book, "subtitle"), tuple(lines))


def parts(book: Book, records: BookRecords, edition: Edition) -> list[Part]:
    return [
        partial(front, book, edition),
        partial(foreword, book, records),
        *(partial(practice_part, one, edition) for one in records.practices),
        *(
            partial(recommendation_part, one, edition)
            for one in records.recommendations
        ),
        *(partial(synthesis_part, one, edition) for one in records.syntheses),
        partial(colophon, book),
    ]


def front(book: Book, edition: Edition) -> list[Block]:
    """Give the title in both languages; the cover has it in the leading one."""
    if len(edition.languages) == 1:
        return []
    return [
        Heading(words(book, "title")),
        Paragraph((Run(words(book, "subtitle"), "emphasis"),)),
    ]


def foreword(book: Book, records: BookRecords) -> list[Block]:
    return [
        Heading(_("Foreword")),
        *prose(book, "foreword"),
        Heading(_("In one minute"), 2),
        List(tuple(in_one_minute(records))),
        Heading(_("How to read this book"), 2),
        plain(
            _(
                "Each claim ends with a path. Type it after the address of the site and you"
                " reach where it comes from: the result, how it was measured, the question"
                " that was asked."
            )
        ),
    ]


def in_one_minute(records: BookRecords) -> Iterator[Inline]:
    """Say what is recommended, what was found where, and what nobody measured."""
    for found in records.recommendations:
        kept = _(" (with a reservation)") if found.reservations.all() else ""
        lead = Run(_("Recommended: "), "strong")
        yield lead, Run(f"{words(found, 'title')}{kept}.")
    for practice in records.practices:
        told = told_of(practice.pilot)
        claim = told.claim if told else _("No outcome was measured.")
        name = words(practice.territory, "name")
        yield Run(_("{place}: ").format(place=name), "strong"), Run(claim)
    for synthesis in records.syntheses:
        if told_together := story(synthesis):
            yield Run(_("Together: "), "strong"), Run(told_together.answer)


def thread(address: str, edition: Edition) -> Paragraph:
    """Print the way to the record as a short path that also works as a link."""
    link = edition.site.rstrip("/") + address
    return Paragraph((Run(_("Thread: "), "strong"), Run(address, link=link)))


def practice_part(practice: Practice, edition: Edition) -> list[Block]:
    return [
        PageBreak(),
        Heading(words(practice, "title"), anchor=practice.slug),
        Paragraph((Run(words(practice.territory, "name"), "emphasis"),)),
        *prose(practice, "summary"),
        status(practice, edition),
        *titled(_("The problem"), practice, "problem"),
        *titled(_("How it works"), practice, "how_it_works"),
        *titled(_("What was observed"), practice, "results"),
        *titled(_("What it takes"), practice, "conditions"),
        *titled(_("What was learned"), practice, "learned"),
        *forbidden(practice),
        thread(practice.get_absolute_url(), edition),
    ]


def status(practice: Practice, edition: Edition) -> Callout:
    """Say first what is known of the effect, and that nothing is where nothing was measured."""
    told = told_of(practice.pilot)
    if told:
        return finding(told, edition)
    return Callout(
        _("What is known of its effect"),
        (plain(_("No outcome was measured.")),),
        "caution",
    )


def forbidden(practice: Practice) -> list[Block]:
    """Give the next stronger sentence, struck through, with what would earn it."""
    evaluation = result_of(practice.pilot)
    if evaluation is None:
        return []
    language = reader_language()
    stronger = forbidden_sentence(
        finding_of(evaluation), outcome_of(evaluation), language
    )
    return [stronger.block(language)] if stronger else []


def finding(told: Told, edition: Edition) -> Callout:
    title = _("What was found ({label}, strength {level} of 5)").format(
        label=told.label, level=told.level
    )
    said: list[Block] = [plain(told.sentence)]
    if told.address:
        said.append(thread(told.address, edition))
    return Callout(title, tuple(said), "result")


def recommendation_part(found: Recommendation, edition: Edition) -> list[Block]:
    return [
        PageBreak(),
        Heading(words(found, "title"), anchor=found.slug),
        Paragraph((Run(_("Recommendation {n}").format(n=found.number), "emphasis"),)),
        Callout("", tuple(prose(found, "statement")), "result"),
        Paragraph((Run(_("Addressed to: "), "strong"), Run(words(found, "addressee")))),
        *adoption(found),
        *reservations(found),
        *titled(_("Why"), found, "rationale"),
        thread(found.get_absolute_url(), edition),
    ]


def adoption(found: Recommendation) -> list[Block]:
    if found.meeting is None:
        return [plain(_("Proposed, not adopted yet"))]
    day = reader_language().day(found.adopted_on) if found.adopted_on else ""
    meeting = words(found.meeting, "title")
    adopted = f"{day}, {meeting}" if day else meeting
    return [Paragraph((Run(_("Adopted: "), "strong"), Run(adopted)))]


def reservations(found: Recommendation) -> list[Block]:
    return [
        Callout(
            _("Reservation of {holder}").format(
                holder=holder_name(one.territory or one.organisation)
            ),
            tuple(prose(one, "statement")),
            "caution",
        )
        for one in found.reservations.all()
    ]


def holder_name(holder: Territory | Organisation | None) -> str:
    return words(holder, "name") if holder else _("a participant")


def synthesis_part(synthesis: Synthesis, edition: Edition) -> list[Block]:
    told = story(synthesis)
    if told is None:
        return []
    return [
        PageBreak(),
        Heading(words(synthesis, "title"), anchor=synthesis.slug),
        Paragraph((Run(words(synthesis, "question"), "emphasis"),)),
        plain(told.answer),
        *(plain(sentence) for sentence in told.sentences),
        *result_by_result(synthesis, edition),
        picture(synthesis),
        *([plain(told.note)] if told.note else []),
        *([plain(told.law)] if told.law else []),
        thread(synthesis.get_absolute_url(), edition),
    ]


def result_by_result(synthesis: Synthesis, edition: Edition) -> list[Block]:
    found = [told for pilot in synthesis.pilots.all() if (told := told_of(pilot))]
    if not found:
        return []
    heading = Heading(_("Territory by territory"), 2)
    return [heading, *(territory_result(told, edition) for told in found)]


def territory_result(told: Told, edition: Edition) -> Paragraph:
    name = words(told.pilot.territory, "name")
    way = Run(told.address, link=edition.site.rstrip("/") + told.address)
    said = (
        Run(_("{place}: ").format(place=name), "strong"),
        Run(f"{told.claim} "),
        *([way] if told.address else []),
    )
    return Paragraph(said)


def colophon(book: Book) -> list[Block]:
    return [
        PageBreak(),
        Heading(_("Colophon")),
        *prose(book, "colophon"),
        plain(
            _("Independent software, not affiliated with Efus or the European Union.")
        ),
    ]
