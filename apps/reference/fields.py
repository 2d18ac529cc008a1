"""Fields of records that hold countries, currencies, languages and frameworks."""

from typing import Any

from django.utils.translation import gettext as _

from apps.core.records import BadValue, Parser, choice
from apps.reference import rules, selectors

LONGEST_TAG = 35
currency: Parser = choice(rules.currency_codes, fold=str.upper)
country: Parser = choice(rules.country_codes, fold=str.upper)


def framework(raw: Any) -> str:
    """The code of a framework that the platform knows today."""
    code = str(raw).strip().upper()
    if code not in selectors.frameworks():
        raise BadValue(_("“%(value)s” is not known here.") % {"value": str(raw)[:60]}, "unknown_code")
    return code


def language(raw: Any) -> str:
    """A BCP 47 tag of a language that CLDR knows."""
    tag = rules.language_tag(raw) if isinstance(raw, str) and len(raw) <= LONGEST_TAG else None
    if tag is None or len(tag) > LONGEST_TAG:
        raise BadValue(_("“%(value)s” is no language tag (BCP 47).") % {"value": str(raw)[:60]}, "language")
    return tag
