"""What a question asks for: concepts, places and sizes that it names in any language, exact phrases, and other words."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import regex
from django.utils.translation import gettext as _

from apps.reference.rules import primary
from apps.reference.selectors import rates
from apps.search import expansion, facets, lexemes, segments
from apps.search.amounts import Amount
from apps.search.lexemes import Meaning
from apps.search.segments import Segment
from apps.taxonomy import analysis
from apps.taxonomy.detection import candidates, detect

# What a question may consist of: a sentence or two. Of what goes on, no more is read, and a note says so.
CHARACTERS_READ = 2_000
WORDS_READ = 64
# Where nobody said which language a question is in, its words are looked up as each language of its script files them.
_FILED_IN: tuple[tuple[regex.Pattern[str], tuple[str, ...]], ...] = (
    (regex.compile(r"\p{Latin}"), ("en", "pt", "fr", "es", "id", "de", "it", "tr", "vi")),
    (regex.compile(r"\p{Cyrillic}"), ("ru", "uk")),
    (regex.compile(r"\p{Arabic}"), ("ar", "fa")),
)
_EDGES = regex.compile(r"^[^\p{L}\p{N}]+|[^\p{L}\p{M}\p{N}]+$")
# Signs that only steer how text is drawn; the joiners belong to words of Persian and Hindi.
_UNSEEN = regex.compile(r"[\p{Cf}--[\u200c\u200d]]", regex.V1)
_CONTROL = regex.compile(r"[\p{Cc}\p{Cs}]")


@dataclass(frozen=True, slots=True)
class Word:
    """A word as written, and the lexemes that listings in one language or another may have it under."""

    text: str
    lexemes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Unit:
    """A part of the question that a listing has by one of its meanings or by all of its words.

    One with an `amount` it has by its stated size too; one that is `exact` only by one of these sequences of lexemes.
    One that is not `required` only ranks a listing higher and adds to what is found loosely: it lies across two parts of
    a text without spaces, or was not asked but may be meant, and weighs a `share` of what was asked.
    `source` is the part as it stands in the question, with its signs.
    """

    text: str
    words: tuple[Word, ...]
    meanings: tuple[Meaning, ...] = ()
    required: bool = True
    amount: Amount | None = None
    exact: tuple[tuple[str, ...], ...] = ()
    source: str = ""
    share: float = 1.0

    @property
    def lexemes(self) -> list[str]:
        """Everything that counts as having some of it."""
        return [*(meaning.lexeme for meaning in self.meanings), *(one for word in self.words for one in word.lexemes)]

    @property
    def condition(self) -> str:
        """The tsquery of having it."""
        ways = [" <-> ".join(map(lexemes.quoted, sequence)) for sequence in self.exact]
        if not ways:
            ways = [lexemes.quoted(meaning.lexeme) for meaning in self.meanings]
            if self.words:
                ways.append("(" + " & ".join(lexemes.any_of(word.lexemes) for word in self.words) + ")")
        return "(" + " | ".join(ways) + ")"

    def cut(self, words: int) -> "Unit":
        """The same with so many words at most."""
        return replace(self, words=self.words[:words], exact=tuple(sequence[:words] for sequence in self.exact))


@dataclass(frozen=True, slots=True)
class Query:
    """A question as understood; without units it asks for nothing in particular.

    `excluded` is what no listing may have. `plain` are the parts that the asker wants taken as words. `rates` are units
    of each currency for one of that of the question's sums. `languages` are those that it may be in, and `stated` tells
    that the asker said which. `notes` tell what was not read.
    """

    text: str
    language: str
    units: tuple[Unit, ...] = ()
    notes: tuple[str, ...] = ()
    excluded: tuple[Unit, ...] = ()
    plain: tuple[str, ...] = ()
    rates: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    stated: bool = False
    languages: tuple[str, ...] = ()

    @property
    def meant(self) -> tuple[Unit, ...]:
        """The units that name a concept or a place."""
        return tuple(unit for unit in self.required if unit.meanings)

    @property
    def added(self) -> tuple[Unit, ...]:
        """Concepts that were not named but may be meant, or stand near those named."""
        return tuple(unit for unit in self.units if unit.meanings and not unit.required)

    @property
    def sized(self) -> tuple[Unit, ...]:
        """The units that name an amount."""
        return tuple(unit for unit in self.units if unit.amount)

    @property
    def worded(self) -> tuple[Unit, ...]:
        """All other units: those that a listing has in its text."""
        return tuple(unit for unit in self.units if not unit.amount)

    @property
    def required(self) -> tuple[Unit, ...]:
        return tuple(unit for unit in self.worded if unit.required)

    @property
    def length(self) -> int:
        """How many words and meanings it has."""
        return sum(1 if unit.meanings or unit.exact else len(unit.words) for unit in self.required)


def parse(
    text: str, language: str | None = None, *, reader: str = "en", plain: Collection[str] = (), sized: bool = True
) -> Query:
    """Understand a question; its language is detected where none is given, a short one's with the reader's in favour.

    What is in `plain` is taken as words whatever it could mean, and so are amounts where nothing is `sized`.
    """
    notes = []
    if len(text) > CHARACTERS_READ:
        notes.append(_("Only the first %(count)d characters were read.") % {"count": CHARACTERS_READ})
    clean = _clean(text)
    stated = primary(language) if language and is_language(language) else ""
    spoken = stated or detect(clean, default=primary(reader))
    found, used = segments.find(clean, spoken, plain=[_clean(each) for each in plain], sized=sized)
    found, exchange, rate_notes = _exchangeable(found)
    pairs = dict.fromkeys(_units(clean, found, spoken, stated=bool(stated)))
    units, left_out = _within_limit(pairs)
    wanted = [unit for unit, excluded in units if not excluded]
    if left_out:
        notes.append(_("The question is long: only its first %(count)d words were used.") % {"count": WORDS_READ})
    if clean.strip() and not units:
        notes.append(_("Nothing in the question can be searched for; write a word of what you look for."))
    return Query(
        text, spoken, (*wanted, *_added(wanted, spoken, hints=not used)), (*notes, *rate_notes),
        excluded=tuple(unit for unit, excluded in units if excluded), plain=tuple(used), rates=exchange,
        stated=bool(stated), languages=candidates(clean) if clean.strip() else (),
    )  # fmt: skip


def is_language(tag: str) -> bool:
    """Whether a tag names a language that CLDR knows."""
    return primary(tag) in facets.vocabulary().values["language"]


def language_stated(text: str) -> tuple[str | None, list[str]]:
    """The language that a parameter names, if any, and a note where it names none."""
    if not text or is_language(text):
        return text or None, []
    return None, [_("“%(value)s” is no language tag (BCP 47).") % {"value": text[:60]}]


def _clean(text: str) -> str:
    """In one width, without signs that cannot be seen, sent to the database or be part of any word."""
    text = _CONTROL.sub(" ", _UNSEEN.sub("", text[:CHARACTERS_READ]))
    return analysis.one_width(text)[:CHARACTERS_READ]


def _added(units: Iterable[Unit], language: str, *, hints: bool) -> Iterator[Unit]:
    """Concepts near the ones named, and those that the words hint at where some were not understood."""
    asked = [unit for unit in units if unit.required and not unit.amount and not unit.exact]
    named = {meaning.key for unit in asked for meaning in unit.meanings if meaning.kind == "concept"}
    told = hints and any(not unit.meanings for unit in asked)
    words = [one for unit in asked for word in unit.words for one in word.lexemes] if told else []
    for key, share in expansion.of(words, named, language).items():
        yield Unit("", (), (Meaning("concept", key),), required=False, share=share)


def _exchangeable(found: list[Segment]) -> tuple[list[Segment], dict[str, dict[str, float]], list[str]]:
    """The segments without sums in a currency that has no rate, rates for the others, and notes on what was left out."""
    currencies = {segment.amount.currency for segment in found if segment.amount and segment.amount.currency}
    table = rates() if currencies else {}
    known = {code: {other: rate / table[code] for other, rate in table.items()} for code in currencies if code in table}
    unknown = sorted(currencies - known.keys())
    kept = [one for one in found if not one.amount or not one.amount.currency or one.amount.currency in known]
    note = _("There is no exchange rate for %(currency)s, so the sum was taken as words.")
    return kept, known, [note % {"currency": code} for code in unknown]


def _within_limit(units: Iterable[tuple[Unit, bool]]) -> tuple[list[tuple[Unit, bool]], bool]:
    """The first units of at most WORDS_READ words together; a longer one (a run of characters, say) is cut."""
    kept: list[tuple[Unit, bool]] = []
    left = WORDS_READ
    for unit, excluded in units:
        if not left:
            return kept, True
        kept.append((unit.cut(left), excluded))
        if len(unit.words) > left:
            return kept, True
        left -= max(1, len(unit.words))
    return kept, False


def _units(text: str, found: list[Segment], language: str, *, stated: bool) -> Iterator[tuple[Unit, bool]]:
    """Every unit, and whether it is excluded."""
    at = 0
    for segment in found:
        yield from ((unit, False) for unit in _plain(text[at : segment.start], language, stated=stated))
        unit = _unit(text, segment, language, stated=stated)
        if unit.lexemes:
            yield unit, segment.excluded
        if segment.meanings and not segment.excluded:
            yield from ((seam, False) for seam in _seams(text, (segment.start, segment.end), language))
        at = segment.end
    yield from ((unit, False) for unit in _plain(text[at:], language, stated=stated))


def _unit(text: str, segment: Segment, language: str, *, stated: bool) -> Unit:
    words = tuple(word for unit in _plain(segment.inside, language, stated=stated) for word in unit.words)
    exact = _sequences(segment.inside, language, stated=stated) if segment.exact else ()
    source = text[segment.start : segment.end]
    return Unit(segment.inside.strip(), words, segment.meanings, amount=segment.amount, exact=exact, source=source)


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
    others = (lexemes.clipped(analysis.words(token, language)) for language in _filed_in(token))
    return tuple(dict.fromkeys([lexeme, *(found[0] for found in others if len(found) == 1)]))


def _sequences(text: str, language: str, *, stated: bool) -> tuple[tuple[str, ...], ...]:
    """The lexemes of a phrase in their order, as the language files them and as those of its script do."""
    languages = [language] if stated else [language, *_filed_in(text)]
    found = (tuple(lexemes.clipped(analysis.words(text, each))) for each in languages)
    return tuple(dict.fromkeys(sequence for sequence in found if sequence))


def _filed_in(text: str) -> Sequence[str]:
    return next((known for script, known in _FILED_IN if script.search(text)), ())
