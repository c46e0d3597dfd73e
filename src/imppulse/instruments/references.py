"""What records of the bank say of each other must hold."""

from collections.abc import Iterable, Mapping
from typing import NoReturn

from imppulse.instruments.errors import InstrumentError
from imppulse.instruments.model import (
    OWN,
    Bank,
    Construct,
    Factor,
    Guess,
    Item,
    Lever,
    Outcome,
    Questionnaire,
)

# (kind of record, name) -> the file it stands in
Places = dict[tuple[str, str], str]


class Referrer:
    """One record whose references are checked; failures say where it stands."""

    def __init__(self, kind: str, name: str, files: Places) -> None:
        self.place = f"{files[kind, name]}, {name}"

    def fail(self, field: str, message: str) -> NoReturn:
        raise InstrumentError(message, place=f"{self.place}, {field}")

    def expect(
        self,
        field: str,
        names: Iterable[str],
        *,
        known: Mapping[str, object],
        kind: str,
    ) -> None:
        for name in names:
            if name not in known:
                self.fail(field, f"no {kind} named {name!r}")


def check_references(bank: Bank, files: Places) -> None:
    for item in bank.items.values():
        check_item(item, bank, Referrer("items", item.name, files))
    for construct in bank.constructs.values():
        check_construct(construct, bank, Referrer("constructs", construct.name, files))
    for factor in bank.factors.values():
        check_factor(factor, bank, Referrer("factors", factor.name, files))
    for lever in bank.levers.values():
        check_lever(lever, bank, Referrer("levers", lever.name, files))
    for outcome in bank.outcomes.values():
        check_outcome(outcome, bank, Referrer("outcomes", outcome.name, files))
    for questionnaire in bank.questionnaires.values():
        referrer = Referrer("questionnaires", questionnaire.name, files)
        check_questionnaire(questionnaire, bank, referrer)


def check_item(item: Item, bank: Bank, referrer: Referrer) -> None:
    referrer.expect(
        "construct", [item.construct], known=bank.constructs, kind="construct"
    )
    referrer.expect("factors", item.factors, known=bank.factors, kind="factor")
    for factor in item.factors:
        check_measures(item, bank.factors[factor], referrer)
    if item.source != OWN:
        referrer.expect("source", [item.source], known=bank.sources, kind="source")
    if item.asked_if:
        referrer.expect("asked_if", [item.asked_if.item], known=bank.items, kind="item")
        if item.asked_if.code not in bank.items[item.asked_if.item].scale.codes:
            referrer.fail("asked_if", f"{item.asked_if.code} is no code of its scale")
    if item.guesses:
        check_guess(item, item.guesses, bank=bank, referrer=referrer)


def check_measures(item: Item, factor: Factor, referrer: Referrer) -> None:
    for side in item.sides:
        if item.construct not in factor.measured_by[side]:
            referrer.fail(
                "factors",
                f"{factor.name} does not say that {item.construct} measures it, "
                f"asked of {side}",
            )


def check_guess(item: Item, guess: Guess, *, bank: Bank, referrer: Referrer) -> None:
    """Hold a guess to the scale of its target, or their difference means nothing."""
    referrer.expect("guesses", [guess.item], known=bank.items, kind="item")
    target = bank.items[guess.item]
    if target.scale != item.scale or target.reversed != item.reversed:
        referrer.fail("guesses", f"its scale is not that of {target.name}")
    if guess.side not in target.sides:
        referrer.fail("guesses", f"{target.name} is not asked of {guess.side}")


def check_construct(construct: Construct, bank: Bank, referrer: Referrer) -> None:
    if construct.name in bank.items:
        referrer.fail("name", "an item has this name; both become columns")
    referrer.expect("items", construct.items, known=bank.items, kind="item")
    for name in construct.items:
        if bank.items[name].construct != construct.name:
            referrer.fail("items", f"{name} belongs to {bank.items[name].construct}")
        if bank.items[name].scale.nominal:
            referrer.fail("items", f"the answers to {name} have no order: no index")
    asked = {bank.items[name].sides for name in construct.items}
    if len(asked) > 1:
        referrer.fail("items", "an index takes items that the same sides answer")


def check_factor(factor: Factor, bank: Bank, referrer: Referrer) -> None:
    referrer.expect("sources", factor.sources, known=bank.sources, kind="source")
    for side, constructs in factor.measured_by.items():
        referrer.expect(
            "measured_by", constructs, known=bank.constructs, kind="construct"
        )
        for name in constructs:
            items = [bank.items[item] for item in bank.constructs[name].items]
            if not items:
                referrer.fail("measured_by", f"{name} has no index")
            if not any(side in item.sides for item in items):
                referrer.fail("measured_by", f"{name} is not asked of {side}")
            if not any(factor.name in item.factors for item in items):
                referrer.fail("measured_by", f"no item of {name} names this factor")


def check_lever(lever: Lever, bank: Bank, referrer: Referrer) -> None:
    referrer.expect("reaches", lever.reaches, known=bank.factors, kind="factor")


def check_outcome(outcome: Outcome, bank: Bank, referrer: Referrer) -> None:
    referrer.expect(
        "constructs", outcome.constructs, known=bank.constructs, kind="construct"
    )


def check_questionnaire(
    questionnaire: Questionnaire, bank: Bank, referrer: Referrer
) -> None:
    names = questionnaire.items
    referrer.expect("sections", names, known=bank.items, kind="item")
    referrer.expect(
        "required", questionnaire.required, known=dict.fromkeys(names), kind="item"
    )
    for position, name in enumerate(names):
        item = bank.items[name]
        if name in names[:position]:
            referrer.fail("sections", f"{name} is asked twice")
        if questionnaire.side not in item.sides:
            referrer.fail("sections", f"{name} is not asked of {questionnaire.side}")
        if item.asked_if and item.asked_if.item not in names[:position]:
            referrer.fail("sections", f"{name} comes before {item.asked_if.item}")
