"""How words, meanings and facets are written as lexemes of one tsvector, and how they are quoted in a tsquery.

A word is letters, marks and digits only; everything else is `name=value`, so a word can never be taken for a facet.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

# A lexeme may have 2046 bytes: 500 characters of any script fit. Positions end at 16383, and 255 of them are kept.
LONGEST_LEXEME = 500
LAST_POSITION = 16_383
MOST_POSITIONS = 255
# A word of the title counts as this many in the text: it has as many positions, the further ones beyond the text.
TITLE_COUNTS = 3
# How far apart those positions are; a text of more words than this shares them, which costs it nothing but exactness.
_BEYOND = 8_000


def named(name: str, value: str) -> str:
    """The lexeme of a facet ("side=offer"), a concept ("concept=lfp") or a place ("place=KZ")."""
    return f"{name}={value}"


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a part of a question names: `kind` is concept, place or organisation, `key` the concept's key, the place's code
    or the kind of organisation."""

    kind: str
    key: str

    @property
    def lexeme(self) -> str:
        return named(self.kind, self.key)


def concept(key: str) -> str:
    """The lexeme of a concept that a text or a record carries, itself or through one below it."""
    return named("concept", key)


def place(code: str) -> str:
    """The lexeme of a country or framework that a text names or a record states."""
    return named("place", code)


def organisation(kind: str) -> str:
    """The lexeme of a kind of organisation that the record's enterprise says it is."""
    return named("organisation", kind)


def clipped(words: Iterable[str]) -> list[str]:
    """Words as the index can hold them; asked and stored ones are clipped alike."""
    return [word[:LONGEST_LEXEME] for word in words if word]


def quoted(lexeme: str) -> str:
    """A lexeme as it stands in the text form of a tsvector or tsquery."""
    if "'" in lexeme or "\\" in lexeme:
        lexeme = lexeme.replace("\\", "\\\\").replace("'", "''")
    return f"'{lexeme}'"


def any_of(lexemes: Sequence[str]) -> str:
    """A tsquery that one of the lexemes satisfies."""
    joined = " | ".join(quoted(lexeme) for lexeme in lexemes)
    return joined if len(lexemes) == 1 else f"({joined})"


@cache
def _places(weight: str) -> list[str]:
    """Every position with this weight, as written."""
    return [f"{number}{weight}" for number in range(LAST_POSITION + 1)]


def vector(
    title: Sequence[str], text: Sequence[str], names: Sequence[str], meanings: Mapping[str, int], facets: Iterable[str]
) -> str:
    """The text form of a tsvector: title A, text B, names C, each meaning B as often as it occurs, facets bare."""
    first: dict[str, str] = {}
    further: defaultdict[str, list[str]] = defaultdict(list)
    starts = [("A", title, 1 + turn * _BEYOND) for turn in range(TITLE_COUNTS)]
    starts += [("B", text, len(title) + 2), ("C", names, len(title) + len(text) + 4)]
    for weight, words, start in starts:
        for word, place in zip(words, _placed(len(words), weight, start), strict=True):
            if word in first:
                further[word].append(place)
            else:
                first[word] = place
    for word, places in further.items():
        first[word] = ",".join([first[word], *places[: MOST_POSITIONS - 1]])
    first |= {meaning: _times(min(times, MOST_POSITIONS)) for meaning, times in meanings.items()}
    return " ".join([*[f"{quoted(lexeme)}:{places}" for lexeme, places in first.items()], *map(quoted, facets)])


@cache
def _times(number: int) -> str:
    """So many places, as written."""
    return ",".join(_places("B")[1 : number + 1])


def _placed(number: int, weight: str, start: int) -> list[str]:
    """The places of so many words; those beyond the last position share it."""
    places = _places(weight)[start : start + number]
    return places + _places(weight)[-1:] * (number - len(places))
