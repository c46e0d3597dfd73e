"""DDI Codebook 2.5: what data archives read, in all languages of the file.

https://ddialliance.org/Specification/DDI-Codebook/2.5/ - structure and names of elements.
No frequencies are written: small ones would give people away.
"""

from collections.abc import Iterable
from xml.etree import ElementTree as ET

from imppulse.tables.codebook import Codebook, Variable, Words

NAMESPACE = "ddi:codebook:2_5"
LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
SCHEMA = "{http://www.w3.org/2001/XMLSchema-instance}schemaLocation"
PLACE = "ddi:codebook:2_5 https://ddialliance.org/Specification/DDI-Codebook/2.5/XMLSchema/codebook.xsd"
FORBIDDEN = {code: None for code in range(32) if chr(code) not in "\t\n\r"}


def write_ddi(book: Codebook) -> str:
    """Return the codebook as a DDI document."""
    ET.register_namespace("", NAMESPACE)
    root = ET.Element(name("codeBook"), {"version": "2.5", LANGUAGE: book.languages[0], SCHEMA: PLACE})  # fmt: skip
    document(root, book)
    study(root, book)
    file(root, book)
    data = child(root, "dataDscr")
    for number, variable in enumerate(book.variables, 1):
        described(data, variable, number=number, languages=book.languages)
    ET.indent(root)
    return ET.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def name(tag: str) -> str:
    return f"{{{NAMESPACE}}}{tag}"


def child(
    parent: ET.Element, tag: str, text: object = None, **attributes: str
) -> ET.Element:
    made = ET.SubElement(parent, name(tag), attributes)
    if text is not None:
        made.text = str(text).translate(FORBIDDEN)
    return made


def in_languages(
    parent: ET.Element, tag: str, words: Words, *, languages: Iterable[str]
) -> None:
    for language in languages:
        if words.get(language):
            child(parent, tag, words[language]).set(LANGUAGE, language)


def titles(parent: ET.Element, book: Codebook) -> None:
    first, *others = book.languages
    citation = child(child(parent, "citation"), "titlStmt")
    child(citation, "titl", book.title.get(first, book.identifier))
    in_languages(citation, "parTitl", book.title, languages=others)
    child(citation, "IDNo", book.identifier)


def document(root: ET.Element, book: Codebook) -> None:
    titles(child(root, "docDscr"), book)


def study(root: ET.Element, book: Codebook) -> None:
    described_study, facts = child(root, "stdyDscr"), book.facts
    titles(described_study, book)
    info = child(described_study, "stdyInfo")
    in_languages(info, "abstract", facts.get("abstract", {}), languages=book.languages)
    summary = child(info, "sumDscr")
    for event, key in (("start", "opened"), ("end", "closed")):
        if day := facts.get(key):
            child(summary, "collDate", day, date=str(day), event=event)
    for tag, key in (("nation", "country"), ("geogCover", "territory")):
        in_languages(summary, tag, facts.get(key, {}), languages=book.languages)
    in_languages(
        summary, "universe", facts.get("universe", {}), languages=book.languages
    )
    collected = child(child(described_study, "method"), "dataColl")
    in_languages(collected, "collMode", facts.get("mode", {}), languages=book.languages)
    in_languages(
        collected, "weight", facts.get("weighting", {}), languages=book.languages
    )
    access = child(child(described_study, "dataAccs"), "useStmt")
    in_languages(access, "restrctn", facts.get("access", {}), languages=book.languages)


def file(root: ET.Element, book: Codebook) -> None:
    whole = child(root, "fileDscr")
    text = child(whole, "fileTxt")
    child(text, "fileName", book.facts.get("file", book.identifier))
    size = child(text, "dimensns")
    if cases := book.facts.get("cases"):
        child(size, "caseQnty", cases)
    child(size, "varQnty", len(book.variables))
    if checksum := book.facts.get("checksum"):
        child(whole, "notes", f"SHA-256 {checksum}", type="checksum")


def described(
    data: ET.Element, variable: Variable, *, number: int, languages: tuple[str, ...]
) -> None:
    coded = bool(variable.values)
    made = child(data, "var", ID=f"V{number}", name=variable.name, intrvl="discrete" if coded else "contin")  # fmt: skip
    in_languages(made, "labl", variable.label, languages=languages)
    for side, words in variable.wordings.items():
        question = child(made, "qstn")
        question.set("responseDomainType", "category" if coded else "numeric")
        child(question, "preQTxt", side)
        in_languages(question, "qstnLit", words, languages=languages)
    for code, labels in variable.values.items():
        category = child(made, "catgry", missing="Y" if code in variable.missing else "N")  # fmt: skip
        child(category, "catValu", code)
        in_languages(category, "labl", labels, languages=languages)
    child(
        made,
        "varFormat",
        type="numeric" if coded or variable.is_measure else "character",
    )
