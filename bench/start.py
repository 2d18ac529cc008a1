"""`make run` after installation, in a copy of the checkout: seconds from nothing to Ready, and again with its data there."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PARTS = ("apps", "platform", "templates", "locale", "manage.py", "requirements.txt")
GOALS = {"start_first": 180.0, "start_second": 15.0}


def main() -> None:
    """Print a line for each of the two starts."""
    with tempfile.TemporaryDirectory(prefix="voltbridge-start-") as folder:
        checkout = _copy(Path(folder))
        for bench, goal in GOALS.items():
            seconds = _seconds(checkout)
            line = {"bench": bench, "value": round(seconds, 1), "unit": "s to Ready, all installed", "peer": None}
            print(json.dumps(line | {"ratio": None, "goal": f"<= {goal:g}", "ok": seconds <= goal}), flush=True)


def _copy(folder: Path) -> Path:
    """The checkout without its data; the servers' account must be able to enter it."""
    folder.chmod(0o755)
    for part in PARTS:
        if (ROOT / part).is_dir():
            shutil.copytree(ROOT / part, folder / part, ignore=shutil.ignore_patterns("kernel-*"))
        else:
            shutil.copy2(ROOT / part, folder / part)
    (folder / "node_modules").symlink_to(ROOT / "node_modules")
    return folder


def _seconds(checkout: Path) -> float:
    """Start, wait for Ready, stop."""
    begin = time.perf_counter()
    command = [sys.executable, "-m", "config.runner.run"]
    with subprocess.Popen(
        command, cwd=checkout, env=_environment(checkout), stdout=subprocess.PIPE, text=True
    ) as process:
        for line in process.stdout or ():
            if line.startswith("Ready: "):
                taken = time.perf_counter() - begin
                process.send_signal(signal.SIGINT)
            else:
                print(line, end="", file=sys.stderr)
    if process.returncode:
        raise SystemExit("it did not start")
    return taken


def _environment(checkout: Path) -> dict[str, str]:
    """As a person has it: no addresses of servers, a port that is free."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return kept | {"PYTHONPATH": str(checkout / "platform"), "PORT": str(port)}


if __name__ == "__main__":
    main()
