"""Labels that came after the judged set are listed, stand in the thesaurus, and are none of its questions."""

import csv
import json
from pathlib import Path

from apps.taxonomy import graphs

SET = Path(__file__).parent


def test_labels_added_later_are_hidden_labels_of_the_thesaurus_and_no_question_of_the_set() -> None:
    with (SET / "labels_added.csv").open(encoding="utf-8", newline="") as file:
        listed = [(row["concept"], row["language"], row["label"]) for row in csv.DictReader(file)]
    shipped = {
        (one.key, label.language, label.text)
        for one in graphs.shipped().concepts
        for label in one.labels
        if label.kind == "hidden"
    }
    assert len(set(listed)) == len(listed)
    assert set(listed) <= shipped
    questions = (json.loads(line) for line in (SET / "queries.jsonl").read_text("utf-8").splitlines())
    assert {row["text"].casefold() for row in questions}.isdisjoint(label.casefold() for _key, _tag, label in listed)
