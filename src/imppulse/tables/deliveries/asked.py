from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

SIDE, WEIGHT = "side", "weight"
# Columns that describe a person or the sample, beside the answers.
FACTS = (SIDE, "district", "stratum", "cluster", "arm", "age_group", WEIGHT)
YES = ("yes", "oui", "ja", "sì", "sí", "sim")
NO = ("no", "non", "nee", "nein", "não")


def folded(text: str) -> str:
    """Compare labels as people do: without capitals, spaces or printed apostrophes."""
    return " ".join(text.replace("’", "'").casefold().split()).rstrip(".?!")


@dataclass(frozen=True)
class AskedItem:
    """A question of the wave: its codes with their labels in every language."""

    name: str
    options: Mapping[int, tuple[str, ...]]

    @cached_property
    def by_label(self) -> dict[str, int]:
        return {
            folded(label): code
            for code, labels in self.options.items()
            for label in labels
        }

    def coded(self, words: tuple[str, ...]) -> int | None:
        """Find the answer that says one of these words."""
        return next((self.by_label[w] for w in words if w in self.by_label), None)

    @property
    def shown(self) -> list[str]:
        return [f"{code} ({labels[0]})" for code, labels in self.options.items()]
