"""What every test stands on: real servers of its own, no network, and the shared data where they are at hand."""

import atexit
import os
import sys
import zlib
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import django
import pytest
from pytest_django import DjangoDbBlocker

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [folder for folder in (str(ROOT / "platform"), str(ROOT)) if folder not in sys.path]

from config.runner import servers  # noqa: E402 - `platform/` is a source root, not a package

SHARED_DATA = Path(os.environ.get("SHARED_DATA", ROOT.parent / "shared" / "data"))
LEFT_OUT = pytest.StashKey[int]()
# What takes longest begins first, so that no worker of xdist waits for another at the end.
LONGEST = (
    "tests/runner/test_run.py",  # compiles the kernel where it is not yet; what is next needs it not
    "tests/search/test_evaluation.py",
    "tests/faults/",
    "tests/browser/",
    "tests/matching/test_lists.py",
    "tests/realinput/",
    "tests/security/",
    "tests/runner/",
    "tests/imports/test_killed.py",
)
_running = ExitStack()


def _own_redis(url: str) -> str:
    """Another numbered database for each worker of xdist, and for each person who shares a server."""
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    suffix = os.environ.get("TEST_DATABASE_SUFFIX", "")
    number = 1 + worker + (16 * (1 + zlib.crc32(suffix.encode()) % 14) if suffix else 0)
    parts = urlsplit(url)
    if parts.scheme == "unix":
        return f"unix://{parts.path}?db={number}"
    return urlunsplit(parts._replace(path=f"/{number}"))


# Before Django reads its settings, which name the servers. Workers of xdist inherit what their controller started.
_running.enter_context(servers.running("test", durable=False))
atexit.register(_running.close)
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings.test"
# Playwright keeps an event loop in the thread that runs the tests; nothing of ours runs in it.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
os.environ["REDIS_URL"] = _own_redis(os.environ["REDIS_URL"])
django.setup()  # so that factories and other conftests import models at their top
pytest_plugins = [
    "tests.factories.cast",
    "tests.factories.kernel",
    "tests.factories.shipped",
]  # imported when Django is set up


def pytest_unconfigure(config: pytest.Config) -> None:
    """Say, as the last line, what this machine could not run."""
    if left_out := config.stash.get(LEFT_OUT, 0):
        reporter = config.pluginmanager.get_plugin("terminalreporter")
        if reporter:
            reporter.write_line(f"{left_out} tests left out: they need the shared data, and {SHARED_DATA} is not there")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Put the longest first; leave out what needs the shared data where they are missing, unless REQUIRE_SHARED_DATA insists."""
    items.sort(
        key=lambda item: next((at for at, name in enumerate(LONGEST) if item.nodeid.startswith(name)), len(LONGEST))
    )
    if SHARED_DATA.is_dir() or os.environ.get("REQUIRE_SHARED_DATA"):
        return
    needing = [item for item in items if "shared_data" in getattr(item, "fixturenames", ())]
    items[:] = [item for item in items if item not in needing]
    config.hook.pytest_deselected(items=needing)
    config.stash[LEFT_OUT] = len(needing)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: object) -> None:
    """Under xdist the workers collect, each of them everything: their controller repeats what they left out."""
    config: pytest.Config = node.config  # type: ignore[attr-defined]
    left_out = getattr(node, "workeroutput", {}).get("left_out", 0)
    config.stash[LEFT_OUT] = max(left_out, config.stash.get(LEFT_OUT, 0))


def pytest_sessionfinish(session: pytest.Session) -> None:
    output = getattr(session.config, "workeroutput", None)
    if output is not None:
        output["left_out"] = session.config.stash.get(LEFT_OUT, 0)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real data that lies beside the checkout, or where SHARED_DATA says."""
    assert SHARED_DATA.is_dir(), f"the shared data are missing: {SHARED_DATA}"
    return SHARED_DATA


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """Let transactional tests empty the tables behind themselves: the guard against TRUNCATE is lifted here only."""
    from django.db import connection  # noqa: PLC0415 - after django.setup()

    with django_db_blocker.unblock(), connection.cursor() as cursor:
        for table in ("journal_fact", "journal_seal"):
            cursor.execute(f"DROP TRIGGER IF EXISTS {table}_no_truncate ON {table}")


@pytest.fixture(autouse=True)
def language_of_its_own() -> Iterator[None]:
    """Let no test hear the language of a request that another one made."""
    from django.utils import translation  # noqa: PLC0415 - after django.setup()

    yield
    translation.deactivate()


def _read_the_frameworks_again() -> None:
    """What another test added was rolled back behind the back of the process's memory."""
    from apps.reference import selectors  # noqa: PLC0415 - after django.setup()

    selectors.forget()
