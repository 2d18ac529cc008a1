"""The kernel against its touch floor (the same candidates, the same row bytes, no scoring) and against the loop in plain Python."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable

import numba
import numpy as np

from apps.matching import kernel
from apps.matching.criteria import DEFAULT_WEIGHTS
from apps.matching.layout import MODE_BITS, ROOT_BITS, ROW, TILE, Array, Side
from bench.generate import generate, similarity

OFFERS, REQUESTS = 100_000, 20_000
GOAL_FLOOR, GOAL_PYTHON = 2.0, 300.0
WORDS = ROW.itemsize // 8


@numba.njit(nogil=True, error_model="numpy")
def _touch(o_bits, o_words, start, stop, r_bits, r_words):  # type: ignore[no-untyped-def]
    """Pass over the same tiles and candidates as the kernel, and add up every byte of both rows."""
    total, count = np.uint64(0), 0
    for tile in range(start, stop, TILE):
        tile_end = min(tile + TILE, stop)
        zone = np.uint64(0)
        for i in range(tile, tile_end):
            zone |= o_bits[i]
        for j in range(r_bits.size):
            shared = r_bits[j] & zone
            if (shared & ROOT_BITS) == 0 or (shared & MODE_BITS) == 0:
                continue
            for i in range(tile, tile_end):
                shared = r_bits[j] & o_bits[i]
                if (shared & ROOT_BITS) == 0 or (shared & MODE_BITS) == 0:
                    continue
                count += 1
                for word in range(WORDS):
                    total += o_words[i, word] ^ r_words[j, word]
    return total, count


def _words(side: Side) -> Array:
    return np.ascontiguousarray(side.rows).view(np.uint64).reshape(len(side.rows), WORDS)


def _seconds(work: Callable[[], object]) -> float:
    best = float("inf")
    for _ in range(2):
        begin = time.process_time()
        work()
        best = min(best, time.process_time() - begin)
    return best


def _python_loop() -> None:
    """Print how many pairs a second the same source does when the interpreter runs it, over a fair sample of the pairs."""
    offers, requests = generate(OFFERS, REQUESTS)
    rule = kernel.rules(dict(DEFAULT_WEIGHTS), similarity())
    chance = np.random.default_rng(1)
    part, asked = (
        _few(side, np.sort(chance.choice(len(side.keys), size, replace=False)))
        for side, size in ((offers, 640), (requests, 60))
    )
    part, asked = (
        side._replace(rows=side.rows.view(np.recarray), tracks=side.tracks.view(np.recarray)) for side in (part, asked)
    )
    begin = time.process_time()
    with np.errstate(over="ignore"):
        kernel.scores(part, asked, rule)
    print(len(part.keys) * len(asked.keys) / (time.process_time() - begin))


def _by_interpreter() -> float:
    """Pairs a second in a process of its own, where nothing is compiled."""
    environment = {**os.environ, "NUMBA_DISABLE_JIT": "1"}
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "bench.kernel", "python"],
        env=environment,
        check=True,
        capture_output=True,
        text=True,
    )
    return float(done.stdout)


def _few(side: Side, rows: Array) -> Side:
    return side._replace(rows=side.rows[rows], bits=side.bits[rows], keys=side.keys[rows])


def _line(bench: str, value: float, unit: str, peer: str, ratio: float, goal: str, *, ok: bool) -> None:
    line = {
        "bench": bench,
        "value": round(value, 3),
        "unit": unit,
        "peer": peer,
        "ratio": round(ratio, 2),
        "goal": goal,
        "ok": ok,
    }
    print(json.dumps(line), flush=True)


def main() -> None:
    """Print one line for each peer."""
    offers, requests = generate(OFFERS, REQUESTS)
    rule = kernel.rules(dict(DEFAULT_WEIGHTS), similarity())
    words = _words(offers), _words(requests)
    _touch(offers.bits, words[0], 0, TILE, requests.bits, words[1])
    kernel.warm_up()
    pairs = OFFERS * REQUESTS
    kept = kernel.scan(offers, requests, rule)[2] / pairs
    kernel_seconds = _seconds(lambda: kernel.scan(offers, requests, rule))
    floor_seconds = _seconds(lambda: _touch(offers.bits, words[0], 0, OFFERS, requests.bits, words[1]))
    ratio = kernel_seconds / floor_seconds
    _line("kernel_floor", pairs / kernel_seconds / 1e6, f"M pairs/s at {kept:.3f} kept", "touch floor", ratio,
          f"<= {GOAL_FLOOR}", ok=ratio <= GOAL_FLOOR)  # fmt: skip
    python = _by_interpreter()
    gain = pairs / kernel_seconds / python
    _line(
        "kernel_python",
        pairs / kernel_seconds / 1e6,
        "M pairs/s",
        "Python loop",
        gain,
        f">= {GOAL_PYTHON}",
        ok=gain >= GOAL_PYTHON,
    )


if __name__ == "__main__":
    _python_loop() if sys.argv[1:] == ["python"] else main()
