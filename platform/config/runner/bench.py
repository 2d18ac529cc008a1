"""`make bench`: every program of `bench/`, one after the other, on servers of their own; their lines pass through."""

import json
import os
import subprocess
import sys

from config.runner import servers
from config.runner.places import ROOT, Failure


def main(only: str) -> None:
    """Run all of them, or those whose file's name begins the wanted one; keep the wanted lines."""
    names = sorted(path.stem for path in (ROOT / "bench").glob("*.py") if "\ndef main(" in path.read_text())
    wanted = [name for name in names if not only or only.startswith(name)]
    if not wanted:
        sys.exit(f"There is no measurement {only}; there are: {', '.join(names)}")
    try:
        with servers.running("bench"):
            failed = [name for name in wanted if not _run(name, "" if only in names else only)]
    except Failure as failure:
        sys.exit(str(failure))
    if failed:
        sys.exit(f"These broke off: {', '.join(failed)}")


def _run(name: str, line_name: str) -> bool:
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "config.settings.test",
        "PYTHONPATH": os.pathsep.join([str(ROOT / "platform"), str(ROOT)]),
    }
    command = [sys.executable, "-m", f"bench.{name}"]
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as process:
        for line in process.stdout or ():
            if not line_name or json.loads(line)["bench"] == line_name:
                print(line, end="", flush=True)
    return process.returncode == 0


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "")
