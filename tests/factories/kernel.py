"""The kernel of matching, compiled by one process of the run and read from its cache by all others."""

import fcntl

import pytest

from apps.matching import kernel
from config.runner import places


@pytest.fixture(scope="session")
def compiled() -> None:
    """Before a transaction waits for it, or a checkout takes it over."""
    with (places.home() / "kernel.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # two that compile at once do the same work twice
        kernel.warm_up()
