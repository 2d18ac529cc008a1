"""The weights of matching as their pages show them: versions, each weight now and then, and what would change."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.forms import BoundField
from django.utils.translation import gettext as _

from apps.core.templatetags.voltbridge import number
from apps.matching import preview, selectors, weights
from apps.matching.criteria import CRITERIA, DEFAULT_WEIGHTS, TRACK_RECORD, complete
from apps.matching.enough import needed
from apps.matching.forms import WeightsForm
from apps.matching.models import WeightSet
from apps.matching.snapshot import Damaged
from apps.matching.wording import name as named
from apps.portal import own
from apps.portal.cards import NOTHING, Words

SHIPPED = "shipped"
LISTED = 50
Weights = Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Weight:
    """One weight in one view, as it holds now and as it would be, each with its length beside the heaviest; `field` to type it."""

    now: int
    then: int
    length: float
    field: BoundField | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """A criterion: its weight where a request judges an offer, and where an offer judges a request; no offer knows a track record."""

    label: str
    request: Weight
    offer: Weight | None


@dataclass(frozen=True, slots=True)
class First:
    """Who comes first in a list; without an address it is not public any more, without words there is nobody."""

    words: Words = NOTHING
    url: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """A request whose list would change."""

    request: First
    kept: int
    of: int
    before: First
    after: First


@dataclass(frozen=True, slots=True)
class Changes:
    """What would change, with the most changed requests; where it cannot be told, `missing` says why."""

    figures: preview.Preview | None = None
    lists: tuple[Change, ...] = ()
    missing: str = ""


@dataclass(frozen=True, slots=True)
class Need:
    """One figure of what learning takes."""

    label: str
    found: int
    wanted: int


@dataclass(frozen=True, slots=True)
class Version:
    """A version of the weights; the one that ships has no row."""

    name: str
    title: str
    weights: Weights
    row: WeightSet | None = None
    holds: bool = False


def version(name: str) -> Version | None:
    """The version of that name in addresses."""
    held = selectors.applied()
    if name == SHIPPED:
        return Version(SHIPPED, _("The weights that ship"), complete(DEFAULT_WEIGHTS), None, held is None)
    row = (
        WeightSet.objects.select_related("made_by").filter(pk=name).first()
        if name.isascii() and name.isdigit() and len(name) < 10
        else None
    )
    return _version(row, held) if row else None


def _version(row: WeightSet, held: WeightSet | None) -> Version:
    return Version(str(row.pk), _("Version %(number)s") % {"number": number(row.pk)}, row.weights, row, row == held)


def held() -> Version:
    """The version that holds."""
    row = selectors.applied()
    found = version(str(row.pk) if row else SHIPPED)
    assert found is not None  # noqa: S101 - it was found a line ago, and no version is ever deleted
    return found


def versions() -> list[Version]:
    """The newest versions."""
    applied = selectors.applied()
    rows = WeightSet.objects.select_related("made_by").order_by("-pk")[:LISTED]
    return [_version(row, applied) for row in rows]


def lines(then: Weights, form: WeightsForm | None = None) -> list[Line]:
    """Each criterion with what holds now and what would hold."""
    now = complete(selectors.weights_now())
    heaviest = max(1, *now.values(), *then.values())

    def weight(name: str) -> Weight:
        return Weight(now[name], then[name], then[name] / heaviest, form[name] if form else None)

    return [
        Line(named(name), weight(name), None if name in TRACK_RECORD else weight(f"offer:{name}")) for name in CRITERIA
    ]


def changes(then: Weights) -> Changes:
    """What these weights would change in the lists that are shown."""
    run = selectors.current_run()
    if run is None:
        return Changes(missing=_("There are no lists yet that could change."))
    try:
        found = preview.preview(run, then)
    except Damaged:
        return Changes(
            missing=_("What would change cannot be told here: the snapshot of the lists lies on another machine.")
        )
    return Changes(found, tuple(_changes(found.most_changed)))


def _changes(found: Sequence[preview.Changed]) -> list[Change]:
    """Those whose request is public still."""
    shown = selectors.shown_of([key for each in found for key in (each.request, each.before, each.after) if key >= 0])

    def first(key: int) -> First:
        row = shown.get(key)
        if row is None:
            return First(Words(_("not public any more")) if key >= 0 else NOTHING)
        return First(Words(str(row), row.language), own.address(row))

    return [
        Change(first(each.request), each.kept, each.of, first(each.before), first(each.after))
        for each in found
        if each.request in shown
    ]


def lesson() -> dict[str, Any]:
    """How learning stands: whether it is on, when it last ran, what it made, and what it lacks."""
    fact = selectors.last_lesson()
    found = {"on": settings.MATCHING_LEARN, "at": fact.at if fact else None}
    if fact is None or fact.kind == "weights.learned":
        return found | {"version": version(str(fact.subject_ids[0])) if fact else None}
    wanted = needed(settings.MATCHING_LEARN_LEAST)._asdict()
    labels = {
        "pairs": _("Answers that tell of the fit"), "accepted": _("of them accepted"), "declined": _("of them declined"),
        "enterprises": _("Enterprises that gave them"),
    }  # fmt: skip
    return found | {"needs": [Need(label, fact.payload[name], wanted[name]) for name, label in labels.items()]}


def following() -> bool:
    """Whether the lists that are shown rest on the weights that hold."""
    return weights.following()
