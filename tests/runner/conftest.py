"""Checkouts to run: copies of this one in folders of awkward names."""

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every account can enter, unlike pytest's own."""
    folder = Path(tempfile.mkdtemp(prefix="voltbridge-test-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def checkout(open_folder: Path) -> Callable[..., Path]:
    """Makes a checkout in a folder of the given name; Python's packages and npm's are those of this one."""

    def make(name: str, parts: Iterable[str] = ("platform",)) -> Path:
        folder = open_folder / name
        folder.mkdir()
        for part in parts:
            if (ROOT / part).is_dir():
                shutil.copytree(ROOT / part, folder / part, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy2(ROOT / part, folder / part)
        (folder / "node_modules").symlink_to(ROOT / "node_modules")
        return folder

    return make


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
