"""Sizes and sums of money that a question names: numbers with units, ranges and limits, in any of ten languages."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

import regex
from babel.numbers import get_currency_name
from babel.units import format_unit

from apps.core import quantities
from apps.reference.rules import cldr, primary
from apps.taxonomy.analysis import fold

# What a number alone means: so much, a fifth more or less.
TOLERANCE = 0.2
# How many amounts of a question are read, and how many of its numbers are looked at for them.
MOST_AMOUNTS, MOST_NUMBERS = 4, 32
T = TypeVar("T")
UNITS = {"power_mw": "MW", "energy_mwh": "MWh"}

_LANGUAGES = ("en", "zh", "ru", "pt", "ar", "fr", "es", "fa", "id", "hi")
_WORDS: Mapping[str, Any] = json.loads((Path(__file__).parent / "amount_words.json").read_text("utf-8"))
_POWERS = {"kW": "power-kilowatt", "MW": "power-megawatt", "GW": "power-gigawatt"}
_PLURALS = (1, 2, 5, 100)
_LEAD_CHARACTERS = 30
# "1.500" and "1,500" are read as the question's language writes fractions.
_THREE_DIGITS = regex.compile(r"\p{Nd}{1,3}([.,])\p{Nd}{3}")
# "$120/kWh" is a price and "20 GWh/year" an output; "100 MW/400 MWh" is a size twice.
_RATE = regex.compile(r"\s*/\s*[^\s\p{Nd}]")
_LETTER = r"[[\p{L}\p{M}]--\p{Han}]"
_GAP = r"[\s\u200c]{0,2}"


@dataclass(frozen=True, slots=True)
class Amount:
    """From `least` to `most` of power_mw, energy_mwh or budget (in `currency`); `about` is the number that stood alone."""

    measure: str
    least: float | None = None
    most: float | None = None
    about: float | None = None
    currency: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """An amount, named by text[start:end]."""

    start: int
    end: int
    amount: Amount


def find(text: str, language: str) -> list[Found]:
    """The first amounts that a text names; a number whose unit is not known is none."""
    return list(islice(_find(text, primary(language)), MOST_AMOUNTS))


def _find(text: str, language: str) -> Iterator[Found]:
    spaced, at = _groups_by_spaces(language), 0
    for place in islice(_number_pattern(spaced=spaced).finditer(text), MOST_NUMBERS):
        if place.start() < at:
            continue
        lead = _lead_pattern().search(text[max(at, place.start() - _LEAD_CHARACTERS) : place.start()])
        rest = _rest_pattern(spaced=spaced, between=bool(lead and lead["between"])).match(text, place.start())
        amount = _amount(lead, rest, language) if lead and rest else None
        if lead and rest and amount:
            at = rest.end()
            # "de 10 MW" is no beginning of a range.
            kept = lead["before"] if lead["between"] and not rest["first"] else lead[0]
            yield Found(place.start() - len((kept or "").lstrip()), at, amount)


def _amount(lead: "regex.Match[str]", rest: "regex.Match[str]", language: str) -> Amount | None:
    """What a match says; None where it has no unit or cannot be so."""
    unit = rest["unit"] or lead["before"] or rest["unit1"]
    measure, currency = _measure(unit, language) if unit else ("", "")
    if not measure or _RATE.match(rest.string, rest.end()):
        return None
    try:
        last = _value(rest["number"], rest["times"], unit, language)
        if rest["first"]:
            first = _value(rest["first"], rest["times1"] or rest["times"], rest["unit1"] or unit, language)
            return Amount(measure, first, last, currency=currency) if first <= last else None
    except quantities.BadQuantity:
        return None
    if lead["least"] or rest["more"]:
        return Amount(measure, least=last, currency=currency)
    if lead["most"] or rest["less"]:
        return Amount(measure, most=last, currency=currency)
    return Amount(measure, last * (1 - TOLERANCE), last * (1 + TOLERANCE), last, currency)


def _value(number: str, times: str | None, unit: str, language: str) -> float:
    """The number in MW, MWh or whole units of money."""
    value = _number(number, language) * (_times(language)[_key(times)] if times else 1.0)
    measure, _currency = _measure(unit, language)
    return quantities.parse(f"{value:f} {_symbol(unit)}", UNITS[measure]).value if measure in UNITS else value


def _number(text: str, language: str) -> float:
    decimal = cldr(language).number_symbols.get("latn", {}).get("decimal", ".")
    three = _THREE_DIGITS.fullmatch(text)
    if three and decimal in (".", ","):
        text = text.replace(three[1], "." if three[1] == decimal else "")
    return quantities.parse_number(text)


def _measure(unit: str, language: str) -> tuple[str, str]:
    """power_mw, energy_mwh or budget, and the currency of a budget; nothing for a word that is no unit."""
    currency = _currencies().get(_key(unit), "")
    if currency:
        return "budget", "JPY" if language == "ja" and _key(unit) == "¥" else currency
    symbol = _symbol(unit)
    return ("energy_mwh" if symbol.endswith("h") else "power_mw" if symbol else ""), ""


def _symbol(unit: str) -> str:
    """The symbol of a unit of power or energy: "МВт·ч" is MWh."""
    found = _unit_pattern().fullmatch(unit)
    symbol = _powers()[_key(found["power"])] if found else ""
    return f"{symbol}h" if found and found["hours"] else symbol


def _key(word: str) -> str:
    """One spelling of a word: width, case, letter variants, spaces and points make no difference."""
    return regex.sub(r"[\s.]+", "", fold(word))


def _table(values: Iterable[tuple[str, T]]) -> dict[str, T]:
    """Values by the words for them, as written and by their keys."""
    return {form: value for word, value in values for form in (word.strip(), _key(word)) if form}


@cache
def _powers() -> dict[str, str]:
    """Symbols of power by the words for them: those that forms understand, and CLDR's names."""
    known = [*((symbol, symbol) for symbol in _POWERS), *_WORDS["powers"].items()]
    known += [(word, symbol) for word, symbol in quantities.SPELLINGS.items() if symbol in _POWERS]
    for symbol, name in _POWERS.items():
        for length in ("long", "short"):
            named = (format_unit(number, name, length, locale=cldr(tag)) for tag in _LANGUAGES for number in _PLURALS)
            known += [(regex.sub(r"\p{Nd}+", "", text), symbol) for text in named]
    return _table(known)


@lru_cache(maxsize=64)
def _times(language: str) -> dict[str, float]:
    """Words for thousands, millions and so on: CLDR's, the language's own before the English ones and all others."""
    found = [(word, float(times)) for word, times in _WORDS["times"].items()]
    for tag in (*_LANGUAGES[1:], "en", *({language} & set(_LANGUAGES))):
        formats = cldr(tag).compact_decimal_formats.values()
        for magnitude, pattern in (pair for style in formats for form in style.values() for pair in form.items()):
            word, digits = pattern.pattern.replace("0", "").replace("'", ""), pattern.pattern.count("0")
            found.append((word, float(magnitude) / 10 ** (digits - 1)))
    return _table(found)


@cache
def _currencies() -> dict[str, str]:
    """Currencies by code, sign and name: CLDR's names, and what people say."""
    found = []
    for code, words in _WORDS["currencies"].items():
        names = {get_currency_name(code, number, cldr(tag)) for tag in _LANGUAGES for number in (None, *_PLURALS)}
        found += [(word, code) for word in (code, *sorted(names), *words)]
    return _table(found)


def _groups_by_spaces(language: str) -> bool:
    return str(cldr(language).number_symbols.get("latn", {}).get("group", "")).isspace()


def _forms(words: Iterable[str]) -> dict[str, list[str]]:
    """Lists of words that stand by themselves where their script parts words, and of those that need not."""
    forms = {form for word in words for form in (word, fold(word))}
    spelt = {form for form in forms if regex.match(_LETTER, form[-1], regex.V1)}
    return {"apart": sorted(spelt), "": sorted(forms - spelt)}


def _lists() -> dict[str, list[str]]:
    """The lists that the patterns name: a pattern that spelt them out would take seconds to compile."""
    named = {name: _WORDS[name] for name in ("least", "most", "between", "and", "to", "or_more", "or_less")}
    named |= {"money": _currencies(), "times": _times("en")}
    return {"powers": list(_powers()), "hours": _WORDS["hours"]} | {
        f"{name}_{kind}": words for name, every in named.items() for kind, words in _forms(every).items()
    }


def _word(name: str) -> str:
    return rf"(?:\L<{name}_>|(?<!{_LETTER})\L<{name}_apart>(?!{_LETTER}))"


# A unit of power, or of energy where hours follow it.
_UNIT = rf"(?P<power>\L<powers>)(?:[\s·⋅•*.\-‐‑/\u200c]{{0,2}}(?P<hours>\L<hours>))?(?!{_LETTER})"


def _compiled(pattern: str) -> "regex.Pattern[str]":
    lists: dict[str, Any] = {name: words for name, words in _lists().items() if f"<{name}>" in pattern}
    return regex.compile(pattern, regex.V1 | regex.I, **lists)


@cache
def _unit_pattern() -> "regex.Pattern[str]":
    return _compiled(_UNIT)


def _digits(*, spaced: bool) -> str:
    space = r"\u0020\u00a0\u202f" if spaced else r"\u00a0\u202f"
    return rf"\p{{Nd}}{{1,15}}+(?:[.,'’٫٬]\p{{Nd}}{{1,15}}+|[{space}]\p{{Nd}}{{3}}(?!\p{{Nd}})){{0,6}}+"


@lru_cache(maxsize=2)
def _number_pattern(*, spaced: bool) -> "regex.Pattern[str]":
    return regex.compile(rf"(?<!\p{{Nd}}[.,]?){_digits(spaced=spaced)}", regex.V1)


@cache
def _lead_pattern() -> "regex.Pattern[str]":
    """What stands before the first number, up to it."""
    ways = "|".join(f"(?P<{name}>{_word(name)})" for name in ("least", "most", "between"))
    return _compiled(rf"(?:{ways})?{_GAP}(?P<before>{_word('money')})?{_GAP}$")


@lru_cache(maxsize=4)
def _rest_pattern(*, spaced: bool, between: bool) -> "regex.Pattern[str]":
    """A number or a range with its unit, and what says that more or less will do."""
    unit = _UNIT.replace("?P<power>", "?:").replace("?P<hours>", "?:")
    link = f"(?:{_word('to')}|{_word('and')})" if between else _word("to")

    def quantity(name: str, end: str) -> str:
        number = rf"(?P<{name}>{_digits(spaced=spaced)}){_GAP}(?P<times{end}>{_word('times')})?\.?{_GAP}"
        return rf"{number}(?P<unit{end}>{unit}|{_word('money')})?"

    ends = rf"(?:{_GAP}(?:(?P<more>{_word('or_more')})|(?P<less>{_word('or_less')})))?"
    first = rf"(?:{quantity('first', '1')}{_GAP}{link}{_GAP}(?:{_word('money')}{_GAP})?)?"
    return _compiled(first + quantity("number", "") + ends)
