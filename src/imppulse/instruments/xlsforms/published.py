"""A published questionnaire, whose words are all in place, as XLSForm."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from imppulse.instruments.xlsforms.writing import (
    Row,
    XlsForm,
    label_column,
    language_name,
)

Content = Mapping[str, Any]


def published_form(content: Content) -> XlsForm:
    """Write what a snapshot of a questionnaire asks, in the languages it was asked in."""
    languages = tuple(content["title"])
    first = languages[0]
    return XlsForm(
        survey=tuple(survey_rows(content)),
        choices=tuple(choice_rows(content)),
        settings={
            "form_title": content["title"][first],
            "form_id": f"{content['name']}_{content['version']}",
            "version": str(content["version"]),
            "default_language": language_name(first),
        },
        languages=languages,
    )


def labels(words: Mapping[str, str]) -> Row:
    return {label_column(language): text for language, text in words.items()}


def survey_rows(content: Content) -> Iterator[Row]:
    yield {"type": "note", "name": "introduction", **labels(content["introduction"])}
    for part, words in content["consent"].items():
        yield {"type": "note", "name": f"consent_{part}", **labels(words)}
    for number, section in enumerate(content["sections"], start=1):
        name = f"section_{number}"
        yield {"type": "begin_group", "name": name, **labels(section["title"])}
        for item in section["items"]:
            yield question_row(item, content["required"])
        yield {"type": "end_group"}


def question_row(item: Mapping[str, Any], required: Sequence[str]) -> Row:
    row = {"type": f"select_one {item['name']}_answers", "name": item["name"]}
    if item["name"] in required:
        row["required"] = "yes"
    if condition := item.get("asked_if"):
        row["relevant"] = f"${{{condition['item']}}} = '{condition['code']}'"
    return row | labels(item["wording"])


def choice_rows(content: Content) -> Iterator[Row]:
    for section in content["sections"]:
        for item in section["items"]:
            for option in item["options"]:
                yield {
                    "list_name": f"{item['name']}_answers",
                    "name": str(option["code"]),
                    **labels(option["label"]),
                }
