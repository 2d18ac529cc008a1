"""Every write to a person's saved searches: kept, renamed, told more or less often, paused, deleted."""

from typing import Any

from django.core import signing
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.core.clock import database_now
from apps.core.lifecycle import Conflict
from apps.core.problems import InvalidRecord
from apps.core.records import Problem
from apps.journal import services as journal
from apps.search.criteria import Criteria
from apps.search.models import SavedSearch
from apps.search.rules import next_morning

MOST = 20
_SALT = "search.stop"


def criteria(search: SavedSearch) -> Criteria:
    """What a saved search asks for."""
    return Criteria(search.kind, search.question, search.language, search.filters, search.plain)


def morning(user: User, frequency: str) -> Any:
    """When a person is next told; what is told at once has a morning too, for what no single publication told of."""
    return next_morning(database_now(), user.time_zone, weekly=frequency == SavedSearch.Frequency.WEEKLY)


@transaction.atomic
def save(*, user: User, asked: Criteria, name: str, frequency: str) -> SavedSearch:
    """Keep a search for a person; raises InvalidRecord where it can find nothing, Conflict where they have it or too many."""
    if asked.understood(user.language) is None:
        message = _("Nothing in the question can be searched for; write a word of what you look for.")
        raise InvalidRecord([Problem("q", "not_understood", message)])
    User.objects.select_for_update(no_key=True).get(pk=user.pk)  # one at a time, so that the count holds
    mine = SavedSearch.objects.filter(user=user)
    if same := mine.filter(digest=asked.digest).first():
        raise Conflict(_("You saved this search already, as “%(name)s”.") % {"name": same.name})
    if mine.count() >= MOST:
        raise Conflict(_("You have %(most)d saved searches, which is the most; delete one first.") % {"most": MOST})
    search = SavedSearch.objects.create(
        user=user, name=name, kind=asked.kind, question=asked.question, language=asked.language,
        plain=list(asked.plain), filters=dict(asked.filters), digest=asked.digest, frequency=frequency, next_at=morning(user, frequency),
    )  # fmt: skip
    _record("saved", search, frequency=frequency, of=asked.kind)
    search.refresh_from_db()
    return search


@transaction.atomic
def change(*, search: SavedSearch, version: int, **values: Any) -> None:
    """Give a saved search another name or frequency; raises Conflict where it was changed meanwhile."""
    fields = sorted(values)
    if "frequency" in values:
        values["next_at"] = morning(search.user, values["frequency"])
    rows = SavedSearch.objects.filter(pk=search.pk, version=version)
    if not rows.update(**values, version=F("version") + 1, updated=Now()):
        raise Conflict(_("It was changed meanwhile; read it again."))
    search.refresh_from_db()
    _record("changed", search, fields=fields, frequency=search.frequency)


@transaction.atomic
def pause(*, search: SavedSearch) -> bool:
    """Tell of it no more; False where it is paused or gone already."""
    rows = SavedSearch.objects.filter(pk=search.pk, paused=False)
    done = rows.update(paused=True, version=F("version") + 1, updated=Now())
    if done:
        search.refresh_from_db()
        _record("paused", search)
    return bool(done)


@transaction.atomic
def resume(*, search: SavedSearch) -> bool:
    """Tell of what is published from now on; False where it is not paused or gone."""
    values = {"since": Now(), "next_at": morning(search.user, search.frequency)}
    rows = SavedSearch.objects.filter(pk=search.pk, paused=True)
    done = rows.update(paused=False, version=F("version") + 1, updated=Now(), **values)
    if done:
        search.refresh_from_db()
        _record("resumed", search)
    return bool(done)


@transaction.atomic
def delete(*, search: SavedSearch) -> bool:
    """Forget a saved search; False where it is gone already."""
    number = search.pk
    done, _by_model = SavedSearch.objects.filter(pk=number).delete()
    if done:
        journal.record(kind="search.deleted", subject="search", ids=[number], actor=search.user_id)
    return bool(done)


def _record(past: str, search: SavedSearch, **payload: Any) -> None:
    journal.record(
        kind=f"search.{past}",
        subject="search",
        ids=[search.pk],
        actor=search.user_id,
        version=search.version,
        **payload,
    )


def stop_token(search: SavedSearch) -> str:
    """A signed word that lets its bearer pause this search and nothing else."""
    return signing.dumps(search.pk, salt=_SALT)


def stop(token: str) -> bool:
    """Pause the search whose token this is; False where it was not signed here."""
    try:
        number = signing.loads(token, salt=_SALT)
    except signing.BadSignature:
        return False
    for search in SavedSearch.objects.filter(pk=number):
        pause(search=search)
    return True
