"""Where snapshots lie: a folder of this machine, and the store from which every other machine fetches its own copy.

The store is Django's `STORAGES["snapshots"]`; without one the folder is the only place, on a single machine or on a shared disk. A
folder is named by its run and its checksum, so nothing that is there is ever written over.
"""

import fcntl
import re
import shutil
import tempfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.core.files import File
from django.core.files.storage import Storage, storages
from django.db.models import Q

from apps.matching import snapshot
from apps.matching.layout import Array
from apps.matching.models import Current, Run
from apps.matching.snapshot import Damaged, Lexicon, Snapshot

_OF_RUN = re.compile(r"\.?run-(\d+)\b")


def _root() -> Path:
    root = Path(settings.SNAPSHOT_DIR)
    root.mkdir(parents=True, exist_ok=True)
    return root


def _store() -> Storage | None:
    return storages["snapshots"] if "snapshots" in settings.STORAGES else None


def _name(run_id: int, checksum: str) -> str:
    return f"run-{run_id}-{checksum[:16]}"


def folder(run: Run) -> Path:
    """Where this machine has a run's snapshot, or would have it."""
    return _root() / _name(run.pk, run.checksum)


def put(run_id: int, found: Snapshot, words: Lexicon, alike: Array) -> str:
    """Write a run's snapshot here and into the store; returns its checksum."""
    with _draft(run_id) as draft:
        checksum = snapshot.write(draft, found, words, alike)
        if store := _store():
            _send(draft, store, _name(run_id, checksum))
        _settle(draft, _root() / _name(run_id, checksum))
    return checksum


@contextmanager
def _draft(run_id: int) -> Iterator[Path]:
    """A folder that is gone afterwards, unless it has been settled: what has the final name is whole."""
    draft = Path(tempfile.mkdtemp(prefix=f".run-{run_id}-", dir=_root()))
    try:
        yield draft
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _settle(draft: Path, final: Path) -> None:
    draft.chmod(0o755)
    shutil.rmtree(final, ignore_errors=True)  # it was damaged, or is the same
    draft.replace(final)


def _send(source: Path, store: Storage, name: str) -> None:
    """The contents go last: where they are, everything is."""
    for path in sorted(source.iterdir(), key=lambda path: path.name == snapshot.CONTENTS):
        target = f"{name}/{path.name}"
        store.delete(target)  # from an attempt that was broken off
        with path.open("rb") as stream:
            if store.save(target, File(stream)) != target:
                raise OSError(f"the store of snapshots gave {target} another name")


def read(run: Run, *, fetch: bool = True) -> tuple[Snapshot, Lexicon, Array]:
    """Open a run's snapshot, fetched first where this machine has none or a damaged one; a page does not wait for that.

    Raises Damaged where there is none to be had, and OSError where it could not be brought here now.
    """
    try:
        return snapshot.read(folder(run), run.checksum)
    except Damaged:
        store = _store()
        if store is None or not fetch:
            raise
    _fetch(run, store)
    return snapshot.read(folder(run), run.checksum)


def bring(run: Run) -> None:
    """Have a run's snapshot here before a lock is taken under which others would wait for it. Raises as `read` does."""
    if not folder(run).is_dir():
        read(run)


def _fetch(run: Run, store: Storage) -> None:
    name = _name(run.pk, run.checksum)
    with _one_process_at_a_time(run.pk), _draft(run.pk) as draft:
        if _is_here(run):
            return
        try:
            for file in _files(draft, store, name, run.checksum):
                _bring(store, f"{name}/{file}", draft / file)
            snapshot.read(draft, run.checksum, thorough=True)
            _settle(draft, folder(run))
        except (Damaged, OSError) as error:
            error.add_note(f"This happened while the snapshot {name} was fetched from the store into {_root()}.")
            raise
    sweep_here(but=run.pk)


@contextmanager
def _one_process_at_a_time(run_id: int) -> Iterator[None]:
    """The processes of one machine begin a run together; one fetches for all of them."""
    with (_root() / f".run-{run_id}.lock").open("w") as gate:
        fcntl.flock(gate, fcntl.LOCK_EX)
        yield


def _is_here(run: Run) -> bool:
    try:
        snapshot.read(folder(run), run.checksum)
    except Damaged:
        return False
    return True


def _files(draft: Path, store: Storage, name: str, checksum: str) -> list[str]:
    _bring(store, f"{name}/{snapshot.CONTENTS}", draft / snapshot.CONTENTS)
    return snapshot.files(draft, checksum)


def _bring(store: Storage, source: str, target: Path) -> None:
    try:
        with store.open(source) as stream, target.open("wb") as copy:
            shutil.copyfileobj(stream, copy, 1 << 20)
    except FileNotFoundError as error:
        raise Damaged(f"{source} is not in the store of snapshots") from error


def _kept() -> set[int]:
    """Runs whose snapshots are needed: that is shown, those that wait or are at work."""
    at_work = Q(state__in=[Run.State.REQUESTED, Run.State.RUNNING])
    shown = Current.objects.filter(run__isnull=False).values("run_id")
    return set(Run.objects.filter(at_work | Q(pk__in=shown)).values_list("pk", flat=True))


def sweep() -> None:
    """Remove the snapshots of runs that ended, here and in the store; the one that is shown stays."""
    sweep_here()
    if store := _store():
        folders, _ = store.listdir("")
        for name in _ended(folders, _kept()):
            for file in store.listdir(name)[1]:
                store.delete(f"{name}/{file}")
            store.delete(name)


def sweep_here(*, but: int = 0) -> None:
    """The same for this machine alone; `but` is a run that is being read although it has ended."""
    for name in _ended([path.name for path in _root().iterdir()], {*_kept(), but}):
        path = _root() / name
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


def _ended(names: Collection[str], kept: Collection[int]) -> list[str]:
    return [name for name in names if (found := _OF_RUN.match(name)) and int(found[1]) not in kept]
