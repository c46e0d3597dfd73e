class Refused(Exception):  # noqa: N818 (a refused step is an answer, not a fault)
    """A step that a rule forbids: a code to test on and a translated sentence to show."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(code)
        self.code = code
        self.sentence = sentence

    def __str__(self) -> str:
        return str(self.sentence)
