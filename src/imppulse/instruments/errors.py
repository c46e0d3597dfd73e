"""What is wrong in the question bank, and where."""


class InstrumentError(ValueError):
    """A record of the bank that cannot be used: names file, record and field."""

    def __init__(self, message: str, *, place: str = "") -> None:
        super().__init__(f"{place}: {message}" if place else message)
        self.place = place
