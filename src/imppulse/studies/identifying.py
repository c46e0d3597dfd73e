"""Words in an excerpt by which someone might be recognised: a warning, not a proof."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

EMAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+")
# Six figures or more: telephone, badge, file or plate numbers. Years and counts are shorter.
NUMBER = re.compile(r"\+?\d(?:[\s./-]?\d){5,}")
TITLE = re.compile(
    r"\b(?:M\.|MM\.|Mme|Mlle|Monsieur|Madame|Maître|Mr|Mrs|Ms|Miss|Dr|Sir|Docteur|Doctor"
    r"|[Cc]ommissaire|[Bb]rigadier|[Cc]apitaine|[Ll]ieutenant|[Aa]djudant|[Ss]ergeant"
    r"|[Ii]nspector|[Cc]aptain|[Cc]onstable)\.?\s+[A-ZÀ-Þ][\w’'-]+"
)
# A capital inside a sentence; at its start every word has one.
WORD = r"[A-ZÀ-Þ][\w’'-]*[a-zß-ÿ][\w’'-]*"
CAPITAL = re.compile(rf"(?<![.!?…:«“\"(\n–-])(?<!^)\s({WORD}(?:\s{WORD})*)")
NEVER_NAMES = frozenset(
    {"Police", "République", "State", "European", "French", "English"}
)


@dataclass(frozen=True)
class Sign:
    """Something found: what kind, and the words."""

    kind: str
    words: str


def signs(text: str, *, known: Iterable[str] = ()) -> list[Sign]:
    """Find what looks like a name, an address or a number; `known` names places and forces."""
    found = [Sign("email", match[0]) for match in EMAIL.finditer(text)]
    found += [Sign("number", match[0].strip()) for match in NUMBER.finditer(text)]
    titled = [match[0] for match in TITLE.finditer(text)]
    found += [Sign("name", words) for words in titled]
    allowed = words_of(known) | NEVER_NAMES
    for match in CAPITAL.finditer(text):
        words = match[1]
        inside = any(words in each for each in titled)
        if not inside and not set(words.split()) <= allowed:
            found.append(Sign("name", words))
    return list(dict.fromkeys(found))


def words_of(names: Iterable[str]) -> set[str]:
    return {word for name in names for word in name.split()}
