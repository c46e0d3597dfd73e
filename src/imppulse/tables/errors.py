from collections.abc import Mapping

from imppulse.tables.sentences import sentence


class TableError(ValueError):
    """Something is wrong with a file: a code, and the facts its sentence names."""

    def __init__(self, code: str, facts: Mapping[str, object]) -> None:
        super().__init__(code, facts)
        self.code = code
        self.facts = dict(facts)

    def __str__(self) -> str:
        return sentence(self, "en")
