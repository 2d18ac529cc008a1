"""What a question asks for: the concepts, countries and frameworks that it names in any language, and other words."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import regex
from django.utils.translation import gettext as _

from apps.reference.rules import primary
from apps.search import facets, lexemes, places
from apps.taxonomy import analysis
from apps.taxonomy.detection import detect
from apps.taxonomy.selectors import tagger

CHARACTERS_READ = 10_000
WORDS_READ = 64
# Where nobody said which language a question is in, its words are looked up as each language of its script files them.
_FILED_IN: tuple[tuple[regex.Pattern[str], tuple[str, ...]], ...] = (
    (regex.compile(r"\p{Latin}"), ("en", "pt", "fr", "es", "id", "de", "it", "tr", "vi")),
    (regex.compile(r"\p{Cyrillic}"), ("ru", "uk")),
    (regex.compile(r"\p{Arabic}"), ("ar", "fa")),
)
_EDGES = regex.compile(r"^[^\p{L}\p{N}]+|[^\p{L}\p{M}\p{N}]+$")


@dataclass(frozen=True, slots=True)
class Word:
    """A word as written, and the lexemes that listings in one language or another may have it under."""

    text: str
    lexemes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a part of the question names: `kind` is concept or place, `key` the concept's key or the place's code."""

    kind: str
    key: str

    @property
    def lexeme(self) -> str:
        return lexemes.named(self.kind, self.key)


@dataclass(frozen=True, slots=True)
class Unit:
    """A part of the question that a listing has by one of its meanings or by all of its words.

    One that is not `required` lies across two parts of a text without spaces; having it only ranks a listing higher.
    """

    text: str
    words: tuple[Word, ...]
    meanings: tuple[Meaning, ...] = ()
    required: bool = True

    @property
    def lexemes(self) -> list[str]:
        """Everything that counts as having some of it."""
        return [*(meaning.lexeme for meaning in self.meanings), *(one for word in self.words for one in word.lexemes)]

    @property
    def condition(self) -> str:
        """The tsquery of having it."""
        ways = [lexemes.quoted(meaning.lexeme) for meaning in self.meanings]
        if self.words:
            ways.append("(" + " & ".join(lexemes.any_of(word.lexemes) for word in self.words) + ")")
        return "(" + " | ".join(ways) + ")"


@dataclass(frozen=True, slots=True)
class Query:
    """A question as understood; without units it asks for nothing in particular. `notes` tell what was not read."""

    text: str
    language: str
    units: tuple[Unit, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def meant(self) -> tuple[Unit, ...]:
        """The units that name a concept or a place."""
        return tuple(unit for unit in self.units if unit.meanings)

    @property
    def required(self) -> tuple[Unit, ...]:
        return tuple(unit for unit in self.units if unit.required)

    @property
    def length(self) -> int:
        """How many words and meanings it has."""
        return sum(1 if unit.meanings else len(unit.words) for unit in self.required)


def parse(text: str, language: str | None = None, *, reader: str = "en") -> Query:
    """Understand a question; its language is detected where none is given, a short one's with the reader's in favour."""
    notes = []
    if len(text) > CHARACTERS_READ:
        notes.append(_("Only the first %(count)d characters were read.") % {"count": CHARACTERS_READ})
    # A surrogate or a NUL cannot be sent to the database, and neither is part of any word.
    clean = text[:CHARACTERS_READ].encode("utf-8", "ignore").decode().replace("\x00", " ")
    stated = primary(language) if language and is_language(language) else ""
    spoken = stated or detect(clean, default=primary(reader))
    units, left_out = _within_limit(dict.fromkeys(_units(clean, spoken, stated=bool(stated))))
    if left_out:
        notes.append(_("The question is long: only its first %(count)d words were used.") % {"count": WORDS_READ})
    if clean.strip() and not units:
        notes.append(_("Nothing in the question can be searched for; write a word of what you look for."))
    return Query(text, spoken, tuple(units), tuple(notes))


def is_language(tag: str) -> bool:
    """Whether a tag names a language that CLDR knows."""
    return primary(tag) in facets.vocabulary().values["language"]


def _within_limit(units: Iterable[Unit]) -> tuple[list[Unit], bool]:
    """The first units of at most WORDS_READ words together; a longer one (a run of characters, say) is cut."""
    kept: list[Unit] = []
    left = WORDS_READ
    for unit in units:
        if not left:
            return kept, True
        kept.append(replace(unit, words=unit.words[:left]))
        if len(unit.words) > left:
            return kept, True
        left -= max(1, len(unit.words))
    return kept, False


@dataclass(frozen=True, slots=True)
class _Span:
    start: int
    end: int
    meanings: tuple[Meaning, ...]


def _units(text: str, language: str, *, stated: bool) -> Iterator[Unit]:
    at = 0
    for span in _spans(text, language):
        yield from _plain(text[at : span.start], language, stated=stated)
        named = text[span.start : span.end]
        words = tuple(word for unit in _plain(named, language, stated=stated) for word in unit.words)
        yield Unit(named, words, span.meanings)
        yield from _seams(text, (span.start, span.end), language)
        at = span.end
    yield from _plain(text[at:], language, stated=stated)


def _spans(text: str, language: str) -> list[_Span]:
    """What the question names, in reading order; where a concept and a place overlap the longer name holds."""
    found: dict[tuple[int, int], list[Meaning]] = {}
    for tag in tagger().tag(text, language):
        found.setdefault((tag.start, tag.end), []).append(Meaning("concept", tag.concept))
    for tag in places.find(text, language, asked=True):
        found.setdefault((tag.start, tag.end), []).append(Meaning("place", tag.concept))
    kept: list[_Span] = []
    for (start, end), meanings in sorted(found.items(), key=lambda item: item[0][0] - item[0][1]):
        if all(end <= other.start or start >= other.end for other in kept):
            kept.append(_Span(start, end, tuple(meanings)))
    return sorted(kept, key=lambda span: span.start)


def _plain(text: str, language: str, *, stated: bool) -> Iterator[Unit]:
    """One unit for each word between spaces; its parts (a hyphen's sides, a run's pairs of characters) go together."""
    for token in text.split():
        found = lexemes.clipped(analysis.words(token, language))
        written = _EDGES.sub("", token)
        if len(found) == 1:
            yield Unit(written, (Word(written, (found[0],) if stated else _spellings(token, found[0])),))
        elif found:
            yield Unit(written, tuple(Word(lexeme, (lexeme,)) for lexeme in found))


def _seams(text: str, ends: tuple[int, int], language: str) -> Iterator[Unit]:
    """The pairs of characters across the ends of a name, where no space parts it from what is beside it."""
    for end in ends:
        pair = text[end - 1 : end + 1] if end else ""
        if len(pair) == 2 and analysis.words(pair, language) == [pair]:
            yield Unit(pair, (Word(pair, (pair,)),), required=False)


def _spellings(token: str, lexeme: str) -> tuple[str, ...]:
    """The lexeme, and those that the languages of its script make of the same word: its own may have been mistaken."""
    languages: Sequence[str] = next((known for script, known in _FILED_IN if script.search(token)), ())
    others = (lexemes.clipped(analysis.words(token, language)) for language in languages)
    return tuple(dict.fromkeys([lexeme, *(found[0] for found in others if len(found) == 1)]))
