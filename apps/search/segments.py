"""The parts of a question that are more than words: quotations, what is not wanted, amounts, names of concepts and places."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import regex

from apps.search import amounts, organisations, places
from apps.search.amounts import Amount
from apps.search.lexemes import Meaning
from apps.taxonomy.selectors import tagger

# A quotation is a phrase; what runs on for longer is a forgotten sign.
_LONGEST_QUOTATION = 400
_QUOTES = (('"', '"'), ("“", "”"), ("„", "“"), ("„", "”"), ("«", "»"), ("「", "」"), ("『", "』"))
_QUOTED = "|".join(
    rf"{opening}(?P<inside>[^{opening}{closing}]{{1,{_LONGEST_QUOTATION}}}){closing}" for opening, closing in _QUOTES
)
# A minus that stands before a word and not between two: "2-hour" excludes nothing, and neither do "-40" and a dash.
_MINUS = r"(?<![^\s(（])[-−–－]"
_QUOTATION = regex.compile(rf"(?P<minus>{_MINUS})?(?:{_QUOTED})")
_UNWANTED = regex.compile(rf"{_MINUS}(?=\p{{L}})\S+")
_WORD = regex.compile(r"[\p{L}\p{N}]")


@dataclass(frozen=True, slots=True)
class Segment:
    """text[start:end], and what of it is meant: `inside` is the same without its signs."""

    start: int
    end: int
    inside: str
    meanings: tuple[Meaning, ...] = ()
    amount: Amount | None = None
    exact: bool = False
    excluded: bool = False


def find(text: str, language: str, *, plain: Iterable[str] = (), sized: bool = True) -> tuple[list[Segment], list[str]]:
    """The segments in reading order, and which of `plain` stand in the text: those are left as the words that they are."""
    left = {each.casefold(): each for each in plain}
    kept: list[Segment] = []
    used: dict[str, None] = {}
    taken = bytearray(len(text))
    for segment in _candidates(text, language, sized=sized):
        written = text[segment.start : segment.end]
        if any(taken[segment.start : segment.end]):
            continue
        if written.casefold() in left:
            used[written] = None
        else:
            kept.append(segment)
            taken[segment.start : segment.end] = b"\1" * len(written)
    return sorted(kept, key=lambda segment: segment.start), list(used)


def _candidates(text: str, language: str, *, sized: bool) -> Iterator[Segment]:
    """Everything that might be meant; where two overlap the first of them holds."""
    for match in _QUOTATION.finditer(text):
        if _WORD.search(match["inside"]):
            yield Segment(match.start(), match.end(), match["inside"], exact=True, excluded=bool(match["minus"]))
    names = _names(text, language)
    yield from _unwanted(text, names)
    for found in amounts.find(text, language) if sized else ():
        yield Segment(found.start, found.end, text[found.start : found.end], amount=found.amount)
    yield from names


def _names(text: str, language: str) -> list[Segment]:
    """What the text names, the longest first."""
    found: dict[tuple[int, int], list[Meaning]] = {}
    for tag in tagger().tag(text, language):
        found.setdefault((tag.start, tag.end), []).append(Meaning("concept", tag.concept))
    for tag in places.find(text, language, asked=True):
        found.setdefault((tag.start, tag.end), []).append(Meaning("place", tag.concept))
    for tag in organisations.find(text, language):
        found.setdefault((tag.start, tag.end), []).append(Meaning("organisation", tag.concept))
    ordered = sorted(found.items(), key=lambda item: item[0][0] - item[0][1])
    return [Segment(start, end, text[start:end], tuple(meanings)) for (start, end), meanings in ordered]


def _unwanted(text: str, names: list[Segment]) -> Iterator[Segment]:
    """A word after a minus, or the whole name that begins there: -flow battery."""
    starting = {name.start: name for name in reversed(names)}
    for match in _UNWANTED.finditer(text):
        start, end = match.start() + 1, match.end()
        name = starting.get(start)
        if name and name.end >= len(text[:end].rstrip(".,;:!?)）。，；：！？、")):
            yield Segment(match.start(), name.end, name.inside, name.meanings, excluded=True)
        else:
            yield Segment(match.start(), end, text[start:end], excluded=True)
