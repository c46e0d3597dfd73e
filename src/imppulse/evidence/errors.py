"""What the evidence library refuses, as codes with facts."""

from __future__ import annotations


class EvidenceError(ValueError):
    """A refusal that other layers can put into words.

    Parameters
    ----------
    code : str
        Snake-case name of the refusal, stable across releases.
    message : str
        The refusal in English.
    **facts : object
        What the sentence needs: column names, counts, choices.
    """

    def __init__(self, code: str, message: str, **facts: object) -> None:
        # Both arguments go to ValueError so that the error survives pickling.
        super().__init__(code, message)
        self.code = code
        self.message = message
        self.facts: dict[str, object] = facts

    def __str__(self) -> str:
        return self.message


class DesignError(EvidenceError):
    """The sample design does not fit the data, or cannot give a variance."""


class EstimationError(EvidenceError):
    """The items or groups asked for cannot be estimated."""


class SynthesisError(EvidenceError):
    """The estimates handed over cannot be pooled."""


class DisclosureError(EvidenceError):
    """A table cannot be protected as asked."""
