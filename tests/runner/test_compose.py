"""docker-compose.yml: each of the platform's commands really runs, on this machine's servers, without Docker."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.db import connection
from psycopg.conninfo import make_conninfo

ROOT = Path(__file__).resolve().parents[2]
SERVICES: dict[str, dict[str, Any]] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
OURS = {name: service["command"] for name, service in SERVICES.items() if service.get("image") == "voltbridge"}


def _port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def environment(tmp_path: Path, transactional_db: None, compiled: None) -> dict[str, str]:
    """What docker-compose.yml sets, with the tests' database and broker in the place of its own."""
    names = SERVICES["web"]["environment"]
    database = make_conninfo(os.environ["OWNER_DATABASE_URL"], dbname=connection.settings_dict["NAME"])
    ours = {"DATABASE_URL": database, "OWNER_DATABASE_URL": database, "SECRET_KEY": "unused"}
    ours |= {"REDIS_URL": os.environ["REDIS_URL"], "VAR_DIR": str(tmp_path), "BEAT_SCHEDULE": str(tmp_path / "beat")}
    ours |= {"SNAPSHOT_DIR": str(tmp_path / "snapshots"), "IMPORT_DIR": str(tmp_path / "imports")}
    ours |= {"PYTHONPATH": os.pathsep.join([str(ROOT / "platform"), str(ROOT)]), "GRANIAN_PORT": str(_port())}
    ours |= {"ALLOWED_HOSTS": "127.0.0.1", "SITE_URL": "https://localhost", "CSRF_TRUSTED_ORIGINS": "https://localhost"}
    plain = {name: value for name, value in names.items() if "$" not in value}
    return {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"} | plain | ours


def _serves(environment: dict[str, str], log: str) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{environment['GRANIAN_PORT']}/healthz", timeout=2) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def _beats(environment: dict[str, str], log: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM journal_heartbeat WHERE name = 'sweeper'")
        return cursor.fetchone() is not None


# A worker compiles the matcher before it is ready, which takes minutes on a machine that is busy.
START_SECONDS = 600


SIGNS: dict[str, Callable[[dict[str, str], str], bool]] = {
    "web": _serves,
    "matching": lambda _, log: " ready." in log,
    "worker": lambda _, log: " ready." in log,
    "translator": lambda _, log: " ready." in log,
    "sweeper": _beats,
    "schedule": lambda _, log: "Scheduler: Sending due task" in log or "beat: Starting" in log,
}


def test_every_service_of_ours_has_a_sign_to_know_it_by() -> None:
    assert set(OURS) == {*SIGNS, "prepare"}


def test_the_prepare_service_brings_a_database_up_to_date(environment: dict[str, str]) -> None:
    subprocess.run(OURS["prepare"], cwd=ROOT, env=environment, check=True)


@pytest.mark.parametrize("name", SIGNS)
def test_the_command_of_each_service_runs_until_it_is_asked_to_end(
    name: str, environment: dict[str, str], tmp_path: Path
) -> None:
    log = tmp_path / "log"
    with log.open("wb") as output:
        process = subprocess.Popen(OURS[name], cwd=ROOT, env=environment, stdout=output, stderr=output)
    deadline = time.monotonic() + START_SECONDS
    try:
        while not SIGNS[name](environment, log.read_text()):
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.1)
    finally:
        process.send_signal(signal.SIGTERM)
        status = process.wait(START_SECONDS)
    assert status in {0, -signal.SIGTERM}, log.read_text()


def test_secrets_are_never_written_into_the_file() -> None:
    text = (ROOT / "docker-compose.yml").read_text()
    for name in ("SECRET_KEY", "POSTGRES_PASSWORD", "OWNER_PASSWORD", "APPLICATION_PASSWORD"):
        assert f"${{{name}:?}}" in text


def test_redis_keeps_every_write_and_forgets_none() -> None:
    assert SERVICES["redis"]["command"] == ["redis-server", "--appendonly", "yes", "--maxmemory-policy", "noeviction"]
