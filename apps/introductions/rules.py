"""The states of an introduction, who may make which move, and what is asked for on the way; without the ORM."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from apps.core.records import BadValue, Field, Problem, Record, choice, text
from apps.reference import fields as reference

NOTE_LIMIT = 2000
REMARK_LIMIT = 1000
_PARTY = re.compile(r"(opportunity|enterprise)-([1-9]\d{0,17})", re.ASCII)


class State(models.TextChoices):
    PROPOSED = "proposed", gettext_lazy("Waiting for an answer")
    ACCEPTED = "accepted", gettext_lazy("Accepted")
    DECLINED = "declined", pgettext_lazy("an introduction", "Declined")
    LAPSED = "lapsed", gettext_lazy("Lapsed without an answer")
    WITHDRAWN = "withdrawn", gettext_lazy("Withdrawn")
    CONCLUDED = "concluded", gettext_lazy("Concluded")


class Reason(models.TextChoices):
    """Why nothing came of it; matching learns from these."""

    TECHNOLOGY = "technology", gettext_lazy("Not the technology we need")
    TOO_SMALL = "too_small", gettext_lazy("Capacity too small")
    TOO_LARGE = "too_large", gettext_lazy("Capacity too large")
    PRICE = "price", gettext_lazy("Price")
    COUNTRY = "country", gettext_lazy("Country")
    TIMING = "timing", gettext_lazy("Timing")
    HAVE_PARTNER = "have_partner", gettext_lazy("We have a partner already")
    COMPETITOR = "competitor", gettext_lazy("A competitor of ours")
    TRUST = "trust", gettext_lazy("We do not trust it enough yet")
    OTHER = "other", gettext_lazy("Another reason")


class Outcome(models.TextChoices):
    """The kind of agreement that an accepted introduction led to."""

    SUPPLY = "supply", gettext_lazy("Supply")
    LICENCE = "licence", gettext_lazy("Licence")
    JOINT_VENTURE = "joint_venture", gettext_lazy("Joint venture")
    EPC = "epc", gettext_lazy("EPC")
    FINANCE = "finance", gettext_lazy("Finance")
    RESEARCH = "research", gettext_lazy("Research")
    MEMORANDUM = "memorandum", gettext_lazy("Memorandum of understanding")
    NONE = "none", gettext_lazy("No agreement")


OPEN = (State.PROPOSED.value, State.ACCEPTED.value)
# Both sides have agreed to it: identities are open, and stay so.
AGREED = (State.ACCEPTED.value, State.CONCLUDED.value)
INTRODUCED = (*OPEN, State.CONCLUDED.value)


@dataclass(frozen=True, slots=True)
class Move:
    """One allowed change of state and the sides that may make it; the clock makes the one that has no side."""

    source: str
    target: str
    sides: tuple[str, ...] = ()


MOVES = {
    "accept": Move(State.PROPOSED.value, State.ACCEPTED.value, ("receiver",)),
    "decline": Move(State.PROPOSED.value, State.DECLINED.value, ("receiver",)),
    "withdraw": Move(State.PROPOSED.value, State.WITHDRAWN.value, ("sender",)),
    "lapse": Move(State.PROPOSED.value, State.LAPSED.value),
    "conclude": Move(State.ACCEPTED.value, State.CONCLUDED.value, ("sender", "receiver")),
}


class Party(NamedTuple):
    """What a side brings: one of its listings, or the enterprise itself; written "opportunity-12", "enterprise-7"."""

    kind: str
    pk: int

    def __str__(self) -> str:
        return f"{self.kind}-{self.pk}"


def party(raw: Any) -> Party:
    """A party as it is written in addresses and in the API."""
    found = _PARTY.fullmatch(raw) if isinstance(raw, str) else None
    if found is None:
        raise BadValue(_("Write opportunity-12 or enterprise-7, with the number of the listing or the enterprise."))
    return Party(found[1], int(found[2]))


def _remark_where_needed(values: dict[str, Any]) -> Iterable[Problem]:
    if values.get("reason") == Reason.OTHER and not values.get("remark", "").strip():
        yield Problem("remark", "required", _("Say in a few words what the reason is."))


def _reason_of_none(values: dict[str, Any]) -> Iterable[Problem]:
    if values.get("outcome") == Outcome.NONE and not values.get("reason"):
        yield Problem("reason", "required", _("Say why it came to no agreement."))
    if values.get("reason") and values.get("outcome") not in (None, "", Outcome.NONE):
        yield Problem("reason", "contradiction", _("A reason is stated only where there is no agreement."))


_REMARK = Field("remark", gettext_lazy("In a few words"), text(REMARK_LIMIT), "long_text")
_REASONS = choice(lambda: Reason.values, fold=str.lower)
ASK = Record(
    "introduction",
    [
        Field("from", gettext_lazy("On behalf of"), party, "choice", required=True),
        Field("to", gettext_lazy("To whom"), party, "choice", required=True),
        Field(
            "note",
            gettext_lazy("Your note"),
            text(NOTE_LIMIT),
            "long_text",
            required=True,
            help=gettext_lazy("What you propose, and why to them. They read it before they decide; at most 2,000 characters."),
        ),
        Field("language", gettext_lazy("Language of the note"), reference.language, "choice", required=True),
    ],
)  # fmt: skip
DECLINE = Record(
    "decline",
    [Field("reason", gettext_lazy("Reason"), _REASONS, "choice", required=True), _REMARK],
    rules=[_remark_where_needed],
)
CONCLUDE = Record(
    "outcome",
    [
        Field("outcome", gettext_lazy("What came of it"), choice(lambda: Outcome.values, fold=str.lower), "choice", required=True),
        Field("reason", gettext_lazy("Why no agreement"), _REASONS, "choice"),
        _REMARK,
    ],
    rules=[_reason_of_none, _remark_where_needed],
)  # fmt: skip
