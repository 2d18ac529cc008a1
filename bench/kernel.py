"""The kernel against its touch floor (the same candidates, the same row bytes, no scoring) and against the loop in plain Python."""

import json
import time
from collections.abc import Callable

import numba
import numpy as np

from apps.matching import kernel
from apps.matching.criteria import DEFAULT_WEIGHTS
from apps.matching.layout import MODE_BITS, ROOT_BITS, ROW, TILE, Array, Side
from bench.generate import generate, similarity

OFFERS, REQUESTS, EVERY = 100_000, 20_000, 4
GOAL_FLOOR, GOAL_PYTHON = 3.0, 300.0
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
    for _ in range(3):
        begin = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - begin)
    return best


def _python_loop(offers: Side, requests: Side, rule: kernel.Rules, pairs: int) -> float:
    """Pairs a second of the same kernel run by the interpreter, over a fair sample of the pairs."""
    random = np.random.default_rng(1)
    chosen = random.choice(len(offers.keys), pairs // 40, replace=False), random.choice(len(requests.keys), 40, replace=False)
    part, asked = (_few(side, np.sort(rows)) for side, rows in zip((offers, requests), chosen, strict=True))
    lists = kernel.empty_lists(len(part.keys)), kernel.empty_lists(len(asked.keys))
    begin = time.perf_counter()
    kernel.scan_by_interpreter(part, asked, rule, *lists)
    return pairs / (time.perf_counter() - begin)


def _few(side: Side, rows: Array) -> Side:
    return side._replace(rows=side.rows[rows], bits=side.bits[rows], keys=side.keys[rows])


def _line(bench: str, value: float, unit: str, peer: str, ratio: float, goal: str, *, ok: bool) -> None:
    line = {"bench": bench, "value": round(value, 3), "unit": unit, "peer": peer, "ratio": round(ratio, 2), "goal": goal, "ok": ok}
    print(json.dumps(line), flush=True)


def main() -> None:
    """Print one line for each peer."""
    offers, requests = generate(OFFERS, REQUESTS)
    rule = kernel.rules(dict(DEFAULT_WEIGHTS), similarity())
    asked = _few(requests, np.arange(0, REQUESTS, EVERY))
    words = _words(offers), _words(asked)
    _touch(offers.bits, words[0], 0, TILE, asked.bits, words[1])
    kernel.warm_up()
    pairs = OFFERS * len(asked.keys)
    kept = kernel.scan(offers, asked, rule)[2] / pairs
    kernel_seconds = _seconds(lambda: kernel.scan(offers, asked, rule))
    floor_seconds = _seconds(lambda: _touch(offers.bits, words[0], 0, OFFERS, asked.bits, words[1]))
    ratio = kernel_seconds / floor_seconds
    _line("kernel_floor", pairs / kernel_seconds / 1e6, f"M pairs/s at {kept:.3f} kept", "touch floor", ratio,
          f"<= {GOAL_FLOOR}", ok=ratio <= GOAL_FLOOR)  # fmt: skip
    python = _python_loop(offers, requests, rule, 40_000)
    gain = pairs / kernel_seconds / python
    _line("kernel_python", pairs / kernel_seconds / 1e6, "M pairs/s", "Python loop", gain, f">= {GOAL_PYTHON}", ok=gain >= GOAL_PYTHON)


if __name__ == "__main__":
    main()
