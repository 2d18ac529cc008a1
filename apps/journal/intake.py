"""Taking in batches of records: new rows by COPY, changed ones by one UPDATE, and one fact for them all."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, ClassVar

from django.db import transaction
from django.utils.translation import gettext as _

from apps.core.copying import AnyOf, Columns, copying, fresh_ids, rewrite
from apps.core.lifecycle import EDITABLE, MOVES, State
from apps.core.models import Publishable
from apps.core.records import BadValue, Problem, Record
from apps.journal import services
from apps.journal.models import Version
from apps.journal.publishing import subject_of

BATCH = 1_000


@dataclass(frozen=True, slots=True)
class Terms:
    """On whose word a batch comes in, and what is asked for its rows.

    `publish`: the operator vouches for them. `submit`: they go to review. `within`: the enterprises that the person may
    write for; None means the operator, who may write for all.
    """

    publish: bool = False
    submit: bool = False
    actor: int | None = None
    within: frozenset[int] | None = None
    demonstration: bool = False

    def first_state(self) -> str:
        """The state of a row that was not there before."""
        return (State.PUBLISHED if self.publish else State.SUBMITTED if self.submit else State.DRAFT).value


@dataclass(slots=True)
class Result:
    """Ids created and changed, how many rows were so already, and what was refused by its place in the batch."""

    created: list[int] = field(default_factory=list)
    changed: list[int] = field(default_factory=list)
    unchanged: int = 0
    refused: list[tuple[int, Problem]] = field(default_factory=list)


class NotTaken(Exception):
    """One row of a batch is refused."""

    def __init__(self, column: str, code: str, message: str) -> None:
        super().__init__(message)
        self.problem = Problem(column, code, message)


@dataclass(frozen=True, slots=True)
class Change:
    """An existing row, what is written to it, and which of its fields thereby change."""

    row: Any
    values: dict[str, Any]
    fields: frozenset[str]
    state: str


Clean = Callable[[int], dict[str, Any] | None]


@dataclass(slots=True)
class _Work:
    """A batch on its way: what its names stand for, the rows there are, and what becomes of its records."""

    terms: Terms
    found: Any
    stored: dict[str, Any]
    created: list[dict[str, Any]] = field(default_factory=list)
    changed: list[Change] = field(default_factory=list)
    unchanged: int = 0
    refused: list[tuple[int, Problem]] = field(default_factory=list)


class Intake(ABC):
    """How batches of one kind of record are taken in; an app says what its links, texts and children are."""

    model: ClassVar[type[Publishable]]
    record: ClassVar[Record]
    owner: ClassVar[str]  # the column that names the enterprise
    links: ClassVar[tuple[str, ...]] = ()  # fields that hold the external id of another row

    def __init__(self) -> None:
        self.columns = Columns(self.model, without=frozenset({"created", "updated", "version", "review_note"}))

    @abstractmethod
    def look_up(self, names: Mapping[str, set[str]], terms: Terms) -> Any:
        """What the names in the batch's `links` stand for, in as few queries as there are links."""

    @abstractmethod
    def link(self, values: dict[str, Any], row: Any, found: Any, terms: Terms) -> None:
        """Put ids in place of names; raises NotTaken where a link names nothing that may be named."""

    @abstractmethod
    def complete(self, values: dict[str, Any], row: Any) -> None:
        """Fill in what the text says where its writer did not state it (language, technologies)."""

    @abstractmethod
    def as_record(self, row: Any) -> dict[str, Any]:
        """How a row reads before it is changed."""

    def stored(self, external_ids: list[str]) -> dict[str, Any]:
        """The rows there are, locked in one order, by external id."""
        named = self.model._default_manager.filter(AnyOf("external_id", external_ids))
        if not named.exists():
            return {}
        rows = self.related(named.select_for_update(no_key=True, of=("self",)).order_by("pk"))
        return {row.external_id or "": row for row in rows}

    def related(self, rows: Any) -> Any:
        """The same rows with what `as_record` reads of other tables."""
        return rows

    def differs(self, row: Any, name: str, value: Any) -> bool:
        """Whether a row holds something else than this value."""
        current = getattr(row, name)
        if isinstance(current, Decimal) and value is not None:
            return current != Decimal(str(value)).quantize(current)  # it has its column's decimals
        return bool(current != value)

    def write_more(self, created: list[dict[str, Any]], changed: list[Change], terms: Terms) -> None:  # noqa: B027
        """Write what lies in other tables than the row's own."""

    @transaction.atomic(savepoint=False)
    def store(self, batch: Sequence[Mapping[str, Any]], terms: Terms, clean: Clean | None = None) -> Result:
        """Write records (at most BATCH) with one fact; what is stored so already stays as it is.

        `clean` gives the cleaned values of the record at an index, or None where they are refused; without it the
        records are clean. It is called while the database works on the rows before, so it must not ask the database.
        """
        if len(batch) > BATCH:
            raise ValueError(f"a batch has at most {BATCH} records")
        found = self.look_up({link: set(self._names(batch, link)) for link in self.links}, terms)
        external_ids = self._names(batch, "external_id")
        work = _Work(terms, found, self.stored(external_ids))
        ids = iter(fresh_ids(self.model, len(external_ids) - len(work.stored)))
        given = self._given(terms)
        with copying(self.columns, unstated=self._unstated(batch)) as write:
            for index, record in enumerate(batch):
                values = clean(index) if clean else dict(record)
                if values is not None and self._is_new(index, values, work):
                    values.update(given, id=next(ids))
                    write(values)
        return self._finished(work, terms)

    def _names(self, batch: Sequence[Mapping[str, Any]], field: str) -> list[str]:
        """What the records name in a field; what is no name will be refused."""
        parse, names = self.record.parsers[field], list[str]()
        for record in batch:
            try:
                if stated := record.get(field):
                    names.append(parse(stated))
            except BadValue:
                continue
        return names

    def _unstated(self, batch: Sequence[Mapping[str, Any]]) -> set[str]:
        """Fields that no record of the batch states and that are not read from its text either."""
        return set(self.record.parsers).difference({"language", "technologies"}, *batch)

    def _given(self, terms: Terms) -> dict[str, Any]:
        """What all new rows have in common; PostgreSQL reads "now" as the time of the transaction."""
        state = terms.first_state()
        stamp = {State.SUBMITTED: "submitted_at", State.PUBLISHED: "published_at"}.get(State(state))
        return {"state": state, "demonstration": terms.demonstration} | ({stamp: "now"} if stamp else {})

    def _is_new(self, index: int, values: dict[str, Any], work: "_Work") -> bool:
        """Whether these values make a new row; if not, what changes or is refused is noted."""
        row = work.stored.get(values["external_id"])
        try:
            self._settle(values, row, work.found, work.terms)
            if row is None:
                work.created.append(values)
                return True
            if change := self._change(row, values, work.terms):
                work.changed.append(change)
            else:
                work.unchanged += 1
        except NotTaken as error:
            work.refused.append((index, error.problem))
        return False

    def _finished(self, work: "_Work", terms: Terms) -> Result:
        """Write what is left when the new rows are written: changes, what lies in other tables, the fact."""
        created, changed = work.created, work.changed
        self._keep_versions(changed)
        rewrite(self.columns, [self._rewritten(change, terms) for change in changed], _STEPS)
        self.write_more(created, changed, terms)
        self._record(created, changed, terms)
        ids = [values["id"] for values in created], [change.row.pk for change in changed]
        return Result(*ids, work.unchanged, work.refused)

    def _settle(self, values: dict[str, Any], row: Any, found: Any, terms: Terms) -> None:
        """Put everything in place that is not said by the record itself: links, what the text says, defaults."""
        if row is not None and terms.within is not None and getattr(row, self.owner) not in terms.within:
            raise NotTaken("external_id", "foreign", _("This external id belongs to another enterprise."))
        self.link(values, row, found, terms)
        self.complete(values, row)
        for name in self.columns.filled:
            if name in values and not values[name]:
                values[name] = self.columns.defaults[name]

    def _change(self, row: Any, values: dict[str, Any], terms: Terms) -> Change | None:
        kept = {name: entry for name, entry in row.as_entered.items() if name not in values}
        values["as_entered"] = kept | values.get("as_entered", {})
        fields = frozenset(name for name, value in values.items() if self.differs(row, name, value))
        state = self._state(row.state, fields, terms)
        if fields:
            merged = {name: getattr(row, name) for name in self.columns.names} | values
            for problem in self.record.not_restated(values, vars(row)) or self.record.contradictions(merged):
                raise NotTaken(problem.field, problem.code, problem.message)
        return Change(row, values, fields, state) if fields or state != row.state else None

    def _state(self, state: str, fields: frozenset[str], terms: Terms) -> str:
        """The state after this change; what is under review or ended is not changed by a file."""
        if terms.publish and state in MOVES["vouch"].sources | {State.PUBLISHED}:
            return State.PUBLISHED.value
        if not terms.publish and state in EDITABLE:
            to_review = terms.submit and state in MOVES["submit"].sources
            to_review |= state == State.PUBLISHED and any(self._is_material(name) for name in fields)
            return State.SUBMITTED.value if to_review else state
        if fields:
            message = _("It is “%(state)s” now, so a file cannot change it.") % {"state": State(state).label}
            raise NotTaken("", "locked", message)
        return state

    def _is_material(self, name: str) -> bool:
        known = self.record.by_name.get(name)
        return known.material if known else name != "as_entered"

    def _rewritten(self, change: Change, terms: Terms) -> dict[str, Any]:
        present = {name: getattr(change.row, name) for name in self.columns.names}
        present |= {name: value for name, value in change.values.items() if name in present}
        return present | {"state": change.state, "demonstration": present["demonstration"] or terms.demonstration}

    def _keep_versions(self, changed: list[Change]) -> None:
        subject = subject_of(self.model)
        rows = [change.row for change in changed if change.fields]
        versions = [
            Version(subject=subject, subject_id=row.pk, number=row.version, data=self.as_record(row)) for row in rows
        ]
        Version.objects.bulk_create(versions, ignore_conflicts=True)

    def _record(self, created: list[dict[str, Any]], changed: list[Change], terms: Terms) -> None:
        ids = [values["id"] for values in created] + [change.row.pk for change in changed]
        if not ids:
            return
        owners = {values.get(self.owner) for values in created} | {
            getattr(change.row, self.owner) for change in changed
        }
        subject = subject_of(self.model)
        services.record(
            kind=f"{subject}.imported", subject=subject, ids=ids, actor=terms.actor,
            enterprise=owners.pop() if len(owners) == 1 else None,
            created=len(created), changed=len(changed), published=terms.publish, **_sent_to_review(created, changed, terms),
        )  # fmt: skip


def _sent_to_review(created: list[dict[str, Any]], changed: list[Change], terms: Terms) -> dict[str, list[int]]:
    """Which rows a moderator looks at now, for those who must hear of it; nothing where there are none."""
    ids = [values["id"] for values in created] if terms.first_state() == State.SUBMITTED else []
    ids += [change.row.pk for change in changed if change.state == State.SUBMITTED]
    return {"submitted": ids} if ids else {}


def _on_becoming(state: State, then: str, column: str) -> str:
    return f"CASE WHEN new.state = '{state}' AND kept.state <> '{state}' THEN {then} ELSE kept.{column} END"


# What becomes of the columns that no record states, from the row before (kept) and after (new).
_STEPS = {
    "version": "kept.version + 1",
    "updated": "now()",
    "submitted_at": _on_becoming(State.SUBMITTED, "now()", "submitted_at"),
    "published_at": _on_becoming(State.PUBLISHED, "now()", "published_at"),
    "review_note": _on_becoming(State.PUBLISHED, "''", "review_note"),
}
