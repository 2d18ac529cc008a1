"""Starting what browser tests stand on: a site in a process of its own, and Chromium."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]


@contextmanager
def site() -> Iterator[str]:
    """A site with the demonstration data, stopped at the end; gives its address."""
    command = [sys.executable, "-m", "tests.browser.site", "0"]
    with tempfile.TemporaryDirectory(prefix="voltbridge-") as folder:
        environment = os.environ | {"PYTHONPATH": f"{ROOT / 'platform'}{os.pathsep}{ROOT}", "SNAPSHOT_DIR": folder}
        with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as process:
            try:
                yield _address(process)
            finally:
                process.kill()


def _address(process: "subprocess.Popen[str]") -> str:
    for line in process.stdout or ():
        if line.startswith("Ready "):
            return line.split()[1]
    raise RuntimeError("the site did not start")


def launching() -> dict[str, Any]:
    """How Chromium is started: the system's own, and nothing but this machine can be reached."""
    from config.runner import browser  # noqa: PLC0415 - `platform/` is on the path when this is called

    arguments = [
        "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
        "--disable-gpu",
        "--font-render-hinting=none",
    ]
    if os.geteuid() == 0:
        arguments.append("--no-sandbox")
    return {"executable_path": browser.executable(), "args": arguments}
