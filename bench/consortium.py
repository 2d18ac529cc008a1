"""The best three teams of five roles with twenty candidates each, and how long trying every team would take."""

import json
import time
from statistics import median

from apps.consortia import teams
from tests.factories.teams import a_problem

GOAL, PROBLEMS, TRIED = 1.0, 9, 200_000


def main() -> None:
    """Print one line: the slowest of some problems, all three teams proved."""
    teams.best(a_problem(2, 2, 0))
    seconds, gaps = [], []
    for seed in range(PROBLEMS):
        problem, begin = a_problem(5, 20, seed), time.perf_counter()
        found = teams.best(problem)
        seconds.append(time.perf_counter() - begin)
        gaps += [team.gap for team in found]
    peer = 20**5 * _one()
    print(
        json.dumps(
            {
                "bench": "consortium",
                "value": round(max(seconds), 3),
                "unit": f"s for three teams, the slowest of {PROBLEMS}; median {median(seconds):.3f}; greatest gap {max(gaps)}",
                "peer": "seconds that trying all 3.2 million teams takes, from the pace of the first ones",
                "ratio": round(peer / max(seconds), 1),
                "goal": GOAL,
                "ok": max(seconds) < GOAL and max(gaps) == 0,
            }
        )
    )


def _one() -> float:
    """Seconds for one team that is tried."""
    people = a_problem(5, 20, 0).candidates
    begin = time.perf_counter()
    for _ in range(TRIED):
        sum(each.fit for each in people[:5])
    return (time.perf_counter() - begin) / TRIED


if __name__ == "__main__":
    main()
