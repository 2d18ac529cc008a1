"""The browser of `make test`: the system's Chromium, installed by apt where root runs this on Debian."""

import os
import shutil
import subprocess
import sys

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def executable() -> str | None:
    """Where the browser is, if there is one."""
    return next(filter(None, map(shutil.which, _NAMES)), None)


def main() -> None:
    """Make sure that there is a browser, or stop with one line that names the package."""
    if not executable() and os.geteuid() == 0 and shutil.which("apt-get"):
        print("Installing the package chromium ...", flush=True)
        environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        for words in (["update"], ["install", "--yes", "--no-install-recommends", "chromium"]):
            subprocess.run(["apt-get", "--quiet", *words], check=False, stdout=subprocess.DEVNULL, env=environment)
    if not executable():
        sys.exit("The tests need a browser and found none: install the package chromium.")


if __name__ == "__main__":
    main()
