"""One platform for all scenarios, emptied between them."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.runner import roles
from config.runner.servers import Servers
from tests.faults.machinery import ROOT, Machinery

EMPTY = """
DO $$ DECLARE name text; BEGIN
  FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename LIKE ANY (ARRAY[
      'accounts_%', 'enterprises_%', 'projects_%', 'opportunities_%', 'moderation_%', 'notifications_%', 'account_%', 'journal_%', 'fault_%', 'matching_%', 'search_%', 'imports_%', 'taxonomy_%'])
  LOOP EXECUTE format('TRUNCATE %I CASCADE', name); END LOOP;
END $$
"""


@pytest.fixture(scope="session")
def stage(compiled: None) -> Iterator[Machinery]:
    """Servers with a migrated database."""
    folder = Path(tempfile.mkdtemp(prefix="voltbridge-faults-"))
    folder.chmod(0o755)
    servers = Servers(folder, durable=True)
    made = Machinery(folder, servers, servers.enter())
    try:
        environment = made.environment(DATABASE_URL=made.addresses["OWNER_DATABASE_URL"])
        command = [sys.executable, str(ROOT / "manage.py"), "migrate", "--run-syncdb", "--no-input", "-v", "0"]
        subprocess.run(command, check=True, env=environment, cwd=ROOT)
        made.ask("CREATE TABLE fault_trace (id bigserial PRIMARY KEY, delivery_id bigint NOT NULL)")
        made.ask("DROP TRIGGER journal_fact_no_truncate ON journal_fact")
        made.ask("DROP TRIGGER journal_seal_no_truncate ON journal_seal")
        roles.grant(made.addresses["OWNER_DATABASE_URL"], made.addresses["DATABASE_URL"])
        yield made
    finally:
        made.end_all()
        servers.leave()
        shutil.rmtree(folder)


@pytest.fixture
def machinery(stage: Machinery) -> Iterator[Machinery]:
    """The platform with nothing in it and no process running."""
    yield stage
    empty(stage)


def empty(stage: Machinery) -> None:
    """End what runs, start the servers that do not, and forget what was written."""
    stage.end_all()
    stage.restart()
    stage.ask(EMPTY)
    if os.environ.get("KEEP_FAULT_LOGS"):
        shutil.copytree(
            stage.folder,
            os.environ["KEEP_FAULT_LOGS"],
            dirs_exist_ok=True,
            ignore=shutil.ignore_patterns("postgres", "redis", "sockets"),
        )
    for left in (*stage.folder.glob("[0-9]*.log"), *(stage.folder / "mail").iterdir()):
        left.unlink()
    stage.number = 0
