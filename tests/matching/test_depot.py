"""A machine that lacks a run's snapshot fetches it from the store, whole and as its checksum says, or not at all."""

import errno
import shutil
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.conf import settings
from django.core.files.storage import FileSystemStorage, Storage, storages

from apps.matching import depot, snapshot
from apps.matching.models import Current, Run
from apps.matching.snapshot import Damaged
from config import addresses

pytestmark = pytest.mark.django_db
NOTHING = snapshot.lay_out([], [], snapshot.EMPTY_LEXICON)
ALIKE = np.arange(4, dtype=np.uint8).reshape(2, 2)
ANY_BACKEND = {"BACKEND": "django.core.files.storage.InMemoryStorage"}


@pytest.fixture
def here(tmp_path: Path, settings: Any) -> Path:
    """One machine's folder, and a store that is no folder."""
    settings.SNAPSHOT_DIR = tmp_path / "here"
    settings.STORAGES = settings.STORAGES | {"snapshots": ANY_BACKEND}
    return tmp_path / "here"


def a_run(state: str = "running") -> Run:
    run = Run.objects.create(state=state)
    run.checksum = depot.put(run.pk, NOTHING, snapshot.EMPTY_LEXICON, ALIKE)
    run.save()
    return run


def on_another_machine(tmp_path: Path, settings: Any) -> None:
    settings.SNAPSHOT_DIR = tmp_path / "there"


def files(folder: Path) -> list[str]:
    """Everything but the lock."""
    return sorted(path.name for path in folder.iterdir() if not path.name.endswith(".lock"))


def test_another_machine_fetches_the_snapshot_once(here: Path, tmp_path: Path, settings: Any) -> None:
    run = a_run()
    on_another_machine(tmp_path, settings)
    assert (depot.read(run)[2] == ALIKE).all()
    storages["snapshots"].delete(f"{depot.folder(run).name}/{snapshot.CONTENTS}")
    assert (depot.read(run)[2] == ALIKE).all()
    assert files(tmp_path / "there") == [depot.folder(run).name]


def test_a_page_does_not_wait_for_a_fetch(here: Path, tmp_path: Path, settings: Any) -> None:
    run = a_run()
    on_another_machine(tmp_path, settings)
    with pytest.raises(Damaged):
        depot.read(run, fetch=False)
    assert files(tmp_path / "there") == []


def test_a_damaged_copy_is_fetched_anew(here: Path, tmp_path: Path, settings: Any) -> None:
    run = a_run()
    on_another_machine(tmp_path, settings)
    depot.read(run)
    (depot.folder(run) / "alike.npy").write_bytes(b"cut")
    assert (depot.read(run)[2] == ALIKE).all()


def test_what_the_store_spoilt_is_never_settled_and_fetched_again_when_it_is_mended(
    here: Path, tmp_path: Path, settings: Any
) -> None:
    run = a_run()
    name = f"{depot.folder(run).name}/alike.npy"
    on_another_machine(tmp_path, settings)
    with storages["snapshots"].open(name) as stream:
        good = stream.read()
    with storages["snapshots"].open(name, "wb") as stream:
        stream.write(good[:-1] + b"\x09")
    with pytest.raises(Damaged, match="alike is not as it was written") as caught:
        depot.read(run)
    assert "while the snapshot run-" in caught.value.__notes__[0]
    assert files(tmp_path / "there") == []
    with storages["snapshots"].open(name, "wb") as stream:
        stream.write(good)
    assert (depot.read(run)[2] == ALIKE).all()


def test_what_the_store_lacks_is_named(here: Path, tmp_path: Path, settings: Any) -> None:
    run = a_run()
    storages["snapshots"].delete(f"{depot.folder(run).name}/alike.npy")
    on_another_machine(tmp_path, settings)
    with pytest.raises(Damaged, match=r"alike.npy is not in the store of snapshots"):
        depot.read(run)


def test_a_full_disk_is_named_and_leaves_nothing(
    here: Path, tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    run = a_run()
    on_another_machine(tmp_path, settings)
    monkeypatch.setattr(shutil, "copyfileobj", full)
    with pytest.raises(OSError, match="No space left on device") as caught:
        depot.read(run)
    assert str(tmp_path / "there") in caught.value.__notes__[0]
    assert files(tmp_path / "there") == []
    monkeypatch.undo()
    assert (depot.read(run)[2] == ALIKE).all()


def test_processes_of_one_machine_that_race_fetch_once(
    here: Path, tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = a_run()
    on_another_machine(tmp_path, settings)
    fetched: list[str] = []
    bring = depot._bring

    def seen(store: Storage, source: str, target: Path) -> None:
        fetched.append(source)
        bring(store, source, target)

    monkeypatch.setattr(depot, "_bring", seen)
    monkeypatch.setattr(depot, "sweep_here", lambda **_: None)  # each thread would open a connection of its own
    racing = [threading.Thread(target=depot.read, args=[run]) for _ in range(4)]
    for each in racing:
        each.start()
    for each in racing:
        each.join()
    assert len(fetched) == len(set(fetched))
    assert files(tmp_path / "there") == [depot.folder(run).name]


def test_the_snapshots_of_runs_that_ended_go_from_every_machine_and_from_the_store(
    here: Path, tmp_path: Path, settings: Any
) -> None:
    shown, gone = a_run("done"), a_run("done")
    Current.objects.update_or_create(pk=1, defaults={"run": shown})
    (here / f".run-{gone.pk}-broken-off").mkdir()
    on_another_machine(tmp_path, settings)
    depot.read(gone)
    at_work = a_run()
    depot.read(shown)
    assert files(tmp_path / "there") == sorted(depot.folder(run).name for run in (shown, at_work))
    settings.SNAPSHOT_DIR = here
    depot.sweep()
    assert files(here) == [depot.folder(shown).name]
    folders, _ = storages["snapshots"].listdir("")
    assert {name for name in folders if storages["snapshots"].listdir(name)[1]} == {
        depot.folder(run).name for run in (shown, at_work)
    }


def test_on_one_machine_nothing_is_copied(tmp_path: Path, settings: Any) -> None:
    settings.SNAPSHOT_DIR = tmp_path
    run = a_run()
    assert (depot.read(run)[2] == ALIKE).all()
    assert files(tmp_path) == [depot.folder(run).name]
    depot.sweep()
    assert files(tmp_path) == [depot.folder(run).name]


def test_the_store_is_a_folder_or_any_backend_of_django(tmp_path: Path) -> None:
    assert addresses.snapshots("", tmp_path) == {}
    assert addresses.snapshots(f"{tmp_path}/", tmp_path) == {}
    shared = addresses.snapshots(str(tmp_path / "shared"), tmp_path)["snapshots"]
    assert isinstance(storages.create_storage(shared), FileSystemStorage)
    entry = '{"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": {"bucket_name": "snapshots"}}'
    assert addresses.snapshots(entry, tmp_path)["snapshots"]["OPTIONS"] == {"bucket_name": "snapshots"}
    assert "snapshots" not in settings.STORAGES
