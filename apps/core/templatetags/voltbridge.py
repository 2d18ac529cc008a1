"""What templates need: numbers, quantities, money, names and dates in the reader's language, users' text kept apart."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache, lru_cache
from typing import Any

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_datetime, format_timedelta
from babel.numbers import format_compact_decimal, format_decimal, format_percent
from django import template
from django.conf import settings
from django.conf.locale import LANG_INFO
from django.http import HttpRequest
from django.template.context import Context
from django.urls import translate_url
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext, pgettext, pgettext_lazy, to_locale
from django.utils.translation import gettext as _

register = template.Library()

Number = int | float | Decimal

# Readers of Persian expect their own digits; readers of Arabic are served with those of the trade's data sheets.
_NUMBERING = {"fa": "arabext"}
_PERSIAN = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")
_WEEKEND = 5  # The operator works Monday to Friday, weekdays 0 to 4.

UNITS = {
    "MW": pgettext_lazy("unit", "MW"),
    "kW": pgettext_lazy("unit", "kW"),
    "MWh": pgettext_lazy("unit", "MWh"),
    "kWh": pgettext_lazy("unit", "kWh"),
    "GWh": pgettext_lazy("unit", "GWh"),
    "GWh/year": pgettext_lazy("unit", "GWh a year"),
    "h": pgettext_lazy("unit", "h"),
    "cycles": pgettext_lazy("unit", "cycles"),
    "%": pgettext_lazy("unit", "%"),
    "degC": pgettext_lazy("unit", "°C"),
    "C": pgettext_lazy("unit", "C"),
    "years": pgettext_lazy("unit", "years"),
    "days": pgettext_lazy("unit", "days"),
}


@dataclass(frozen=True, slots=True)
class LanguageLink:
    """The page in one of the offered languages: `tag` is BCP 47, `name` the language's own."""

    tag: str
    name: str
    url: str
    current: bool


@cache
def _locale(language: str) -> Locale:
    try:
        return Locale.parse(to_locale(language))
    except (UnknownLocaleError, ValueError):
        return Locale.parse("en")


def _reader() -> Locale:
    return _locale(get_language() or settings.LANGUAGE_CODE)


def _numbering() -> str:
    return _NUMBERING.get(_reader().language, "latn")


def _digits(text: str) -> str:
    """Babel knows Persian's separators but writes Latin digits; give it its own."""
    return text.translate(_PERSIAN) if _reader().language == "fa" else text


@register.filter
def number(value: Number | None) -> str:
    """A number with the reader's separators and digits, at most three decimals; nothing for None."""
    return "" if value is None else _digits(_number(value, get_language() or settings.LANGUAGE_CODE))


@lru_cache(maxsize=4096)  # a page of results shows hundreds of them, mostly the same small ones
def _number(value: Number, language: str) -> str:
    locale = _locale(language)
    return format_decimal(value, locale=locale, numbering_system=_NUMBERING.get(locale.language, "latn"))


@register.filter
def score(value: Number | None) -> str:
    """A score in [0, 1] with two decimals; a dash where nothing is known."""
    if value is None:
        return "–"
    return _digits(format_decimal(value, "0.00", locale=_reader(), numbering_system=_numbering()))


@register.filter
def degrees(value: Number) -> str:
    """Degrees away from the equator or the meridian, with two decimals."""
    return _digits(format_decimal(abs(float(value)), "0.00", locale=_reader(), numbering_system=_numbering()))


@register.filter
def percent(value: Number | None) -> str:
    """A share in [0, 1] as a percentage."""
    return "" if value is None else _digits(format_percent(value, locale=_reader(), numbering_system=_numbering()))


@register.filter
def count(value: int, is_lower_bound: object = None) -> str:
    """How many; "10,000+" when the counting stopped there."""
    return _("%(number)s+") % {"number": number(value)} if is_lower_bound else number(value)


@register.filter
def fit(value: Number | None) -> str:
    """A score in words, since a length alone is not read by everybody."""
    if value is None:
        return _("not known")
    if value >= 0.8:
        return _("strong fit")
    if value >= 0.6:
        return _("good fit")
    return _("partial fit") if value >= 0.4 else _("weak fit")


def _between(low: str, high: str) -> str:
    if low and high and low != high:
        # A dash would be read as the sign of a negative number.
        pattern = (
            _("%(low)s to %(high)s") if low.strip("\u200e\u200f").startswith(("-", "−")) else _("%(low)s–%(high)s")
        )
        return pattern % {"low": low, "high": high}
    if low and high:
        return low
    return _("from %(low)s") % {"low": low} if low else _("up to %(high)s") % {"high": high}


def _measured(amount: str, unit: str) -> SafeString:
    """The number and its unit as two pieces, so that numbers can line up in a column."""
    name = UNITS.get(unit, unit)
    return format_html(
        '<bdi class="quantity"><span class="quantity__number">{}</span>'
        '<span class="quantity__unit">&nbsp;{}</span></bdi>',
        amount,
        name,
    )


@register.simple_tag
def quantity(value: Number | None, unit: str) -> SafeString | str:
    """One number with its unit, isolated from the text around it: `{% quantity 100 "MW" %}`."""
    return "" if value is None else _measured(number(value), unit)


@register.simple_tag
def quantities(low: Number | None, high: Number | None, unit: str) -> SafeString | str:
    """A range with its unit; either end may be open."""
    return "" if low is None and high is None else _measured(_between(number(low), number(high)), unit)


@register.simple_tag
def money(amount: Number | None, currency: str) -> SafeString | str:
    """An amount in full with the currency's code, since "$" is the sign of a dozen currencies."""
    if amount is None:
        return ""
    exact = Decimal(str(amount)).normalize()  # a Wh may cost a fraction of a cent
    shown = format_decimal(exact, locale=_reader(), numbering_system=_numbering(), decimal_quantization=False)
    return _measured(_digits(shown), currency)


def _short(amount: Number | None) -> str:
    if amount is None:
        return ""
    return _digits(format_compact_decimal(amount, fraction_digits=1, locale=_reader(), numbering_system=_numbering()))


@register.simple_tag
def amounts(low: Number | None, high: Number | None, currency: str) -> SafeString | str:
    """A range of money as people say it: "12M–15.5M USD"."""
    return "" if low is None and high is None else _measured(_between(_short(low), _short(high)), currency)


@register.filter
def listed(words: Iterable[str]) -> str:
    """Words in a row, with the comma of the reader's script."""
    return pgettext("between items", ", ").join(str(word) for word in words)


@register.filter
def country(code: str) -> str:
    """A country's name in the reader's language (CLDR); the code where it has none."""
    return str(_reader().territories.get(code, code))


@register.filter
def language(tag: str) -> str:
    """A language's name in the reader's language."""
    names = _reader().languages
    return str(names.get(tag.replace("-", "_")) or names.get(tag.split("-", maxsplit=1)[0].lower()) or tag)


@register.filter
def endonym(code: str) -> str:
    """A language's name in that language."""
    return str(LANG_INFO.get(code, {}).get("name_local", code))


@register.filter
def bcp47(code: str) -> str:
    """Django's language code as the tag that browsers know: zh-hans -> zh-Hans."""
    return to_locale(code).replace("_", "-")


@register.filter
def day(value: date | None) -> str:
    """A date in the reader's language."""
    return "" if value is None else _digits(format_date(value, "long", locale=_reader()))


@register.simple_tag
def ago(moment: datetime) -> SafeString:
    """How long ago, and the exact time on demand; a plain date after a month."""
    passed = timezone.now() - moment
    exact = _digits(format_datetime(moment, "long", locale=_reader()))
    words = day(moment) if passed > timedelta(days=30) else _since(passed)
    return format_html('<time datetime="{}" title="{}">{}</time>', moment.isoformat(), exact, words)


@register.filter
def lasting(seconds: Number | None) -> str:
    """How long something takes, in the largest unit that fits; nothing for None."""
    if seconds is None:
        return ""
    return _digits(format_timedelta(timedelta(seconds=float(seconds)), threshold=1, locale=_reader()))


def _since(passed: timedelta) -> str:
    return _digits(format_timedelta(-passed, add_direction=True, threshold=1, locale=_reader()))


def _working_days(start: date, end: date) -> int:
    days = (start + timedelta(days=offset) for offset in range(1, (end - start).days + 1))
    return sum(1 for each in days if each.weekday() < _WEEKEND)


@register.simple_tag
def expected(due: datetime | None) -> str:
    """The clock beside a state: when the answer is expected, or that it is late."""
    if due is None:
        return ""
    today, last = timezone.localdate(), timezone.localdate(due)
    if due < timezone.now():
        return _("the answer is late; we have been reminded")
    if last == today:
        return _("answer expected today")
    days = max(_working_days(today, last), 1)
    words = ngettext(
        "answer expected within %(days)s working day", "answer expected within %(days)s working days", days
    )
    return words % {"days": number(days)}


@register.simple_tag
def isolate(text: str, tag: str = "") -> SafeString:
    """Text that a user wrote, in its own language and direction, unable to disturb the line around it."""
    if not tag:
        return format_html('<bdi dir="auto">{}</bdi>', text)
    return format_html('<bdi dir="auto" lang="{}">{}</bdi>', tag, text)


@register.simple_tag
def marked(parts: Iterable[tuple[str, bool]], tag: str) -> SafeString:
    """The same in pieces, those that were asked for marked."""
    pieces = format_html_join(
        "", "{}", ((format_html("<mark>{}</mark>", text) if asked else text,) for text, asked in parts)
    )
    return format_html('<bdi dir="auto" lang="{}">{}</bdi>', tag, pieces)


@register.simple_tag
def bar(share: Number | None) -> SafeString:
    """A share in [0, 1] as a bar; nothing is filled where it is not known."""
    return _drawn(100, 100 * float(share or 0), known=share is not None)


@register.simple_tag
def weighed(weight: Number, contribution: Number | None, heaviest: Number) -> SafeString:
    """A criterion as a bar: the track is its weight beside the heaviest one's, the filled part what it brought."""
    scale = 100 / (float(heaviest) or 1)
    return _drawn(float(weight) * scale, float(contribution or 0) * scale, known=contribution is not None)


def _drawn(track: float, filled: float, *, known: bool) -> SafeString:
    """SVG, since its widths are attributes and the policy for content allows no inline style."""
    return format_html(
        '<svg class="bar{}" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true" focusable="false">'
        '<rect class="bar__track" width="{}" height="8"/><rect class="bar__fill" width="{}" height="8"/></svg>',
        "" if known else " bar--unknown",
        f"{track:.2f}",
        f"{min(filled, track):.2f}",
    )


def _links(path: str, origin: str = "") -> list[LanguageLink]:
    current = get_language()
    return [
        LanguageLink(bcp47(code), endonym(code), origin + translate_url(path, code), code == current)
        for code, _name in settings.LANGUAGES
    ]


@register.simple_tag(takes_context=True)
def language_links(context: Context) -> list[LanguageLink]:
    """This very page, with its query, in each offered language."""
    request: HttpRequest | None = context.get("request")
    return _links(request.get_full_path()) if request else []


@register.simple_tag(takes_context=True)
def alternates(context: Context) -> dict[str, Any]:
    """The page's canonical address and its address in each language; a view may name another `canonical` path."""
    request: HttpRequest | None = context.get("request")
    path = str(context.get("canonical") or (request.path if request else "/"))
    return {
        "canonical": settings.SITE_URL + path,
        "default": settings.SITE_URL + translate_url(path, settings.LANGUAGE_CODE),
        "languages": _links(path, settings.SITE_URL),
    }
