"""Numbers with units: what was entered is kept beside the number in the field's own unit."""

import math
import tokenize
from dataclasses import dataclass
from functools import cache
from typing import Any

import pint
import regex
from babel.numbers import NumberFormatError
from django.utils.translation import gettext as _

# Beside points and commas, the Arabic decimal (U+066B) and thousands (U+066C) separators.
_NUMBER = regex.compile(r"^\s*([+-]?\p{Nd}[\p{Nd}\s.,'’_\u066b\u066c]*(?:[eE][+-]?\d+)?)\s*(.*?)\s*$")
_GROUPING = regex.compile(r"[\s'’_\u066c]")
_AMBIGUOUS = regex.compile(r"^\s*[+-]?\p{Nd}{1,3}\.\p{Nd}{3}\s*$")
# The library evaluates arithmetic in a unit, and "MWh**9**9**9" keeps it busy for good: a unit has words only.
_UNIT = regex.compile(r"^[\p{L}\p{M}°%℃µ·/ ]{1,30}$")
# Words for units as people write them in listings, beside the symbols that pint knows.
SPELLINGS = {
    "兆瓦": "MW", "兆瓦时": "MWh", "千瓦": "kW", "千瓦时": "kWh", "吉瓦": "GW", "吉瓦时": "GWh",
    "мвт": "MW", "мвт·ч": "MWh", "мвтч": "MWh", "квт": "kW", "квт·ч": "kWh", "гвт": "GW", "гвт·ч": "GWh",
    "ميغاواط": "MW", "ميجاواط": "MW", "مگاوات": "MW", "मेगावाट": "MW",
    "%": "percent", "℃": "degC", "°c": "degC", "c": "degC", "h": "hour", "hrs": "hour", "yr": "year", "years": "year",
}  # fmt: skip


# Longer texts are no quantities, and the pattern below takes its time over them.
_LONGEST = 100


class BadQuantity(ValueError):
    """The text is no number, or its unit does not measure what the field asks for."""


# Whatever the library raises over a text that is no unit: it reads units with Python's own tokenizer.
_UNREADABLE_UNIT = (
    pint.PintError, AttributeError, TypeError, ValueError, AssertionError, ArithmeticError, RecursionError,
    tokenize.TokenError,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Quantity:
    """`value` in the field's unit; `number` and `unit` as they were entered (unit "" when none was)."""

    value: float
    number: str
    unit: str


@cache
def _registry() -> "pint.UnitRegistry[Any]":
    return pint.UnitRegistry(autoconvert_offset_to_baseunit=True, case_sensitive=True)


def parse_number(text: str) -> float:
    """A finite float from digits of any script; "1,5", "1.500,25", "1 500", "1,500.25" and "١٬٥٠٠٫٢٥" are understood."""
    plain = _GROUPING.sub("", text.strip())
    comma, point = plain.rfind(","), plain.rfind(".")
    if "٫" in plain:  # it means a fraction and nothing else
        plain = plain.replace(",", "").replace("٫", ".")
    elif comma > point and (point >= 0 or len(plain) - comma - 1 != 3 or plain.startswith("0")):
        plain = plain.replace(".", "").replace(",", ".")
    else:
        plain = plain.replace(",", "")
    try:
        number = float(plain)
    except (ValueError, NumberFormatError):
        raise BadQuantity(_("“%(text)s” is not a number.") % {"text": text[:60]}) from None
    if not math.isfinite(number):
        raise BadQuantity(_("“%(text)s” is not a finite number.") % {"text": text[:60]})
    return number


def _convert(number: float, unit: str, target: str) -> float:
    if _UNIT.match(unit):
        # "h squared" would be a power too, so that words stand beside each other as factors and nothing else.
        spelling = SPELLINGS.get(unit.casefold(), "*".join(unit.split()))
        try:
            converted = float(_registry().Quantity(number, spelling).to(target).magnitude)
            if math.isfinite(converted):
                return converted
        except _UNREADABLE_UNIT:
            pass
    message = _("The unit “%(unit)s” does not measure this; use %(target)s.")
    raise BadQuantity(message % {"unit": unit[:30], "target": target})


def parse(raw: object, target: str) -> Quantity:
    """Read `raw` (a number in the unit `target`, or text such as "500 kW") into the unit `target`.

    Raises BadQuantity with a sentence for the person who entered it. `target` is a pint unit, "" for a pure number.
    """
    if isinstance(raw, bool) or not isinstance(raw, int | float | str):
        raise BadQuantity(_("A number is expected."))
    if not isinstance(raw, str):
        return Quantity(_finite(raw), repr(raw), "")
    number, unit = _apart(raw)
    value = parse_number(number)
    if unit:
        value = _convert(value, unit, target or "dimensionless")
    return Quantity(value, number.strip(), unit)


def parse_counted(raw: object) -> Quantity:
    """Read a number of whatever things, such as "20 containers": the things' name is kept as its unit."""
    if not isinstance(raw, str):
        return parse(raw, "")
    number, unit = _apart(raw)
    if unit and not unit[0].isalpha():  # "5-10 tons" or "1/2" is no one number of something
        raise BadQuantity(_("“%(text)s” is not a number and the name of what is counted.") % {"text": raw[:60]})
    return Quantity(parse_number(number), number.strip(), unit)


def refuse_ambiguous(raw: object) -> None:
    """Raise BadQuantity for "6.000" where a whole number is meant: it is six thousand to some, and six to others."""
    if isinstance(raw, str) and _AMBIGUOUS.match(raw):
        message = _("“%(text)s” can be read in two ways; write the whole number without a dot.")
        raise BadQuantity(message % {"text": raw[:60]})


def _apart(raw: str) -> tuple[str, str]:
    """The number and the unit of a text."""
    found = _NUMBER.match(raw) if len(raw) <= _LONGEST else None
    if not found:
        raise BadQuantity(_("“%(text)s” is not a number.") % {"text": raw[:60]})
    return found[1], found[2]


def _finite(raw: float) -> float:
    try:
        number = float(raw)
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        raise BadQuantity(_("The number is not finite."))
    return number
