"""Records: one description of the fields of an enterprise, a project or an opportunity.

The web form, the API and the importer all clean their input through the same `Record`, so a wrong value gets the
same sentence everywhere and no way in is laxer than another.
"""

import math
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from apps.core import quantities
from apps.core.quantities import Quantity

Kind = Literal["text", "long_text", "list", "choice", "number", "integer", "date", "url", "boolean", "rows"]
LIST_LIMIT = 200
LISTS = (list, tuple)
_MONEY = {"amount", "currency"}
_EXACT = 2.0**63  # programs that read numbers make a rounded one of what is longer
_CONTROLS = {chr(code) for code in range(32) if chr(code) not in "\t\n\r"} | {"\x7f"}


class BadValue(ValueError):
    """A value that a field refuses, with the sentence for the person who sent it."""

    def __init__(self, message: str, code: str = "invalid", at: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.at = at


@dataclass(frozen=True, slots=True)
class Problem:
    """One refused value: the path of the field ("references.0.year"), a code and a sentence."""

    field: str
    code: str
    message: str

    def as_dict(self) -> dict[str, str]:
        """The members of a problem document's error; broken Unicode that was sent is shown as "?"."""
        members = {"field": self.field, "code": self.code, "detail": self.message}
        return {name: text.encode("utf-8", "replace").decode() for name, text in members.items()}


Parser = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Field:
    """One field: its name in records, label for people, parser, and what a form or a schema shows of it."""

    name: str
    label: str | Promise
    parse: Parser
    kind: Kind
    required: bool = False
    unit: str = ""
    help: str | Promise = ""
    material: bool = True
    default: str = ""  # what a choice that is left empty means


@dataclass(frozen=True)
class Record:
    """The fields of one kind of record, pairs of them that must be in order (low, high), and amounts of its `currency`."""

    name: str
    fields: Sequence[Field]
    ranges: Sequence[tuple[str, str]] = ()
    money: Sequence[str] = ()
    rules: Sequence[Callable[[dict[str, Any]], Iterable[Problem]]] = ()
    by_name: dict[str, Field] = field(init=False)
    required: tuple[Field, ...] = field(init=False)
    parsers: dict[str, Parser] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_name", {item.name: item for item in self.fields})
        object.__setattr__(self, "required", tuple(item for item in self.fields if item.required))
        object.__setattr__(self, "parsers", {item.name: item.parse for item in self.fields})

    def clean(
        self, raw: Mapping[str, Any], *, partial: bool = False, given: frozenset[str] = frozenset()
    ) -> tuple[dict[str, Any], list[Problem]]:
        """Values by field name (quantities normalised, originals under "as_entered") and what was refused.

        With `partial`, fields may be missing (an edit) but not emptied where required; those `given` are known from
        elsewhere (the signed-in person's enterprise) and need not be stated. Unknown names are always refused.
        """
        raw, mixed = self._flattened(raw)
        values, problems = self._parsed(raw)
        problems += mixed
        if missing := [item for item in self.required if _absent(raw.get(item.name)) and item.name not in given]:
            problems += [_missing(item) for item in missing if not partial or item.name in raw]
        # An edit must agree with what stays, which only the caller knows.
        if not partial and (contradictions := self.contradictions(values)):
            refused = {problem.field for problem in problems}
            problems += [problem for problem in contradictions if problem.field not in refused]
        return values, problems

    def _flattened(self, raw: Mapping[str, Any]) -> tuple[Mapping[str, Any], list[Problem]]:
        """The record with {"amount", "currency"}, as the API shows money, taken apart into its fields."""
        stated = [name for name in self.money if isinstance(raw.get(name), dict) and set(raw[name]) == _MONEY]
        if not stated:
            return raw, []
        flat, problems = dict(raw), []
        for name in stated:
            flat[name], currency = raw[name]["amount"], raw[name]["currency"]
            if flat.setdefault("currency", currency) != currency:
                problems.append(Problem(name, "currency", _("All amounts of a record are in one currency.")))
        return flat, problems

    def _parsed(self, raw: Mapping[str, Any]) -> tuple[dict[str, Any], list[Problem]]:
        """What the parser of each field makes of its value; a value that is empty or of no field needs none."""
        values: dict[str, Any] = {}
        problems: list[Problem] = []
        parsers = self.parsers
        for name, value in raw.items():
            parse = parsers.get(name)
            if parse is None:
                problems.append(Problem(str(name)[:100], "unknown", _("There is no such field.")))
            elif value is None or value == "":
                values[name] = self.by_name[name].default or empty(self.by_name[name].kind)
            else:
                try:
                    values[name] = parse(value)
                except BadValue as error:
                    problems.append(Problem(f"{name}.{error.at}" if error.at else name, error.code, str(error)))
        if Quantity in map(type, values.values()):
            _keep_entered(values, [name for name, value in values.items() if type(value) is Quantity])
        return values, problems

    def contradictions(self, values: dict[str, Any]) -> list[Problem]:
        """What is wrong between the fields of a record: reversed ranges, an amount without its currency."""
        problems = []
        for low, high in self.ranges:
            if low not in values or high not in values:
                continue
            least, most = values[low], values[high]
            if least is not None and most is not None and least > most:
                problems.append(Problem(high, "reversed", _("The range is reversed: it ends before it begins.")))
        if not values.get("currency") and any(values.get(name) is not None for name in self.money):
            problems.append(Problem("currency", "required", _("State the currency of the amounts.")))
        for rule in self.rules:
            problems += rule(values)
        return problems

    def not_restated(self, values: Mapping[str, Any], stored: Mapping[str, Any]) -> list[Problem]:
        """An edit to another currency that leaves stored amounts as they are would change what they mean."""
        before, after = stored.get("currency"), values.get("currency")
        left = [name for name in self.money if name not in values and stored.get(name) is not None]
        if not (before and after and before != after and left):
            return []
        labels = ", ".join(str(self.by_name[name].label) for name in left)
        message = _("Another currency changes the amounts that are stored; state them too: %(fields)s.")
        return [Problem("currency", "not_restated", message % {"fields": labels})]

    def is_material(self, values: Mapping[str, Any], before: Mapping[str, Any]) -> bool:
        """Whether an edit from `before` (a record) to `values` (cleaned) touches what a moderator approved."""
        known = (self.by_name[name] for name in values if name in self.by_name)
        return any(plain(values[item.name]) != plain(before.get(item.name)) for item in known if item.material)


def plain(value: Any) -> Any:
    """A value as JSON would hold it, without what is not stated or how it was typed: two ways of writing it are equal."""
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {
            name: plain(item) for name, item in value.items() if name != "as_entered" and item not in (None, "", [], {})
        }
    if isinstance(value, list | tuple):
        return [plain(item) for item in value] or None
    return None if value == "" else value


def empty(kind: Kind) -> Any:
    """What a field of this kind holds when nothing was stated."""
    if kind in ("list", "rows"):
        return []
    return "" if kind in ("text", "long_text", "choice", "url") else None


def _keep_entered(values: dict[str, Any], names: list[str]) -> None:
    """Quantities become plain numbers; what was written with a unit is kept beside them."""
    found: dict[str, Quantity] = {name: values[name] for name in names}
    values |= {name: quantity.value for name, quantity in found.items()}
    entered = {name: {"number": one.number, "unit": one.unit} for name, one in found.items() if one.unit}
    if entered:
        values["as_entered"] = entered


def _absent(value: Any) -> bool:
    if isinstance(value, str):
        return not value or value.isspace()
    return value is None


def _missing(item: Field) -> Problem:
    return Problem(item.name, "required", _("This field is required."))


def text(limit: int) -> Parser:
    """Text of at most `limit` characters, kept to the byte; control characters and broken Unicode are refused."""

    def parse(raw: Any) -> str:
        value: str = raw if isinstance(raw, str) else _number_as_text(raw)
        if len(value) > limit:
            raise BadValue(_("At most %(limit)d characters are allowed.") % {"limit": limit}, "too_long")
        if value.isprintable():  # neither controls nor lone surrogates are, so most texts need no second look
            return value
        if not _CONTROLS.isdisjoint(value):
            raise BadValue(_("Control characters are not allowed."), "control_character")
        _refuse_surrogates(value)
        return value

    return parse


def _number_as_text(raw: Any) -> str:
    """A number that a spreadsheet or a program holds where text is meant, such as an external id."""
    if type(raw) is int:
        return str(raw)
    if type(raw) is not float or not math.isfinite(raw):
        raise BadValue(_("Text is expected."))
    if abs(raw) >= _EXACT:
        raise BadValue(_("A number this long loses digits; write it as text, in quotes."), "digits_lost")
    return str(int(raw)) if raw.is_integer() else str(raw)


def _refuse_surrogates(raw: str) -> None:
    try:
        raw.encode()
    except UnicodeEncodeError:
        raise BadValue(_("The text is not valid Unicode."), "encoding") from None


def number(unit: str = "", *, low: float = 0, high: float = math.inf) -> Parser:
    """A finite number in `unit` within [low, high]; text may carry another unit of the same dimension."""
    most = min(high, sys.float_info.max)

    def parse(raw: Any) -> Quantity | float:
        if type(raw) in (int, float) and low <= raw <= most:  # as most are: NaN, infinities and the rest go on
            return float(raw)
        try:
            quantity = quantities.parse(raw, unit)
        except quantities.BadQuantity as error:
            raise BadValue(str(error), "number") from None
        if not low <= quantity.value <= high:
            raise BadValue(_bounds(low, high), "out_of_range")
        return quantity

    return parse


def price(*, places: int, high: float) -> Parser:
    """The price of one thing, with no more decimals than its column keeps: rounding it would change what was asked."""
    as_number = number(high=high)

    def parse(raw: Any) -> Quantity | float:
        found: Quantity | float = as_number(raw)
        value = found.value if isinstance(found, Quantity) else found
        if not math.isclose(round(value, places), value, rel_tol=1e-12):  # what a program's sums leave is no decimal
            raise BadValue(_("At most %(places)d decimals are kept.") % {"places": places}, "too_precise")
        return found

    return parse


def counted(*, high: float = math.inf) -> Parser:
    """A number of whatever things, such as "20 containers"."""
    unit_of = text(40)

    def parse(raw: Any) -> Quantity:
        try:
            quantity = quantities.parse_counted(raw)
        except quantities.BadQuantity as error:
            raise BadValue(str(error), "number") from None
        unit_of(quantity.unit)
        if not 0 <= quantity.value <= high:
            raise BadValue(_bounds(0, high), "out_of_range")
        return quantity

    return parse


def integer(*, low: int = 0, high: int = 2_147_483_647) -> Parser:
    """A whole number within [low, high]."""
    as_number = number(low=low, high=high)

    def parse(raw: Any) -> int:
        try:
            quantities.refuse_ambiguous(raw)
        except quantities.BadQuantity as error:
            raise BadValue(str(error), "ambiguous") from None
        found = as_number(raw)
        value = found.value if isinstance(found, Quantity) else found
        if value != int(value):
            raise BadValue(_("A whole number is expected."), "number")
        return int(value)

    return parse


def _bounds(low: float, high: float) -> str:
    if high == math.inf:
        return _("The number must be at least %(low)s.") % {"low": f"{low:g}"}
    return _("The number must be between %(low)s and %(high)s.") % {"low": f"{low:g}", "high": f"{high:g}"}


def day(raw: Any) -> date:
    """A date: ISO 8601, or a date object as spreadsheets give it."""
    if isinstance(raw, date):
        return raw.date() if hasattr(raw, "date") else raw
    try:
        return datetime.fromisoformat(str(raw).strip()).date()
    except ValueError:
        raise BadValue(_("“%(text)s” is not a date; write YYYY-MM-DD.") % {"text": str(raw)[:60]}, "date") from None


def flag(raw: Any) -> bool:
    """Yes or no."""
    known = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}
    value = known.get(str(raw).strip().casefold())
    if value is None:
        raise BadValue(_("Write true or false."), "boolean")
    return value


def choice(allowed: Callable[[], Iterable[str]], *, fold: Callable[[str], str] = str) -> Parser:
    """One of the codes that `allowed` gives, after `fold` (str.upper for countries, say)."""
    known: frozenset[str] | None = None

    def parse(raw: Any) -> str:
        nonlocal known
        if known is None:
            known = frozenset(allowed())
        if isinstance(raw, str) and raw in known:
            return raw
        value = fold(str(raw).strip())
        if value not in known:
            raise BadValue(_("“%(value)s” is not known here.") % {"value": str(raw)[:60]}, "unknown_code")
        return value

    return parse


def items(parse_item: Parser, *, limit: int = LIST_LIMIT) -> Parser:
    """A list (a JSON list, or text separated by ";") whose items `parse_item` reads; repeated items are kept once."""

    def parse(raw: Any) -> list[Any]:
        parts = [part.strip() for part in raw.split(";") if part.strip()] if isinstance(raw, str) else raw
        if not isinstance(parts, LISTS):
            raise BadValue(_("A list is expected."))
        if len(parts) > limit:
            raise BadValue(_("At most %(limit)d items are allowed.") % {"limit": limit}, "too_long")
        try:
            return list(dict.fromkeys([parse_item(part) for part in parts]))
        except BadValue:  # which one it was is asked only then
            return [_at(index, parse_item, part) for index, part in enumerate(parts)]

    return parse


def rows(record: Record, *, limit: int = LIST_LIMIT) -> Parser:
    """A list of objects, each cleaned by `record`; the first refused value is named by its path."""

    def parse_one(raw: Any) -> dict[str, Any]:
        if not isinstance(raw, Mapping):
            raise BadValue(_("An object is expected."))
        values, problems = record.clean(raw)
        if problems:
            raise BadValue(problems[0].message, problems[0].code, problems[0].field)
        return values

    def parse(raw: Any) -> list[dict[str, Any]]:
        if isinstance(raw, Mapping):
            raw = [raw]
        if not isinstance(raw, list):
            raise BadValue(_("A list is expected."))
        if len(raw) > limit:
            raise BadValue(_("At most %(limit)d items are allowed.") % {"limit": limit}, "too_long")
        return [_at(index, parse_one, item) for index, item in enumerate(raw)]

    return parse


def _at(index: int, parse: Parser, raw: Any) -> Any:
    try:
        return parse(raw)
    except BadValue as error:
        raise BadValue(str(error), error.code, f"{index}.{error.at}" if error.at else str(index)) from None
