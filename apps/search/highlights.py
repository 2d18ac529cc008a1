"""Where a text says what was asked: its own words for the question's concepts and places, and the question's words."""

from collections.abc import Iterable, Iterator
from functools import lru_cache

import regex

from apps.search import lexemes, places
from apps.search.selectors import Hit
from apps.taxonomy import analysis
from apps.taxonomy.selectors import scheme, tagger

Span = tuple[int, int]
Part = tuple[str, bool]

_TOKEN = regex.compile(r"[\p{L}\p{M}\p{N}\u200c\u200d]+")
_AROUND = 60  # characters of an excerpt on either side


def spans(text: str, language: str, hit: Hit) -> list[Span]:
    """The places [start, end) in reading order, none overlapping or touching another."""
    found = sorted((*_meant(text, language, hit), *_worded(text, language, frozenset(hit.lexemes))))
    joined: list[Span] = []
    for start, end in found:
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def parts(text: str, language: str, hit: Hit) -> tuple[Part, ...]:
    """The text in pieces, each with whether it is one of those places."""
    return tuple(_cut(text, spans(text, language, hit)))


def excerpt(text: str, language: str, hit: Hit) -> tuple[Part, ...]:
    """The text around the first of those places, in pieces; nothing where there is none."""
    found = spans(text, language, hit)
    if not found:
        return ()
    begin, end = max(0, found[0][0] - _AROUND), min(len(text), found[0][1] + _AROUND)
    begin, end = _at_a_space(text, begin, -1), _at_a_space(text, end, 1)
    inside = [(start - begin, stop - begin) for start, stop in found if stop <= end]
    before, after = "…" if begin else "", "…" if end < len(text) else ""
    cut = _cut(text[begin:end].replace("\n", " "), inside)
    return tuple(part for part in ((before, False), *cut, (after, False)) if part[0])


def _cut(text: str, found: Iterable[Span]) -> Iterator[Part]:
    at = 0
    for start, end in found:
        yield text[at:start], False
        yield text[start:end], True
        at = end
    yield text[at:], False


def _at_a_space(text: str, at: int, step: int) -> int:
    """The nearest space outward, within a long word's length; where there is none the place itself."""
    for moved in range(20):
        place = at + step * moved
        if not 0 < place < len(text) or text[place].isspace():
            return max(0, min(place, len(text)))
    return at


def _meant(text: str, language: str, hit: Hit) -> Iterator[Span]:
    concepts = {meaning.key for meaning in hit.meanings if meaning.kind == "concept"}
    wanted = concepts.union(*(scheme().descendants.get(key, ()) for key in concepts))
    if wanted:
        yield from ((tag.start, tag.end) for tag in tagger().tag(text, language) if tag.concept in wanted)
    codes = {meaning.key for meaning in hit.meanings if meaning.kind == "place"}
    if codes:
        yield from ((tag.start, tag.end) for tag in places.find(text, language) if tag.concept in codes)


def _worded(text: str, language: str, wanted: frozenset[str]) -> Iterator[Span]:
    """The words that are filed under one of the lexemes; of a run without spaces the pairs that are."""
    for token in _TOKEN.finditer(text) if wanted else ():
        filed = _filed(token[0], language)
        if len(filed) == 1 and filed[0] in wanted:
            yield token.span()
        elif len(filed) > 1:
            yield from _inside(token[0], token.start(), wanted.intersection(filed))


@lru_cache(maxsize=32_768)  # twenty texts a page, and mostly the same words
def _filed(token: str, language: str) -> tuple[str, ...]:
    return tuple(lexemes.clipped(analysis.words(token, language)))


def _inside(token: str, start: int, pairs: Iterable[str]) -> Iterator[Span]:
    folded = analysis.fold(token)
    if len(folded) != len(token):  # places in one are not those in the other
        return
    for pair in pairs:
        at = folded.find(pair)
        while at >= 0:
            yield start + at, start + at + len(pair)
            at = folded.find(pair, at + 1)
