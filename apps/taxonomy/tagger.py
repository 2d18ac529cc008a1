"""Finds concepts in a text of any language: an automaton over labels as sequences of gentle stems; the longest wins."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from itertools import accumulate, count

import regex
from ahocorasick_rs import AhoCorasick, MatchKind

from apps.reference.rules import primary
from apps.taxonomy.analysis import CLUSTERED, IDEOGRAPHS, LETTERS, MAY_BE_SOLID, NUMBERS, REMEMBERED, TURKIC, fold
from apps.taxonomy.inflection import base_forms, label_forms
from apps.taxonomy.scheme import Scheme
from apps.taxonomy.stemming import unaccented

# A token is a word, a number, a character of a script without spaces, or a sign that ends what a label may span.
# Spaces, hyphens, slashes and quotes lie between tokens and are no obstacle.
_SOLID = rf"[{IDEOGRAPHS}{CLUSTERED}]"
_SIGNS = r"[.,;:!?()،؛؟。，；：！？、\n]"
_SPACED = re.compile(rf"([{LETTERS}\u200d\u00ad]+|[{NUMBERS}]+|{_SIGNS})")
_MIXED = regex.compile(rf"([[\p{{L}}\p{{M}}]--{_SOLID}]+|{_SOLID}|\p{{N}}+|{_SIGNS})", regex.V1)
# The plural as a word of its own, after a half space or a whole one, lies between tokens too.
_TRANSPARENT = {"fa": frozenset({"ها", "هاي", "هايي"})}
_UNKNOWN = "\n"  # never part of a label
_FIRST_CODE = 0xF0000  # private use, so that no character of a text is taken for a code
_QUERY = 5  # tokens; what is typed all small into a search box may mean capitals


@dataclass(frozen=True, slots=True)
class Tag:
    """A label found at text[start:end]; `weight` is 1, less where the label is ambiguous."""

    concept: str
    start: int
    end: int
    label: str
    weight: float


class _Met(Enum):
    """What a token must be like for a label of one word to be meant by it."""

    IN_ANY_FORM = 0
    IN_CAPITALS = 1  # the Spanish mes is a month, MES a system
    EXACTLY = 2  # carbon in an English text is not the Spanish carbón


@dataclass(frozen=True, slots=True)
class _Meaning:
    concept: str
    label: str
    met: _Met

    def holds(self, token: str, *, typed: bool) -> bool:
        if self.met is _Met.IN_CAPITALS:
            return typed or _abbreviated(token)
        return self.met is _Met.IN_ANY_FORM or fold(token) == fold(self.label)


def _cut(text: str) -> list[str]:
    """The text in pieces: what lies between tokens at even places, the tokens at odd ones."""
    return _pattern(text).split(text)


@lru_cache(maxsize=16)  # the tagger of places reads the same texts after that of concepts
def _tokens(text: str) -> list[str]:
    """The tokens alone, which takes half the time."""
    return _pattern(text).findall(text)


def _pattern(text: str) -> re.Pattern[str] | regex.Pattern[str]:
    return _MIXED if MAY_BE_SOLID.search(text) else _SPACED


def _abbreviated(token: str) -> bool:
    return len(token) > 1 and token.isupper()


def _met(tokens: list[str], *, foreign: bool) -> _Met | None:
    """How a label must be met; None where it is too short to be told from another word of the text's own language."""
    if len(tokens) > 1:
        return _Met.IN_ANY_FORM
    letters, abbreviated = len(tokens[0]), _abbreviated(tokens[0])
    if not foreign:
        return _Met.IN_CAPITALS if abbreviated and letters <= 3 else _Met.IN_ANY_FORM
    if letters < (4 if abbreviated else 6):
        return None
    return _Met.IN_CAPITALS if abbreviated else _Met.EXACTLY


@dataclass(frozen=True, slots=True)
class _Entry:
    """A label cut into tokens."""

    concept: str
    text: str
    tokens: list[str]


class _Vocabulary:
    """The labels of a scheme by language, and a code for every word in them."""

    def __init__(self, scheme: Scheme) -> None:
        self.entries: defaultdict[str, list[_Entry]] = defaultdict(list)
        self._words: defaultdict[str, dict[str, str]] = defaultdict(dict)  # by language: form -> code
        self._starts: defaultdict[str, set[str]] = defaultdict(set)  # three letters -> languages worth a look
        self._codes = map(chr, count(_FIRST_CODE))
        for concept in scheme.concepts:
            for label in () if concept.deprecated else concept.labels:
                entry = _Entry(concept.key, label.text, _tokens(label.text))
                self.entries[primary(label.language)].append(entry)
                for token in entry.tokens:
                    self._learn(token, primary(label.language))

    def _learn(self, token: str, language: str) -> None:
        word, words = fold(token, language), self._words[language]
        forms = (word,) if _abbreviated(token) else label_forms(word, language)
        code = next((words[form] for form in forms if form in words), "") or next(self._codes)
        for form in forms:
            words.setdefault(form, code)
        for known in (word, unaccented(word), *forms):
            self._starts[known[:3]].add(language)

    def code(self, word: str, order: Iterable[str]) -> str:
        """The code of a folded word in the first of the languages among whose labels it stands."""
        near = self._starts.get(word[:3], ())
        arabic = "ء" <= word[:1] <= "ي"  # whose clitics come before the word
        for language in order if near or arabic else ():
            if (language in near or (arabic and language == "ar")) and (word.isascii() or language != "en"):
                words = self._words[language]
                for form in (word, *base_forms(word, language)):
                    if form in words:
                        return words[form]
        return _UNKNOWN


class _Reader(dict[str, str]):
    """How texts of one language are read: each token becomes one character, and the automaton runs over these.

    A token is looked up among the words of its own language's labels, then of the English ones, then of all others.
    """

    def __init__(self, language: str, vocabulary: _Vocabulary) -> None:
        super().__init__()
        self.language = language
        self._vocabulary = vocabulary
        self._tiers = [[language], ["en"], sorted(vocabulary.entries.keys() - {language, "en"})]
        self._order = [one for tier in self._tiers for one in tier if one in vocabulary.entries]
        meanings = self._read_labels()
        self.meanings = list(meanings.values())
        self._automaton = AhoCorasick(meanings.keys(), matchkind=MatchKind.LeftmostLongest)

    def __missing__(self, token: str) -> str:
        if len(self) >= REMEMBERED:
            self.clear()
        code = self[token] = self._code(token)
        return code

    def _code(self, token: str) -> str:
        word = fold(token, self.language)
        if word in _TRANSPARENT.get(self.language, ()):
            return ""
        code = self._vocabulary.code(word, self._order)
        if code == _UNKNOWN and self.language in TURKIC:  # IGBT in a Turkish text is no ıgbt
            return self._vocabulary.code(fold(token), self._order)
        return code

    def _read_labels(self) -> dict[str, list[list[_Meaning]]]:
        """Labels as they would be read in a text of this language, each with its meanings tier by tier."""
        found: defaultdict[str, list[list[_Meaning]]] = defaultdict(lambda: [[], [], []])
        for place, tier in enumerate(self._tiers):
            for entry in (one for language in tier for one in self._vocabulary.entries.get(language, ())):
                codes = "".join(map(self.__getitem__, entry.tokens))
                if codes and _UNKNOWN not in codes and (met := _met(entry.tokens, foreign=place == 2)):
                    found[codes][place].append(_Meaning(entry.concept, entry.text, met))
        return found

    def places(self, pieces: list[str]) -> Sequence[int]:
        """Which pieces of a text are tokens: those at odd places, without transparent ones."""
        odd = range(1, len(pieces), 2)
        return [place for place in odd if self[pieces[place]]] if self.language in _TRANSPARENT else odd

    def tokens(self, text: str) -> list[str]:
        """The tokens of a text, without transparent ones."""
        tokens = _tokens(text)
        return [token for token in tokens if self[token]] if self.language in _TRANSPARENT else tokens

    def find(self, text: str) -> Iterator[tuple[int, int, dict[str, str]]]:
        """(first token, token after the last, label of each concept meant) in reading order."""
        tokens = self.tokens(text)
        typed = len(tokens) <= _QUERY and text.islower()
        for number, first, after in self._automaton.find_matches_as_indexes("".join(map(self.__getitem__, tokens))):
            for tier in self.meanings[number]:
                if meant := {one.concept: one.label for one in tier if one.holds(tokens[first], typed=typed)}:
                    yield first, after, meant
                    break


class Tagger:
    """Recognises the labels of one scheme; a reader is made for each language when it is first met."""

    def __init__(self, scheme: Scheme) -> None:
        self.scheme = scheme
        self._vocabulary = _Vocabulary(scheme)
        self._readers: dict[str, _Reader] = {}

    def _reader(self, language: str) -> _Reader:
        language = primary(language)
        language = language if language in self._vocabulary.entries else ""
        if language not in self._readers:
            self._readers[language] = _Reader(language, self._vocabulary)
        return self._readers[language]

    def shared(self, language: str) -> Iterator[tuple[str, list[str]]]:
        """(label, concepts) of the labels in a language that read alike though they belong to several concepts."""
        for tiers in self._reader(language).meanings:
            if len(concepts := sorted({one.concept for one in tiers[0]})) > 1:
                yield tiers[0][0].label, concepts

    def tag(self, text: str, language: str) -> list[Tag]:
        """Every label found, in reading order, the longest where labels overlap; an ambiguous one for each concept."""
        reader = self._reader(language)
        found = list(reader.find(text))
        pieces = _cut(text) if found else []
        places, ends = reader.places(pieces), list(accumulate(map(len, pieces)))
        return [
            Tag(concept, ends[places[first] - 1], ends[places[after - 1]], label, 1 / len(meant))
            for first, after, meant in found
            for concept, label in meant.items()
        ]

    def concepts(self, text: str, language: str) -> dict[str, float]:
        """The concepts of a text with the sum of the weights of their labels: 3.0 for a concept named thrice."""
        found: defaultdict[str, float] = defaultdict(float)
        for _first, _after, meant in self._reader(language).find(text):
            for concept in meant:
                found[concept] += 1 / len(meant)
        return dict(found)
