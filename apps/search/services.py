"""Every write to the index: an entry appears, changes or goes until it agrees with its row as it is now."""

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

from django.db import connection, transaction
from django.db.models import Max

from apps.core.lifecycle import State
from apps.core.models import Publishable
from apps.enterprises.models import Enterprise
from apps.opportunities.models import Opportunity
from apps.projects.models import Project
from apps.reference.selectors import members
from apps.search import documents, embeddings, spelling, versions
from apps.search.documents import Document, Members, Row
from apps.search.models import Entry, KnownWord, Rebuilding
from apps.taxonomy.selectors import recheck
from apps.translations.models import Translation

BATCH, PART = 1_000, 5_000
EMBEDDED_AT_ONCE = 64
SUBJECTS: Mapping[str, type[Publishable]] = {
    "enterprise": Enterprise,
    "project": Project,
    "opportunity": Opportunity,
}
_DOCUMENTS: Mapping[str, Callable[[Collection[int], Members], list[Document]]] = {
    "enterprise": documents.of_enterprises,
    "project": documents.of_projects,
    "opportunity": documents.of_opportunities,
}
_TEXTS: Mapping[str, tuple[str, ...]] = {
    "enterprise": ("name", "name_latin", "summary"),
    "project": ("title", "description"),
    "opportunity": ("title", "summary"),
}
_CHANGING = [item.name for item in Entry._meta.concrete_fields if item.name not in ("id", "subject", "subject_id")]
_COLUMNS, _NEW = ", ".join(_CHANGING), ", ".join(f"excluded.{name}" for name in _CHANGING)
# What is as it was is not written again: to file a row in the index of lexemes is most of what indexing costs.
_WRITE = f"""
INSERT INTO search_entry AS kept (subject, subject_id, {_COLUMNS})
SELECT subject, subject_id, {_COLUMNS} FROM json_populate_recordset(NULL::search_entry, %s::json)
    ON CONFLICT (subject, subject_id) DO UPDATE SET ({_COLUMNS}) = ROW ({_NEW})
 WHERE ({", ".join(f"kept.{name}" for name in _CHANGING)}) IS DISTINCT FROM ({_NEW})
"""  # noqa: S608 - constants

Progress = Callable[[str, int, int], None]
Reader = Callable[[str, Collection[int]], list[Document]]


@transaction.atomic
def index(subject: str, ids: Collection[int]) -> int:
    """Make the entries of these rows agree with what they are now; returns how many of them are public.

    The rows are locked first, so whichever of two calls comes last has read what the other one's cause committed.
    Whoever wants to change them must not wait for the analysis of texts: that is done before, and again only for what
    changed meanwhile, be it the text or the thesaurus and the frameworks that it is read by.
    """
    read_by, before = (recheck(), members()), versions.of(subject, ids)
    found = _analysed(subject, ids)
    rows = SUBJECTS[subject]._default_manager.filter(pk__in=ids)
    list(rows.select_for_update(no_key=True).order_by("pk").values_list("pk", flat=True))
    if (recheck(), members()) != read_by:
        before = {}
    now = versions.of(subject, ids)
    if changed := {number for number in ids if now.get(number) != before.get(number)}:
        found = {number: each for number, each in found.items() if number not in changed}
        found |= _analysed(subject, changed)
    write([entry for _document, entry in found.values()])
    Entry.objects.filter(subject=subject, subject_id__in=set(ids) - found.keys()).delete()
    if embeddings.is_on():
        embeddings.note(subject, [document for document, _entry in found.values()])
    return len(found)


def _analysed(subject: str, ids: Collection[int]) -> dict[int, tuple[Document, Row]]:
    """The documents of those of these rows that are public, with their entries."""
    found = _DOCUMENTS[subject](ids, members())
    return {document.subject_id: (document, documents.as_entry(document)) for document in found}


def write(entries: Sequence[Row]) -> None:
    """Insert entries, or replace those of the same rows that are others."""
    with connection.cursor() as cursor:
        cursor.execute(_WRITE, [json.dumps(entries, ensure_ascii=False)])


def index_with_dependants(subject: str, ids: Collection[int]) -> None:
    """Index rows, and what takes words or its being public from them: an enterprise's listings, a project's requests.

    A translation has no entry of its own: its words are its listing's.
    """
    if subject == "translation":
        translated = Translation.objects.filter(subject="opportunity", pk__in=ids)
        subject, ids = "opportunity", list(translated.values_list("subject_id", flat=True))
    index(subject, ids)
    if subject == "enterprise":
        _in_batches("project", Project.objects.filter(owner__in=ids).values_list("pk", flat=True))
        _in_batches("opportunity", Opportunity.objects.filter(enterprise__in=ids).values_list("pk", flat=True))
    if subject == "project":
        _in_batches("opportunity", Opportunity.objects.filter(project__in=ids).values_list("pk", flat=True))


def _in_batches(subject: str, ids: Iterable[int]) -> None:
    ordered = sorted(ids)
    for start in range(0, len(ordered), BATCH):
        index(subject, ordered[start : start + BATCH])


def parts() -> list[str]:
    """All rows of all subjects in parts of PART ids: "opportunity:5000" begins there."""
    ends = {
        subject: model._default_manager.aggregate(end=Max("pk", default=0))["end"]
        for subject, model in SUBJECTS.items()
    }
    return [f"{subject}:{start}" for subject, end in ends.items() for start in range(0, end + 1, PART)]


def index_part(part: str) -> None:
    """Index what of a part is published."""
    subject, _colon, start = part.partition(":")
    published = SUBJECTS[subject]._default_manager.filter(state=State.PUBLISHED)
    _in_batches(subject, published.filter(pk__gte=int(start), pk__lt=int(start) + PART).values_list("pk", flat=True))


def keep_words() -> int:
    """Keep the words of what is published, by which misspelt ones are put right; returns how many there are."""
    counted = spelling.counted(_published_texts())
    known: dict[str, KnownWord] = {}
    for (word, lexeme), rows in counted.most_common():
        if len(known) < spelling.KEPT:
            known.setdefault(word, KnownWord(word=word, lexeme=lexeme, rows=rows))
    with transaction.atomic():
        KnownWord.objects.all().delete()
        KnownWord.objects.bulk_create(known.values(), batch_size=5_000)
    return len(known)


def _published_texts() -> Iterator[tuple[str, str]]:
    """The texts of all published rows, each with its language."""
    for subject, names in _TEXTS.items():
        rows = SUBJECTS[subject]._default_manager.filter(state=State.PUBLISHED).values_list("language", *names)
        for language, *texts in rows.iterator(chunk_size=BATCH):
            yield "\n".join(texts), language


def rebuild(progress: Progress) -> None:
    """Index everything anew, in batches that each leave the index whole; once broken off it goes on where it was."""
    for subject in SUBJECTS:
        _rebuild_subject(subject, progress)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE search_entry")  # the frequencies of words, by which results are ranked
    keep_words()
    Rebuilding.objects.all().delete()


def _rebuild_subject(subject: str, progress: Progress) -> None:
    """Go on with the rows of a subject, and note how far it is after each batch."""
    state, _made = Rebuilding.objects.get_or_create(subject=subject)
    published = SUBJECTS[subject]._default_manager.filter(state=State.PUBLISHED)
    total, done = published.count(), published.filter(pk__lte=state.after).count()
    ids = [] if state.done else _ids_after(state)
    for start in range(0, len(ids), BATCH):
        batch = ids[start : start + BATCH]
        done += index(subject, batch)
        Rebuilding.objects.filter(pk=state.pk).update(after=batch[-1])
        progress(subject, min(done, total), total)
    Rebuilding.objects.filter(pk=state.pk).update(done=True)


def _ids_after(state: Rebuilding) -> list[int]:
    """The rows left that are published or still have an entry."""
    published = SUBJECTS[state.subject]._default_manager.filter(state=State.PUBLISHED, pk__gt=state.after)
    entries = Entry.objects.filter(subject=state.subject, subject_id__gt=state.after)
    return sorted({*published.values_list("pk", flat=True), *entries.values_list("subject_id", flat=True)})


def read(subject: str, ids: Collection[int]) -> list[Document]:
    """The documents of those of these rows that are public now."""
    return _DOCUMENTS[subject](ids, members())


def embed(progress: Callable[[int, int], None], reader: Reader = read) -> int:
    """Give a vector to each entry that waits for one, batch by batch; broken off, it goes on where it was.

    Returns how many have got one. Raises BadEncoder or NotPrepared.
    """
    total, done, after = embeddings.count_waiting(), 0, 0
    while batch := embeddings.waiting(after, EMBEDDED_AT_ONCE):
        waiting = {(each.subject, each.subject_id): each for each in batch}
        found = [
            (waiting[subject, document.subject_id], document)
            for subject in SUBJECTS
            for document in reader(subject, [each.subject_id for each in batch if each.subject == subject])
        ]
        embeddings.encode(found)
        after, done = batch[-1].entry, done + len(found)
        progress(done, max(total, done))
    return done
