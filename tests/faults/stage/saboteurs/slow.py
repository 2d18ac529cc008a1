"""Full runs of many parts that each take a while, so that a worker can be killed in the middle of one."""

import time
from typing import Any

from apps.matching import kernel, runs


def parts(seconds: float) -> None:
    """Cut full runs as small as can be, and let each part take so many seconds longer."""
    scan = kernel.scan

    def patient(*arguments: Any, **more: Any) -> Any:
        time.sleep(seconds)
        return scan(*arguments, **more)

    runs.PAIRS_A_PART = 1
    kernel.scan = patient
