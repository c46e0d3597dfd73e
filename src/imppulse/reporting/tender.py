"""The specification a survey institute answers: one plan, in the language asked."""

from dataclasses import dataclass

from imppulse.instruments import ForceName, Questionnaire
from imppulse.reporting.language import N_, Language
from imppulse.reporting.tender_delivery import delivery
from imppulse.reporting.tender_rules import anonymity, fieldwork
from imppulse.typesetting.content import (
    Block,
    Callout,
    Cover,
    Document,
    Heading,
    Inline,
    List,
    Run,
    Table,
    plain,
)

TITLE = N_("Specification for a survey on police and population: {territory}")
PURPOSE = N_(
    "{territory} wants to know how things are between its population and {force}, and "
    "what keeps them apart. All sides answer the same questions. The survey is to be "
    "repeated with the same questions once an action has been tried."
)
SAMPLE_ROWS = (
    N_("Method of drawing"),
    N_("Random sample of residents aged {age} or over, drawn in each district"),
    N_("Invitations sent to residents"),
    N_("Response assumed"),
    N_("Answers expected from residents"),
    N_("Police officers invited"),
    N_("Answers expected from police officers, at the same response"),
    N_("none: only one side is asked"),
)
DRAWN = N_(
    "The draw is documented: frame, date, seed or procedure, number of addresses per "
    "district. An open link, answered by whoever wishes, is not a sample and is not "
    "accepted in its place."
)
PRECISION = N_(
    "With {answers} answers, trust in the police on a scale of 0 to 100 is known to "
    "within ± {points} points (95 %). A reserve of addresses may be used only in full "
    "and after written agreement: it changes who has answered."
)
PRICE = N_(
    "The price is left open. Say it separately for: drawing and letters, fieldwork, "
    "data entry, delivery file, and each further 100 letters."
)
QUESTIONNAIRE_LINE = N_(
    "{title} ({side}): version {version}, {n} questions, name {name}"
)
AS_IS = N_(
    "The wording, the order of answers and “prefer not to say” are used as delivered, in "
    "{languages}. A change needs written agreement before fieldwork; a translation is "
    "fielded only once its review is recorded."
)
ONE_FORCE = N_(
    "The questions name one police force. Several work here ({forces}): say which one is "
    "meant, or draw one sample for each."
)
NOT_LEGAL = N_(
    "This specification states what the survey needs. It is no tender notice: the rules "
    "of public procurement and of data protection of your country come on top of it."
)
SIDES = {
    "population": N_("population"),
    "police_officers": N_("police officers"),
}
YOUNGEST = 15


@dataclass(frozen=True)
class DistrictSample:
    name: str
    code: str
    letters: int
    answers: float


@dataclass(frozen=True, kw_only=True)
class TenderPlan:
    """All that the specification says of one territory, already in one language."""

    territory: str
    force: ForceName
    forces: tuple[str, ...]
    languages: tuple[str, ...]
    letters: int
    response: int
    answers: float
    half_width: float
    police_officers: int
    districts: tuple[DistrictSample, ...]
    questionnaires: tuple[Questionnaire, ...]
    simulated: str = ""

    @property
    def codes(self) -> dict[str, tuple[str, ...]]:
        """Values that the columns of the design may hold."""
        return {
            "side": tuple(each.side.value for each in self.questionnaires),
            "district": tuple(each.code for each in self.districts),
        }


def tender_document(plan: TenderPlan, language: Language) -> Document:
    """Write the specification; the questionnaires decide its columns and codes."""
    title = language.text(TITLE, territory=plan.territory)
    blocks: tuple[Block, ...] = (
        Cover(title, language.text(N_("Draft to be completed before it is sent out"))),
        *_purpose(plan, language),
        *_sample(plan, language),
        *_questionnaires(plan, language),
        *fieldwork(language, police_officers_too=plan.police_officers > 0),
        *anonymity(language),
        *delivery(plan.questionnaires, plan.codes, language=language),
        Heading(language.text(N_("Price"))),
        plain(language.text(PRICE)),
    )
    return Document(title, language.code, blocks, plan.simulated)


def _purpose(plan: TenderPlan, language: Language) -> list[Block]:
    force = plan.force.placeholders(language.code)["force"]
    return [
        Heading(language.text(N_("Purpose"))),
        plain(language.text(PURPOSE, territory=plan.territory, force=force)),
        Callout("", (plain(language.text(NOT_LEGAL)),), "caution"),
    ]


def _sample(plan: TenderPlan, language: Language) -> list[Block]:
    answers = language.number(plan.answers)
    points = language.number(plan.half_width, 1)
    return [
        Heading(language.text(N_("Sample"))),
        Table(
            language.text(N_("Sample")),
            (language.text(N_("What")), language.text(N_("How many, or how"))),
            tuple(_sample_rows(plan, language)),
        ),
        plain(language.text(DRAWN)),
        plain(language.text(PRECISION, answers=answers, points=points)),
        _district_table(plan, language),
    ]


def _sample_rows(plan: TenderPlan, language: Language) -> list[tuple[str, str]]:
    rate = plan.response / 100
    asked = plan.police_officers
    rows = [
        (0, language.text(SAMPLE_ROWS[1], age=YOUNGEST)),
        (2, language.number(plan.letters)),
        (3, language.percent(rate)),
        (4, language.number(plan.answers)),
        (5, language.number(asked) if asked else language.text(SAMPLE_ROWS[7])),
    ]
    if asked:
        rows.append((6, language.number(asked * rate)))
    return [(language.text(SAMPLE_ROWS[row]), value) for row, value in rows]


def _district_table(plan: TenderPlan, language: Language) -> Table:
    header = (
        N_("District"),
        N_("Code in the file"),
        N_("Invitations"),
        N_("Answers expected"),
    )
    rows = tuple(
        (d.name, d.code, language.number(d.letters), language.number(d.answers))
        for d in plan.districts
    )
    caption = language.text(N_("Invitations by district"))
    return Table(caption, tuple(map(language.text, header)), rows, numeric=(2, 3))


def _questionnaires(plan: TenderPlan, language: Language) -> list[Block]:
    lines: tuple[Inline, ...] = tuple(
        (Run(_questionnaire_line(each, language)),) for each in plan.questionnaires
    )
    languages, forces = ", ".join(plan.languages), ", ".join(plan.forces)
    several = language.text(ONE_FORCE, forces=forces)
    return [
        Heading(language.text(N_("Questionnaires"))),
        List(lines),
        *([plain(several)] if len(plan.forces) > 1 else []),
        plain(language.text(AS_IS, languages=languages)),
    ]


def _questionnaire_line(each: Questionnaire, language: Language) -> str:
    return language.text(
        QUESTIONNAIRE_LINE,
        title=each.title.in_language(language.code),
        side=language.text(SIDES[each.side.value]),
        version=each.version,
        n=len(each.items),
        name=each.name,
    )
