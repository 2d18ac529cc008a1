"""Checkouts to run: copies of this one in folders of awkward names."""

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest
from numba.core.caching import UserProvidedCacheLocator

ROOT = Path(__file__).resolve().parents[2]
KERNEL = Path("apps", "matching", "kernel.py")
HALF_WRITTEN = shutil.ignore_patterns("*.pyc.*", "*.tmp.*")  # what another process of the run compiles at this moment


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every account can enter, unlike pytest's own."""
    folder = Path(tempfile.mkdtemp(prefix="voltbridge-test-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def checkout(open_folder: Path, compiled: None) -> Callable[..., Path]:
    """Makes a checkout in a folder of the given name; packages, and what Python and Numba compiled, are those of this one."""

    def make(name: str, parts: Iterable[str] = ("platform",)) -> Path:
        folder = open_folder / name
        folder.mkdir()
        for part in parts:
            if (ROOT / part).is_dir():
                shutil.copytree(ROOT / part, folder / part, ignore=HALF_WRITTEN)
            else:
                shutil.copy2(ROOT / part, folder / part)
        (folder / "node_modules").symlink_to(ROOT / "node_modules")
        _take_over_the_kernel(folder)
        return folder

    return make


def _take_over_the_kernel(folder: Path) -> None:
    """Numba keeps what it compiled under a digest of the path, of which the copy has another."""
    here, there = _place_in_the_cache(ROOT), _place_in_the_cache(folder)
    for compiled in (folder / KERNEL.parent / "__pycache__").glob(f"kernel-*/{here}"):
        compiled.rename(compiled.with_name(there))


def _place_in_the_cache(root: Path) -> str:
    return str(UserProvidedCacheLocator.get_suitable_cache_subpath(str(root / KERNEL)))  # type: ignore[no-untyped-call]


@pytest.fixture
def clean() -> dict[str, str]:
    """An environment as a stranger has it: no addresses, the plainest locale."""
    return {"PATH": "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin", "LC_ALL": "C", "HOME": "/nonexistent"}


@pytest.fixture
def script(clean: dict[str, str]) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Runs Python in a checkout as a program of its own."""

    def run(checkout: Path, text: str, **more: str) -> subprocess.CompletedProcess[str]:
        environment = clean | {"PYTHONPATH": str(checkout / "platform"), "PYTHONUTF8": "1"} | more
        return subprocess.run(
            [sys.executable, "-c", text], cwd=checkout, env=environment, capture_output=True, text=True, check=False
        )

    return run
