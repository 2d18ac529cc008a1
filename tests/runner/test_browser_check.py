"""`make test` asks for its browser first."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def _check(path: Path) -> subprocess.CompletedProcess[str]:
    environment = {"PYTHONPATH": str(ROOT / "platform"), "PATH": str(path)}
    command = [sys.executable, "-m", "config.runner.browser"]
    return subprocess.run(command, cwd=path, env=environment, capture_output=True, text=True, check=False)


def test_a_machine_without_a_browser_is_told_the_package_in_one_line(tmp_path: Path) -> None:
    done = _check(tmp_path)
    assert done.returncode == 1
    assert done.stderr == "The tests need a browser and found none: install the package chromium.\n"


@pytest.mark.parametrize("name", ["chromium", "chromium-browser", "google-chrome"])
def test_a_browser_on_the_path_is_enough(tmp_path: Path, name: str) -> None:
    (tmp_path / name).touch(mode=0o755)
    assert _check(tmp_path).returncode == 0


def test_root_gets_the_browser_from_apt(tmp_path: Path) -> None:
    apt = tmp_path / "apt-get"
    apt.write_text('#!/bin/sh\n[ "$2" = update ] || : > "${0%/*}/chromium" && /bin/chmod +x "${0%/*}/chromium"\n')
    apt.chmod(0o755)
    assert (_check(tmp_path).returncode == 0) == (os.geteuid() == 0)
