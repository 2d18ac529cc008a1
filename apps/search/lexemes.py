"""How words, meanings and facets are written as lexemes of one tsvector, and how they are quoted in a tsquery.

A word is letters, marks and digits only; everything else is `name=value`, so a word can never be taken for a facet.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

# A lexeme may have 2046 bytes: 500 characters of any script fit. Positions end at 16383, and 255 of them are kept.
LONGEST_LEXEME = 500
LAST_POSITION = 16_383
MOST_POSITIONS = 255
# A word of the title counts as this many in the text: it has as many positions, the further ones beyond the text.
TITLE_COUNTS = 3
# Where those further positions begin; a text of more words than this shares them, which costs it nothing but exactness.
_BEYOND = 15_000


def named(name: str, value: str) -> str:
    """The lexeme of a facet ("side=offer"), a concept ("concept=lfp") or a place ("place=KZ")."""
    return f"{name}={value}"


def concept(key: str) -> str:
    """The lexeme of a concept that a text or a record carries, itself or through one below it."""
    return named("concept", key)


def place(code: str) -> str:
    """The lexeme of a country or framework that a text names or a record states."""
    return named("place", code)


def clipped(words: Iterable[str]) -> list[str]:
    """Words as the index can hold them; asked and stored ones are clipped alike."""
    return [word[:LONGEST_LEXEME] for word in words if word]


def quoted(lexeme: str) -> str:
    """A lexeme as it stands in the text form of a tsvector or tsquery."""
    return "'" + lexeme.replace("\\", "\\\\").replace("'", "''") + "'"


def any_of(lexemes: Sequence[str]) -> str:
    """A tsquery that one of the lexemes satisfies."""
    joined = " | ".join(quoted(lexeme) for lexeme in lexemes)
    return joined if len(lexemes) == 1 else f"({joined})"


def vector(
    title: Sequence[str], text: Sequence[str], extra: Sequence[str], meanings: Counter[str], facets: Iterable[str]
) -> str:
    """The text form of a tsvector: title A, text B, extra words C, how often each meaning occurs B, facets without positions."""
    positions: defaultdict[str, list[str]] = defaultdict(list)
    for place_in_title, word in enumerate(title, 1):
        positions[word].append(f"{min(place_in_title, LAST_POSITION)}A")
        for turn in range(1, TITLE_COUNTS):
            positions[word].append(f"{min(_BEYOND + turn + TITLE_COUNTS * place_in_title, LAST_POSITION)}A")
    for weight, words, start in (("B", text, len(title) + 2), ("C", extra, len(title) + len(text) + 4)):
        for number, word in enumerate(words, start):
            positions[word].append(f"{min(number, LAST_POSITION)}{weight}")
    for meaning, times in meanings.items():
        positions[meaning] = [f"{number}B" for number in range(1, min(times, MOST_POSITIONS) + 1)]
    placed = [f"{quoted(lexeme)}:{','.join(found[:MOST_POSITIONS])}" for lexeme, found in positions.items()]
    return " ".join([*placed, *(quoted(facet) for facet in facets)])
