"""Finds concepts in a text of any language: one automaton over the labels, as sequences of gentle stems; longest match wins."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, count

import regex
from ahocorasick_rs import AhoCorasick, MatchKind

from apps.reference.rules import primary
from apps.taxonomy.analysis import CLUSTERED, IDEOGRAPHS, REMEMBERED, fold
from apps.taxonomy.inflection import base_forms
from apps.taxonomy.scheme import Scheme

# A token is a word, a number, a character of a script without spaces, or a sign that ends what a label may span. Spaces,
# hyphens, slashes and quotes lie between tokens and are no obstacle.
_SOLID = rf"[{IDEOGRAPHS}{CLUSTERED}]"
_SIGNS = r"[.,;:!?()،؛؟。，；：！？、\n]"
_SPACED = regex.compile(rf"([\p{{L}}\p{{M}}\u200d\u00ad]+|\p{{N}}+|{_SIGNS})")
_MIXED = regex.compile(rf"([[\p{{L}}\p{{M}}]--{_SOLID}]+|{_SOLID}|\p{{N}}+|{_SIGNS})", regex.V1)
_MAY_BE_SOLID = re.compile("[\u0e00-\u1cff\u2e80-\ud7ff\uf900-\ufaff\U00020000-\U0003ffff]")  # a quick look, more than needed
# The plural as a word of its own, after a half space or a whole one, lies between tokens too.
_TRANSPARENT = {"fa": frozenset({"ها", "هاي", "هايي"})}
_UNKNOWN = "\n"  # never part of a label
_FIRST_CODE = 0xF0000  # private use, so that no character of a text is taken for a code
_SHORT = 6  # a shorter lone word of another language that shares the script may well be a word of this one


@dataclass(frozen=True, slots=True)
class Tag:
    """A label found at text[start:end]; `weight` is 1, less where the label is ambiguous."""

    concept: str
    start: int
    end: int
    label: str
    weight: float


Labels = Mapping[str, Sequence[tuple[str, str]]]  # by language: (concept, text)


def _cut(text: str) -> list[str]:
    """The text in pieces: what lies between tokens at even places, the tokens at odd ones."""
    return (_MIXED if _MAY_BE_SOLID.search(text) else _SPACED).split(text)


def _abbreviated(token: str) -> bool:
    """An abbreviation is not inflected: the stem of the Russian ИИ would be the word for "and"."""
    return len(token) > 1 and token.isupper()


class _Reader(dict[str, str]):
    """How texts of one language are read: each token becomes one character, and the automaton runs over these.

    A token is looked up among the words of its own language's labels, then of the English ones, then of all others.
    """

    def __init__(self, language: str, labels: Labels) -> None:
        super().__init__()
        self.language = language
        self.tiers = [[language], ["en"], sorted(labels.keys() - {language, "en"})]
        self.vocabulary: dict[str, dict[str, str]] = {one: {} for tier in self.tiers for one in tier if one in labels}
        self.initials: dict[str, set[str]] = {one: set() for one in self.vocabulary}  # spares most words most languages
        self.capitals: dict[str, str] = {}
        self._codes = map(chr, count(_FIRST_CODE))
        for one, words in self.vocabulary.items():
            for _concept, text in labels[one]:
                self._learn(_cut(text)[1::2], words, one)
        meanings = self._meanings(labels)
        self.meanings = [[(concept, text, 1 / len(found)) for concept, text in found.items()] for found in meanings.values()]
        self.automaton = AhoCorasick(meanings.keys(), matchkind=MatchKind.LeftmostLongest)

    def _learn(self, tokens: list[str], words: dict[str, str], language: str) -> None:
        """Give every word of a label its code, and a code of its own to an abbreviation that is the whole label."""
        for token in tokens:
            word = fold(token, language)
            form = word if _abbreviated(token) else base_forms(word, language)[0]
            words.setdefault(form, next(self._codes))
            self.initials[language] |= {word[:1], form[:1]}
        if len(tokens) == 1 and _abbreviated(tokens[0]):
            self.capitals.setdefault(fold(tokens[0], language), next(self._codes))

    def __missing__(self, token: str) -> str:
        if len(self) >= REMEMBERED:
            self.clear()
        self[token] = self._code(token)
        return self[token]

    def _code(self, token: str) -> str:
        word = fold(token, self.language)
        if word in _TRANSPARENT.get(self.language, ()):
            return ""
        for tier in self.tiers:
            for language in tier:
                if word[:1] in self.initials.get(language, ()) and (code := self._known(word, language)):
                    return code
            if tier == ["en"] and _abbreviated(token) and word in self.capitals:
                return self.capitals[word]
        return _UNKNOWN

    def _known(self, word: str, language: str) -> str:
        known = self.vocabulary[language]
        return next((known[form] for form in (word, *base_forms(word, language)) if form in known), "")

    def _meanings(self, labels: Labels) -> dict[str, dict[str, str]]:
        """Labels as they would be read in a text of this language; its own win over English ones, and those over others."""
        meanings: dict[str, dict[str, str]] = {}
        for tier in self.tiers:
            found: defaultdict[str, dict[str, str]] = defaultdict(dict)
            for concept, text in (pair for language in tier for pair in labels.get(language, ())):
                found[self._sequence(text, foreign=tier is self.tiers[-1])].setdefault(concept, text)
            meanings = found | meanings
        meanings.pop("", None)
        return meanings

    def _sequence(self, text: str, *, foreign: bool) -> str:
        """The label as characters; empty for a lone foreign word that may be another word here (the French STEP, the Spanish red)."""
        tokens = _cut(text)[1::2]
        codes = "".join(map(self.__getitem__, tokens))
        if foreign and len(tokens) == 1:
            distinct = codes in self.capitals.values() if _abbreviated(tokens[0]) else len(text) >= _SHORT
            return codes if distinct else ""
        return codes

    def hits(self, tokens: list[str]) -> list[tuple[int, int, int]]:
        """(number of the meaning, first token, token after the last) of the labels found, transparent tokens not counted."""
        return self.automaton.find_matches_as_indexes("".join(map(self.__getitem__, tokens)))


class Tagger:
    """Recognises the labels of one scheme; a reader is made for each language when it is first met."""

    def __init__(self, scheme: Scheme) -> None:
        self.scheme = scheme
        self._readers: dict[str, _Reader] = {}
        self._labels: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
        for concept in scheme.concepts:
            for label in () if concept.deprecated else concept.labels:
                self._labels[primary(label.language)].append((concept.key, label.text))

    def _reader(self, language: str) -> _Reader:
        language = primary(language)
        language = language if language in self._labels else ""
        if language not in self._readers:
            self._readers[language] = _Reader(language, self._labels)
        return self._readers[language]

    def tag(self, text: str, language: str) -> list[Tag]:
        """Every label found, in reading order; the longest wins where labels overlap. An ambiguous one gives a tag for each concept."""
        reader = self._reader(language)
        pieces = _cut(text)
        hits = reader.hits(pieces[1::2])
        bounds = list(accumulate(map(len, pieces))) if hits else []  # of token n from bounds[2n] to bounds[2n + 1]
        counted: Sequence[int] = range(len(pieces) // 2)
        if reader.language in _TRANSPARENT:
            counted = [number for number in counted if reader[pieces[2 * number + 1]]]
        return [
            Tag(concept, bounds[2 * counted[first]], bounds[2 * counted[after - 1] + 1], label, weight)
            for number, first, after in hits
            for concept, label, weight in reader.meanings[number]
        ]

    def concepts(self, text: str, language: str) -> dict[str, float]:
        """The concepts of a text with the sum of the weights of their labels: 3.0 for a concept named thrice."""
        reader = self._reader(language)
        found: defaultdict[str, float] = defaultdict(float)
        for number, _first, _after in reader.hits(_cut(text)[1::2]):
            for concept, _label, weight in reader.meanings[number]:
                found[concept] += weight
        return dict(found)
