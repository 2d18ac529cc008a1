"""Attention in the platform's lists: what a run's requests show, factors that spread it, and the report of both.

Lists as they are stored go by fit alone. The factors come into play where a request's list is shown.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from django.db import transaction

from apps.core.clock import database_now
from apps.enterprises.models import Enterprise
from apps.journal import services as journal
from apps.matching import against, depot, exposure, kernel, live, snapshot
from apps.matching.criteria import TOP
from apps.matching.exposure import DEPTH, SHOWN, Lists
from apps.matching.layout import Side, every
from apps.matching.models import AttentionFactor, FairnessReport, Match, PackedListing, Run

PAIRS = 100_000_000  # scored at most; of a large platform's requests, every so many
OFFERS_AT_ONCE = 50_000
AGES = {"under_90_days": 90, "under_a_year": 365}
OLDER = "a_year_and_more"
Report = dict[str, Any]
Mask = npt.NDArray[np.bool_]


class Measured(NamedTuple):
    """Requests' lists by place in `enterprises`, which are those that fit any of these requests at all."""

    lists: Lists
    enterprises: npt.NDArray[np.int64]

    @property
    def size(self) -> int:
        return len(self.enterprises)


def settle_run(run_id: int) -> None:
    """Measure a run that was just shown, unless a later one or another machine's disk holds what it needs."""
    run = Run.objects.filter(pk=run_id, current__isnull=False).first()
    if run is not None:
        settle(run)


@transaction.atomic
def settle(run: Run) -> Report | None:
    """Write the factors and the report of a run; None where its snapshot is not to be had."""
    try:
        found = measured(run)
    except snapshot.Damaged:
        return None
    factors = exposure.factors(found.lists, found.size)
    made = report(found, factors)
    AttentionFactor.objects.all().delete()
    AttentionFactor.objects.bulk_create(
        [
            AttentionFactor(enterprise_id=pk, factor=factor)
            for pk, factor in zip(found.enterprises.tolist(), factors.tolist(), strict=True)
        ],
        batch_size=5000,
    )
    FairnessReport.objects.update_or_create(run=run, defaults={"report": made, "made_at": database_now()})
    journal.record(kind="matching.spread", subject="run", ids=[run.pk])
    return made


def measured(run: Run) -> Measured:
    """The lists of a run's requests, or of a sample, DEPTH deep."""
    sides, _, alike = depot.read(run)
    step = max(1, len(sides.offers.keys) * len(sides.requests.keys) // PAIRS)
    return measure(sides.offers, every(sides.requests, step), kernel.rules(run.weights, alike))


def measure(offers: Side, requests: Side, rule: kernel.Rules) -> Measured:
    """The same of any two sides."""
    fits, best = [np.zeros(0, bool)], kernel.empty_lists(len(requests.keys), DEPTH)
    for start in range(0, max(1, len(offers.keys)), OFFERS_AT_ONCE):
        stop = min(start + OFFERS_AT_ONCE, len(offers.keys))
        of_offers, _, _ = kernel.scan(offers, requests, rule, start=start, stop=stop, top=DEPTH, of_requests=best)
        fits.append(of_offers.places[:, 0] >= 0)
    owners = offers.rows["enterprise"]
    enterprises = np.unique(owners[np.concatenate(fits)])
    number = np.searchsorted(enterprises, owners)
    owned = np.where(best.places >= 0, number[best.places] if len(number) else -1, -1)
    return Measured(Lists(best.scores, owned.astype(np.int64)), enterprises.astype(np.int64))


def report(found: Measured, factors: exposure.Numbers) -> Report:
    """What the command prints and the page shows; a group's exposure is that of its average member, 1 for everybody's average."""
    before, after = exposure.first(found.lists), exposure.spread(found.lists, factors)
    seen = {name: exposure.exposure(shown, found.size) for name, shown in (("before", before), ("after", after))}
    envious = {
        name: exposure.envious(found.lists, shown, found.size) for name, shown in (("before", before), ("after", after))
    }
    groups = _groups(found.enterprises)
    return {
        "requests": len(found.lists.scores),
        **_measures(np.ones(found.size, bool), seen, envious),
        "loss_of_fit": round(exposure.lost(found.lists, after), 4),
        "loss_by_place": round(exposure.lost_at_top(found.lists, after), 4),
        "groups": {
            name: [{"value": value, **_measures(values == value, seen, envious)} for value in sorted(set(values))]
            for name, values in groups.items()
        },
    }


def _measures(members: Mask, seen: Mapping[str, exposure.Numbers], envious: Mapping[str, Mask]) -> Report:
    several = bool(members.any())
    return {
        "enterprises": int(members.sum()),
        "exposure": {
            name: round(float(values[members].mean() / (values.mean() or 1)), 4) if several else 0.0
            for name, values in seen.items()
        },
        "gini": {name: round(exposure.gini(values[members]), 4) for name, values in seen.items()},
        "envy": {name: round(float(values[members].mean()), 4) if several else 0.0 for name, values in envious.items()},
    }


def _groups(enterprises: npt.NDArray[np.int64]) -> dict[str, npt.NDArray[np.str_]]:
    """Country, size and age of each enterprise; "" where it is not stated, or where the enterprise is gone by now."""
    rows = Enterprise.objects.filter(pk__in=enterprises.tolist())
    known = {row[0]: row[1:] for row in rows.values_list("pk", "country", "employees_band", "published_at")}
    now = database_now()
    each = [known.get(pk, ("", "", None)) for pk in enterprises.tolist()]
    return {
        "country": np.array([country for country, _, _ in each], np.str_),
        "employees": np.array([band for _, band, _ in each], np.str_),
        "age": np.array([_age(published, now) for _, _, published in each], np.str_),
    }


def _age(published: datetime | None, now: datetime) -> str:
    if published is None:
        return ""
    days = (now - published).days
    return next((name for name, most in AGES.items() if days < most), OLDER)


def shown(run: Run, key: int, rows: Sequence[Match]) -> list[Match]:
    """A request's list as it is shown where attention is spread: of its best DEPTH, in the order of the factors."""
    entries = sorted([*rows, *_deeper(run, key, rows)], key=lambda entry: (-entry.score, entry.other))[:DEPTH]
    if not entries:
        return []
    factor = _factors([entry.other for entry in entries])
    scores = np.array([[entry.score for entry in entries]])
    order = exposure.reordered(scores, np.array([[factor[entry.other] for entry in entries]]))
    return [entries[place] for place in order[0]]


def _factors(keys: Sequence[int]) -> dict[int, float]:
    owners = dict(PackedListing.objects.filter(key__in=keys).values_list("key", "enterprise_id"))
    found = AttentionFactor.objects.filter(enterprise_id__in=set(owners.values()))
    factors = dict(found.values_list("enterprise_id", "factor"))
    return {key: factors.get(owners.get(key, 0), 1.0) for key in keys}


def _deeper(run: Run, key: int, rows: Sequence[Match]) -> Iterator[Match]:
    """Who would come after a full list, by what stands now."""
    found = against.find(run, key) if len(rows) >= TOP else None
    if found is None:
        return
    held = [row.other for row in rows]
    for side, standing in found.others:
        scores = live.scores_with(found.owner.side, side, found.rule, is_request=found.owner.is_request)
        scores[~standing | np.isin(side.keys, held)] = -1
        places = kernel.best(scores, side.keys, DEPTH - SHOWN)
        yield from against.entries(run.pk, found.owner, side, places, found.rule)
