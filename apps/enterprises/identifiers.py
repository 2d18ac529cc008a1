"""What can be said of a registry number from the number alone: three separate answers, and a warning never blocks."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _
from stdnum import lei
from stdnum.br import cnpj
from stdnum.exceptions import InvalidChecksum, ValidationError
from stdnum.in_ import gstin, pan
from stdnum.ru import inn, ogrn

_USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_USCC_WEIGHTS = [pow(3, place, 31) for place in range(17)]


# What is said of a number that looks wrong, in the language of who reads it; stored is the code.
WARNINGS = {
    "rounded": _("It ends in 000: a spreadsheet may have rounded it."),
    "check_digit": _("The check digit does not hold; please look at it again."),
    "form": _("It is not formed as numbers of this registry are."),
}


@dataclass(frozen=True, slots=True)
class Answer:
    """None means that nobody can say (no published rule); `warning` is a code of WARNINGS or nothing."""

    value: str
    syntax_ok: bool | None = None
    checksum_ok: bool | None = None
    warning: str = ""


def _uscc(value: str) -> Answer:
    """GB 32100-2015: 18 places of a 31-letter alphabet, only places 3 to 8 must be digits."""
    if len(value) != 18 or any(letter not in _USCC_ALPHABET for letter in value) or not value[2:8].isdigit():
        return Answer(value, False, None)
    total = sum(weight * _USCC_ALPHABET.index(letter) for weight, letter in zip(_USCC_WEIGHTS, value, strict=False))
    holds = _USCC_ALPHABET[(31 - total % 31) % 31] == value[17]
    rounded = value.isdigit() and value.endswith("000")
    return Answer(value, True, holds, "rounded" if rounded else "")


def _lei(value: str) -> Answer:
    """ISO 17442: 20 letters and digits whose number leaves 1 when divided by 97."""
    if len(value) != 20 or not value.isascii() or not value.isalnum():
        return Answer(value, False, None)
    return Answer(value, True, lei.is_valid(value))


def _stdnum(check: Callable[[str], str]) -> Callable[[str], Answer]:
    def answer(value: str) -> Answer:
        try:
            return Answer(check(value), True, True)
        except InvalidChecksum:
            return Answer(value, True, False)
        except ValidationError:
            return Answer(value, False, None)

    return answer


_RULES: dict[str, Callable[[str], Answer]] = {
    "LEI": _lei,
    "USCC": _uscc,
    "INN": _stdnum(inn.validate),
    "OGRN": _stdnum(ogrn.validate),
    "CNPJ": _stdnum(cnpj.validate),
    "GSTIN": _stdnum(gstin.validate),
    "PAN": _stdnum(pan.validate),
}


def examine(scheme: str, value: str) -> Answer:
    """Syntax and check digit of a number; a scheme without a published rule leaves both unknown."""
    rule = _RULES.get(scheme.upper())
    if rule is None:
        return Answer(value)
    answer = rule("".join(value.split()).upper())
    if answer.checksum_ok is False and not answer.warning:
        return Answer(answer.value, answer.syntax_ok, False, "check_digit")
    if answer.syntax_ok is False:
        return Answer(value, False, None, "form")
    return answer
