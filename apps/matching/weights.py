"""Versions of the weights: saved as drafts, applied one at a time, and always a way back to those that ship."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.core.lifecycle import Conflict
from apps.journal import services as journal
from apps.matching import runs, selectors, store
from apps.matching.criteria import complete
from apps.matching.models import Run, WeightSet

State = WeightSet.State


def following() -> bool:
    """Whether the lists that are shown rest on the weights that hold."""
    run = selectors.current_run()
    return run is None or complete(run.weights) == complete(selectors.weights_now())


@transaction.atomic
def save(*, weights: Mapping[str, int], note: str = "", actor: User | None = None) -> WeightSet:
    """Keep weights that somebody set as a draft; they are as rules.WEIGHTS cleaned them."""
    row = WeightSet.objects.create(origin=WeightSet.Origin.HAND, weights=complete(weights), note=note, made_by=actor)
    _record(row.pk, "saved", actor)
    return row


@transaction.atomic
def keep_learned(*, weights: Mapping[str, int], evaluation: Mapping[str, Any]) -> WeightSet:
    """Keep what was learned as a draft, which takes the place of an earlier such draft."""
    learned = WeightSet.objects.filter(origin=WeightSet.Origin.LEARNED)
    learned.filter(state=State.DRAFT).update(state=State.RETIRED)
    row = WeightSet.objects.create(
        origin=WeightSet.Origin.LEARNED, weights=complete(weights), evaluation=dict(evaluation)
    )
    _record(row.pk, "learned", None)
    return row


@transaction.atomic
def apply(*, number: int, actor: User | None = None) -> Run:
    """Make a version hold from the next full run on, and ask for that run; raises Conflict where it holds already."""
    store.lock()
    WeightSet.objects.filter(state=State.APPLIED).exclude(pk=number).update(state=State.RETIRED)
    rows = WeightSet.objects.filter(pk=number).exclude(state=State.APPLIED)
    if not rows.update(state=State.APPLIED, applied_at=Now()):
        raise Conflict(_("This version is applied already."))
    _record(number, "applied", actor)
    return _run(actor)


@transaction.atomic
def ship(*, actor: User | None = None) -> Run:
    """Go back to the weights that ship; raises Conflict where they hold already."""
    store.lock()
    held = selectors.applied()
    if held is None or not WeightSet.objects.filter(pk=held.pk, state=State.APPLIED).update(state=State.RETIRED):
        raise Conflict(_("The weights that ship hold already."))
    _record(held.pk, "retired", actor)
    return _run(actor)


def _record(number: int, past: str, actor: User | None) -> None:
    journal.record(kind=f"weights.{past}", subject="weights", ids=[number], actor=actor.pk if actor else None)


def _run(actor: User | None) -> Run:
    """A full run under the weights that hold now; one that waits has not begun, and takes them too."""
    run = runs.request(actor=actor.pk if actor else None)
    Run.objects.filter(pk=run.pk, state=Run.State.REQUESTED).update(weights=selectors.weights_now())
    return run
