"""Who is told of what was published: saved searches that newly fit, at once or in the morning, each row once.

What fits has everything that was asked: a mail about a part of it would soon be read by nobody.
"""

from collections.abc import Collection
from datetime import timedelta

from django.db import connection, transaction
from django.db.models.functions import Now

from apps.core.clock import database_now
from apps.journal import services as journal
from apps.journal.models import Fact
from apps.search import ranking, saved
from apps.search.cursors import Cursor
from apps.search.models import Entry, SavedSearch, Told
from apps.search.rules import next_morning

AT_ONCE = "search.at_once"
# Saved searches that one delivery looks at, and results that one fact names.
BATCH, NAMED = 200, 20
DUE_BATCH = 50
# What is indexed late is found as new for a week after the last telling; what was told is remembered for longer.
LATE, REMEMBERED = timedelta(days=7), timedelta(days=30)


def follow(fact: Fact) -> None:
    """Have the searches that are told at once look at what was just published and indexed, a batch in each delivery."""
    if not fact.kind.endswith(".published"):
        return
    waiting = SavedSearch.objects.told().filter(kind=fact.subject, frequency=SavedSearch.Frequency.INSTANT)
    ids = list(waiting.order_by("pk").values_list("pk", flat=True))
    batches = (ids[start : start + BATCH] for start in range(0, len(ids), BATCH))
    journal.deliver_to(fact=fact, handler=AT_ONCE, keys=[f"{batch[0]}-{batch[-1]}" for batch in batches])


@transaction.atomic
def tell_at_once(*, fact: Fact, batch: str) -> int:
    """Tell the searches of a batch that what a fact published fits; returns how many were told."""
    searches = SavedSearch.objects.told().filter(kind=fact.subject, frequency=SavedSearch.Frequency.INSTANT)
    first, last = map(int, batch.split("-"))
    chosen = searches.filter(pk__range=(first, last)).select_related("user").order_by("pk")
    return sum(_tell(search, among=fact.subject_ids) for search in chosen)


@transaction.atomic
def collect_due() -> int:
    """Ask for what the searches whose morning has come found, and set their next one; returns how many there were."""
    due = SavedSearch.objects.told().filter(next_at__lte=Now()).select_related("user").order_by("next_at", "pk")
    searches = list(due.select_for_update(of=("self",), skip_locked=True)[:DUE_BATCH])
    now = database_now()
    for search in searches:
        weekly = search.frequency == SavedSearch.Frequency.WEEKLY
        search.next_at = next_morning(now, search.user.time_zone, weekly=weekly)
    SavedSearch.objects.bulk_update(searches, ["next_at"])
    if searches:
        journal.record(kind="search.due", subject="search", ids=[search.pk for search in searches])
    return len(searches)


@transaction.atomic
def tell_due(*, fact: Fact) -> int:
    """Tell each of a fact's searches of everything new; returns how many had something to tell."""
    Told.objects.filter(search__in=fact.subject_ids, at__lt=Now() - REMEMBERED).delete()
    searches = SavedSearch.objects.told().filter(pk__in=fact.subject_ids).select_related("user").order_by("pk")
    return sum(_tell(search) for search in searches)


def _tell(search: SavedSearch, among: Collection[int] | None = None) -> bool:
    """Record that a search found something, where it did: a fact with the newest of what nobody told of before."""
    new = _remember(search, among)
    if not new:
        return False
    SavedSearch.objects.filter(pk=search.pk).update(told_at=Now())
    entries = Entry.objects.filter(subject=search.kind, subject_id__in=new).order_by("-published_at", "-id")
    named = list(entries.values_list("subject_id", flat=True)[:NAMED])
    journal.record(kind="search.found", subject="search", ids=[search.pk], of=search.kind, found=named, count=len(new))
    return True


def _remember(search: SavedSearch, among: Collection[int] | None) -> list[int]:
    """Write down what fits and was not told, in one statement, so that of two deliveries only one finds it new."""
    asked = saved.criteria(search).understood(search.user.language)
    if asked is None:
        return []
    query, filters = asked
    made = ranking.Statement()
    where = made.where(query, ranking.Level(ranking.all_of(query.units), whole=True), filters, Cursor())
    since = max(search.since, search.told_at - LATE) if search.told_at else search.since
    where += f" AND published_at > {made.value(since)}"
    if among is not None:  # then its own index finds the row, however many others have the words
        where += f" AND subject = {made.value(search.kind)} AND subject_id = ANY({made.value(list(among))})"
    made.sql = f"""
INSERT INTO search_told (search_id, subject_id) SELECT {made.value(search.pk)}, subject_id FROM search_entry WHERE {where}
    ON CONFLICT DO NOTHING RETURNING subject_id"""  # noqa: S608 - constants and parameters
    with connection.cursor() as cursor:
        cursor.execute(made.sql, made.parameters)
        return [row[0] for row in cursor.fetchall()]
