"""A worker that is killed in the middle of an import loses nothing and doubles nothing."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from apps.imports import uploads
from apps.imports.models import Job, RowError
from apps.journal.models import Delivery, Fact
from apps.opportunities.models import Opportunity
from tests.factories.cast import Actor

pytestmark = pytest.mark.django_db(transaction=True)
ROWS, BAD = 12_000, 7
WORKER = Path(__file__).with_name("worker.py")
ROOT = WORKER.parents[2]


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> None:
    settings.IMPORT_DIR = tmp_path


def start(folder: Path) -> "subprocess.Popen[str]":
    """A worker on the test's own database, ready to work."""
    owner = conninfo_to_dict(os.environ["OWNER_DATABASE_URL"])
    address = make_conninfo(**owner | {"dbname": connection.settings_dict["NAME"]})
    paths = os.pathsep.join(map(str, (ROOT / "platform", ROOT)))
    worker = subprocess.Popen(
        [sys.executable, str(WORKER), str(folder)], stdout=subprocess.PIPE, text=True, cwd=ROOT,
        env=os.environ | {"OWNER_DATABASE_URL": address, "DATABASE_URL": address, "PYTHONPATH": paths},
    )  # fmt: skip
    assert worker.stdout
    assert worker.stdout.readline() == "ready\n"
    return worker


def kill_at(worker: "subprocess.Popen[str]", rows: int) -> None:
    """Kill the worker as soon as so many rows are in: it is then in the midst of the next ones."""
    while Job.objects.get().done < rows:
        assert worker.poll() is None
        time.sleep(0.005)
    time.sleep(0.02)
    os.kill(worker.pid, signal.SIGKILL)
    worker.communicate()


def let_the_lease_run_out() -> None:
    """What the killed worker held is queued again, as the sweeper sees to once the lease is over."""
    Delivery.objects.filter(state=Delivery.State.RUNNING).update(
        state=Delivery.State.QUEUED, lease_until=None, token=None, available_at="2000-01-01T00:00:00Z"
    )


def test_a_worker_killed_in_the_middle_of_an_import_loses_and_doubles_nothing(
    cell_maker: Actor, tmp_path: Path
) -> None:
    header = b"external_id,side,title,summary,language,power_mw_min\n"
    rows = [f"o{n},offer,Cells {n},LFP cells,en,{'x' if n % (ROWS // BAD) == 1 else n}\n".encode() for n in range(ROWS)]
    bad = sum(1 for row in rows if row.endswith(b",x\n"))
    uploads.request(user=cell_maker.person, kind="opportunities", name="many.csv", chunks=[header, *rows])
    for reached in (1000, 5000):
        kill_at(start(tmp_path), reached)
        assert Job.objects.get().finished is None
        let_the_lease_run_out()
    start(tmp_path).communicate()
    job = Job.objects.get()
    assert (job.state, job.created_rows, job.refused_rows, job.total) == ("done", ROWS - bad, bad, ROWS)
    assert Opportunity.objects.count() == ROWS - bad
    assert RowError.objects.values("line").distinct().count() == RowError.objects.count() == bad
    told = Counter(pk for fact in Fact.objects.filter(kind="opportunity.imported") for pk in fact.subject_ids)
    assert set(told) == set(Opportunity.objects.values_list("pk", flat=True))
    assert set(told.values()) == {1}
