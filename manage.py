#!/usr/bin/env python
"""Run a command of the platform; its own database and broker are started when none run."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent / "platform"))

from config.runner import commands

if __name__ == "__main__":
    commands.main(sys.argv)
