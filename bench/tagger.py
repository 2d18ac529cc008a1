"""The tagger over real texts of nine languages, against the same labels as one regular expression."""

import csv
import json
import os
import re
import time
from collections.abc import Callable
from pathlib import Path

from apps.taxonomy import graphs
from apps.taxonomy.tagger import Tagger

DATA = Path(os.environ.get("SHARED_DATA", Path(__file__).resolve().parents[2] / "shared" / "data"))
GOAL = 5.0
SAMPLE = 40  # texts for the regular expression, which is slow

Texts = list[tuple[str, str]]  # (language, text)


def _texts() -> Texts:
    texts = [
        (data["language"], paragraph["text"])
        for path in sorted((DATA / "xquad").glob("*.json"))
        for data in [json.loads(path.read_text("utf-8"))]
        for paragraph in data["paragraphs"]
    ]
    with (DATA / "gcdf_energy_projects.csv").open(encoding="utf-8", newline="") as file:
        return texts + [("en", f"{row['title']}\n{row['description']}") for row in csv.DictReader(file)]


def _speed(work: Callable[[str, str], object], texts: Texts, rounds: int = 3) -> float:
    """Megabytes of UTF-8 a second of this process's own time, best of some rounds."""
    size, best = sum(len(text.encode()) for _language, text in texts) / 1e6, float("inf")
    for _ in range(rounds):
        begin = time.process_time()
        for language, text in texts:
            work(language, text)
        best = min(best, time.process_time() - begin)
    return size / best


def main() -> None:
    """Print one line; the first pass, in which every word is new to the process, is shown apart."""
    scheme, texts = graphs.shipped(), _texts()
    tagger = Tagger(scheme)
    for language in {language for language, _text in texts}:
        tagger.tag("warm", language)
    first = _speed(lambda language, text: tagger.tag(text, language), texts, rounds=1)
    value = _speed(lambda language, text: tagger.tag(text, language), texts)
    labels = sorted({label.text for concept in scheme.concepts for label in concept.labels}, key=len, reverse=True)
    alternatives = re.compile("|".join(map(re.escape, labels)), re.IGNORECASE)
    peer = _speed(lambda _language, text: alternatives.findall(text), texts[:: len(texts) // SAMPLE], rounds=1)
    print(
        json.dumps(
            {
                "bench": "tagger",
                "value": round(value, 2),
                "unit": f"MB/s, {first:.1f} in the first pass",
                "peer": f"re.findall over the same {len(labels)} labels",
                "ratio": round(value / peer, 1),
                "goal": f">= {GOAL} MB/s",
                "ok": value >= GOAL,
            }
        ),
        flush=True,
    )


if __name__ == "__main__":
    main()
