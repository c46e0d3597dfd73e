"""Rules of fieldwork and anonymity that a survey institute signs."""

from imppulse.reporting.language import N_, Language
from imppulse.typesetting.content import Block, Heading, List, Run

FIELDWORK = (
    N_("One invitation and two reminders at most, a week apart; reminders go only to addresses that have not answered."),
    N_("Each invitation holds a one-time access code and the address of the questionnaire; paper is sent to whoever asks for it."),
    N_("The letter says who asks, why, how long it takes, that taking part is free, what happens to the answers, and that the police do not see them."),
    N_("No reward that depends on the answers, no interviewer who is a police officer or a municipal agent, no police premises and no shared police computer."),
    N_("A test with a few people comes first; its answers are discarded."),
    N_("Fieldwork pauses after a grave incident with the police, and the territory is told at once."),
    N_("Complaints about the police are not collected: the letter and the last page say where they go."),
)  # fmt: skip
OF_POLICE_OFFICERS = (
    N_("Police officers are invited with the agreement of their force, through a channel their superiors cannot read."),
    N_("Police officers are not asked for their unit, their rank or free text; their answers are counted per force, never per district."),
)  # fmt: skip
ANONYMITY = (
    N_("The list of addresses and the answers are kept apart by different people; no file ever holds both."),
    N_("Nothing in the delivered file names or numbers a person: no address, no access code, no device, no time finer than the wave."),
    N_("Rows are shuffled before delivery."),
    N_("The territory receives no row: the file goes to the evaluator only, encrypted, and is imported into IMPPULSE."),
    N_("No figure is given to anybody, in any form, on fewer than {n} answers."),
    N_("The institute destroys addresses and answers at the latest {days} days after acceptance, and confirms it in writing."),
)  # fmt: skip
THRESHOLD = 10
DAYS = 90


def fieldwork(language: Language, *, police_officers_too: bool) -> list[Block]:
    rules = FIELDWORK + (OF_POLICE_OFFICERS if police_officers_too else ())
    return [
        Heading(language.text(N_("Rules of fieldwork"))),
        List(tuple((Run(language.text(rule)),) for rule in rules)),
    ]


def anonymity(language: Language) -> list[Block]:
    rules = (language.text(rule, n=THRESHOLD, days=DAYS) for rule in ANONYMITY)
    return [
        Heading(language.text(N_("Anonymity"))),
        List(tuple((Run(rule),) for rule in rules)),
    ]
