"""A questionnaire as XLSForm: the workbook that ODK and Kobo open."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import BytesIO

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from imppulse.instruments import bank
from imppulse.instruments.model import Item, Option, Questionnaire
from imppulse.instruments.texts import LANGUAGES, ForceName, Text, fill, locale

SURVEY_COLUMNS = ("type", "name", "required", "relevant")
CHOICES_COLUMNS = ("list_name", "name")
SETTINGS_COLUMNS = ("form_title", "form_id", "version", "default_language")

Row = dict[str, str]


@dataclass(frozen=True)
class Distribution:
    """What a questionnaire needs to know before it goes out."""

    force: ForceName
    complaints_contact: str
    open_link: bool
    languages: tuple[str, ...] = LANGUAGES

    def texts(self, template: Text) -> Row:
        """Give the label columns of one row, placeholders filled."""
        return {
            label_column(language): fill(
                template.in_language(language), self.placeholders(language)
            )
            for language in self.languages
        }

    def placeholders(self, language: str) -> dict[str, str]:
        forms = self.force.placeholders(language)
        return forms | {"complaints_contact": self.complaints_contact}


@dataclass(frozen=True)
class XlsForm:
    """The three sheets, one dictionary for each row."""

    survey: tuple[Row, ...]
    choices: tuple[Row, ...]
    settings: Row
    languages: tuple[str, ...]

    def workbook(self) -> bytes:
        book = Workbook(write_only=True)
        labels = tuple(map(label_column, self.languages))
        add_sheet(book.create_sheet("survey"), SURVEY_COLUMNS + labels, self.survey)
        add_sheet(book.create_sheet("choices"), CHOICES_COLUMNS + labels, self.choices)
        add_sheet(book.create_sheet("settings"), SETTINGS_COLUMNS, [self.settings])
        written = BytesIO()
        book.save(written)
        return written.getvalue()


def label_column(language: str) -> str:
    return f"label::{language_name(language)}"


def language_name(language: str) -> str:
    """Name a language as its readers do, with the code that programs look for."""
    own = locale(language).get_display_name() or language
    return f"{own[:1].upper()}{own[1:]} ({language})"


def complete_languages(questionnaire: Questionnaire) -> tuple[str, ...]:
    """List the languages in which every text that a respondent reads is written."""
    return tuple(
        language
        for language in questionnaire.title.languages
        if all(language in text.languages for text in texts_of(questionnaire))
    )


def texts_of(questionnaire: Questionnaire) -> Iterator[Text]:
    yield questionnaire.title
    yield questionnaire.introduction
    yield from vars(questionnaire.consent).values()
    yield from (section.title for section in questionnaire.sections)
    for item in map(bank.item, questionnaire.items):
        yield item.wordings[questionnaire.side]
        yield from (option.label for option in item.options)


def add_sheet(sheet: Worksheet, columns: tuple[str, ...], rows: Iterable[Row]) -> None:
    sheet.append(columns)
    for row in rows:
        sheet.append([row.get(column) for column in columns])


def xls_form(questionnaire: Questionnaire, distribution: Distribution) -> XlsForm:
    items = [bank.item(name) for name in questionnaire.items]
    first = distribution.languages[0]
    title = distribution.texts(questionnaire.title)[label_column(first)]
    return XlsForm(
        survey=tuple(survey_rows(questionnaire, distribution)),
        choices=tuple(choice_rows(items, distribution)),
        settings={
            "form_title": title,
            "form_id": f"{questionnaire.name}_{questionnaire.version}",
            "version": str(questionnaire.version),
            "default_language": language_name(first),
        },
        languages=distribution.languages,
    )


def survey_rows(
    questionnaire: Questionnaire, distribution: Distribution
) -> Iterator[Row]:
    yield from note_rows(questionnaire, distribution)
    for number, section in enumerate(questionnaire.sections, start=1):
        name = f"section_{number}"
        yield {"type": "begin_group", "name": name, **distribution.texts(section.title)}
        for item_name in section.items:
            yield question_row(bank.item(item_name), questionnaire, distribution)
        yield {"type": "end_group"}


def note_rows(
    questionnaire: Questionnaire, distribution: Distribution
) -> Iterator[Row]:
    consent = questionnaire.consent
    notes = {
        "introduction": questionnaire.introduction,
        "consent_voluntary": consent.voluntary,
        "consent_anonymous": consent.anonymous,
        "consent_withdrawal": consent.withdrawal,
    }
    if distribution.open_link:
        notes["consent_open_link"] = consent.open_link
    notes["consent_complaints"] = consent.complaints
    for name, text in notes.items():
        yield {"type": "note", "name": name, **distribution.texts(text)}


def question_row(
    item: Item, questionnaire: Questionnaire, distribution: Distribution
) -> Row:
    row = {
        "type": f"select_one {list_name(item)}",
        "name": item.name,
        **distribution.texts(item.wordings[questionnaire.side]),
    }
    if item.name in questionnaire.required:
        row["required"] = "yes"
    if item.asked_if:
        row["relevant"] = f"${{{item.asked_if.item}}} = '{item.asked_if.code}'"
    return row


def list_name(item: Item) -> str:
    """Share a list of choices between items, unless an item has its own codes."""
    return f"{item.name}_options" if item.extra_options else item.scale.name


def choice_rows(items: Iterable[Item], distribution: Distribution) -> Iterator[Row]:
    lists: dict[str, tuple[Option, ...]] = {
        list_name(item): item.options for item in items
    }
    for name, options in lists.items():
        for option in options:
            yield {
                "list_name": name,
                "name": str(option.code),
                **distribution.texts(option.label),
            }
