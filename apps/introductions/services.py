"""Every write to introductions: each move one conditional UPDATE by id, state and version, and one fact."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.core.lifecycle import Conflict
from apps.core.lifecycle import State as Published
from apps.enterprises.models import Enterprise
from apps.introductions import selectors
from apps.introductions.models import Introduction
from apps.introductions.rules import MOVES, State
from apps.introductions.selectors import Side
from apps.journal import services as journal


class Undeliverable(Conflict):
    """It reaches nobody. One sentence for every cause, so that nobody learns from it that they are excluded."""

    def __init__(self) -> None:
        super().__init__(
            _("It cannot be delivered: the listing has ended, or nobody there takes introductions at present.")
        )


@transaction.atomic
def propose(
    *, sender: Side, receiver: Side, note: str, language: str, actor: User, origin: str = ""
) -> tuple[Introduction, bool]:
    """Ask for an introduction; the second value says whether it is new: asking again finds the open one.

    Raises Conflict where it cannot be asked for now, Undeliverable where it would reach nobody.
    """
    if sender.enterprise.pk == receiver.enterprise.pk:
        raise Conflict(_("This is your own enterprise."))
    # Both enterprises, always in one order, so that counts hold and nobody waits in a circle.
    locked = _lock(sender.enterprise.pk, receiver.enterprise.pk)
    if found := selectors.open_between(sender, receiver):
        return _asked_before(found, sender), False
    _refuse_sender(sender)
    _refuse_receiver(sender, Side(locked[receiver.enterprise.pk], receiver.opportunity))
    row = Introduction.objects.create(
        sender=sender.enterprise, sender_opportunity=sender.opportunity, receiver=receiver.enterprise,
        receiver_opportunity=receiver.opportunity, note=note, language=language, origin=origin, asked_by=actor,
        deadline=Now() + timedelta(days=settings.INTRODUCTION_DAYS),
    )  # fmt: skip
    _record(row, State.PROPOSED.value, actor=actor.pk, enterprise=sender.enterprise.pk)
    return Introduction.objects.with_rows().get(pk=row.pk), True


def _lock(*enterprise_ids: int) -> dict[int, Enterprise]:
    rows = Enterprise.objects.select_for_update(no_key=True).filter(pk__in=enterprise_ids).order_by("pk")
    return {row.pk: row for row in rows}


def _asked_before(found: Introduction, sender: Side) -> Introduction:
    if found.sender_id != sender.enterprise.pk:
        raise Conflict(_("They have asked you already; answer their introduction."))
    return found


def _refuse_sender(sender: Side) -> None:
    if not selectors.is_listed(sender):
        raise Conflict(_("Only what is public can ask: publish your enterprise and your listing first."))
    most = settings.INTRODUCTIONS_SENT_AT_ONCE
    if Introduction.objects.waiting().filter(sender=sender.enterprise).count() >= most:
        text = _("%(most)d introductions of yours wait for an answer, which is the most; withdraw one or wait.")
        raise Conflict(text % {"most": most})


def _refuse_receiver(sender: Side, receiver: Side) -> None:
    reached = selectors.is_listed(receiver) and selectors.can_answer(receiver.enterprise)
    if not reached or selectors.vetoed(sender, receiver):
        raise Undeliverable
    waiting = Introduction.objects.waiting().filter(receiver=receiver.enterprise).count()
    if waiting >= selectors.takes_at_once(receiver.enterprise):
        raise Conflict(_("They have as many introductions to answer as they take at a time; ask again in some days."))


@transaction.atomic
def accept(*, introduction: Introduction, actor: User, by: int, version: int) -> None:
    """Accept for the enterprise `by`: from now on both sides know each other's names."""
    enterprises = _lock(introduction.sender_id, introduction.receiver_id).values()
    if any(row.state != Published.PUBLISHED for row in enterprises):
        raise Conflict(_("One of the two enterprises is not public at present."))
    _move(introduction, "accept", actor=actor, by=by, version=version, answered_by=actor)


def decline(*, introduction: Introduction, actor: User, by: int, version: int, reason: str, remark: str = "") -> None:
    """Decline for the enterprise `by`, with a reason of rules.Reason."""
    _move(introduction, "decline", actor=actor, by=by, version=version, reason=reason, remark=remark)


def withdraw(*, introduction: Introduction, actor: User, by: int, version: int) -> None:
    """Take back what the enterprise `by` asked for."""
    _move(introduction, "withdraw", actor=actor, by=by, version=version)


def conclude(
    *, introduction: Introduction, actor: User, by: int, version: int, outcome: str, reason: str = "", remark: str = ""
) -> None:
    """Record for the enterprise `by` what came of it: an agreement of rules.Outcome, or none with a reason."""
    values = {"outcome": outcome, "reason": reason, "remark": remark}
    _move(introduction, "conclude", actor=actor, by=by, version=version, **values)


@transaction.atomic
def _move(row: Introduction, name: str, *, actor: User | None, by: int, version: int, **values: Any) -> None:
    """Make a move of rules.MOVES, and record its fact; raises Conflict and changes nothing otherwise. `row` is refreshed."""
    step = MOVES[name]
    rows = Introduction.objects.filter(pk=row.pk, state=step.source, version=version)
    if name == "lapse":
        rows = rows.filter(deadline__lte=Now())
    elif step.source == State.PROPOSED:
        rows = rows.filter(deadline__gt=Now())
    if not rows.update(state=step.target, version=F("version") + 1, updated=Now(), **values):
        raise Conflict(_("It was answered, withdrawn or has lapsed meanwhile; read it again."))
    row.refresh_from_db(fields=["state", "version", "updated", *values])
    codes = {key: values[key] for key in ("reason", "outcome") if values.get(key)}
    _record(row, step.target, actor=actor.pk if actor else None, enterprise=by, **codes)


def _record(row: Introduction, past: str, *, actor: int | None, enterprise: int, **payload: Any) -> None:
    """A fact of the enterprise that acted; it does not name the other one, which may not be known to it yet."""
    journal.record(
        kind=f"introduction.{past}", subject="introduction", ids=[row.pk], actor=actor, enterprise=enterprise,
        version=row.version, **payload,
    )  # fmt: skip


def lapse_due(limit: int = 500) -> int:
    """Let lapse what nobody answered in time, by the database's clock; returns how many."""
    due = Introduction.objects.filter(state=State.PROPOSED, deadline__lte=Now()).order_by("deadline")[:limit]
    count = 0
    for row in due:
        try:
            _move(row, "lapse", actor=None, by=row.sender_id, version=row.version)
        except Conflict:  # somebody was quicker
            continue
        count += 1
    return count


def remind_due(limit: int = 500) -> int:
    """Remind the receivers of what will lapse soon, once each; returns how many."""
    soon = Now() + timedelta(days=settings.INTRODUCTION_REMINDER_DAYS)
    due = Introduction.objects.waiting().filter(deadline__lte=soon, reminded_at=None).order_by("deadline")[:limit]
    return sum(_remind(row) for row in due)


@transaction.atomic
def _remind(row: Introduction) -> bool:
    rows = Introduction.objects.filter(pk=row.pk, state=State.PROPOSED, version=row.version, reminded_at=None)
    done = bool(rows.update(reminded_at=Now()))
    if done:
        _record(row, "reminded", actor=None, enterprise=row.sender_id)
    return done
