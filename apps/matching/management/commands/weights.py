"""`manage.py weights list | show | preview | save | apply | ship | learn`: versions of the weights of matching, as JSON."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.core.lifecycle import Conflict
from apps.matching import kernel, preview, selectors, weights
from apps.matching.criteria import DEFAULT_WEIGHTS, complete
from apps.matching.models import WeightSet
from apps.matching.rules import WEIGHTS
from apps.matching.snapshot import Damaged

SHIPPED = "shipped"


class Command(BaseCommand):
    """The same as the page /weights/."""

    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        parts = parser.add_subparsers(dest="do", required=True)
        parts.add_parser("list", help="every version, the newest first")
        parts.add_parser("learn", help="learn from the introductions there are, as the nightly task does")
        parts.add_parser("save", help="keep weights as a draft").add_argument("file", help="JSON as `show` prints it")
        for name, text in (
            ("show", "the weights of a version"), ("preview", "what a version would change in the lists that are shown"),
            ("apply", "make a version hold, and ask for a full run"),
        ):  # fmt: skip
            parts.add_parser(name, help=text).add_argument("version", help=f"its number, or “{SHIPPED}”")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            found = getattr(self, f"_{options['do']}")(options)
        except Damaged:
            raise CommandError(
                "The snapshot of the lists is not on this machine: run `manage.py match --full` here."
            ) from None
        except Conflict as error:
            raise CommandError(str(error)) from None
        self.stdout.write(json.dumps(found, ensure_ascii=False, default=str))

    def _list(self, _: Mapping[str, Any]) -> list[Any]:
        return list(WeightSet.objects.order_by("-pk").values("id", "origin", "state", "note", "made_at", "applied_at"))

    def _show(self, options: Mapping[str, Any]) -> dict[str, int]:
        row = self._row(options["version"])
        return complete(row.weights if row else DEFAULT_WEIGHTS)

    def _preview(self, options: Mapping[str, Any]) -> dict[str, Any]:
        kernel.warm_up()
        run = selectors.current_run()
        if run is None:
            raise CommandError("There are no lists yet: run `manage.py match --full` first.")
        found = preview.preview(run, self._show(options))
        return {**found._asdict(), "most_changed": [each._asdict() for each in found.most_changed]}

    def _save(self, options: Mapping[str, Any]) -> dict[str, int]:
        values, problems = WEIGHTS.clean(_read(Path(options["file"])))
        if problems:
            raise CommandError("\n".join(f"{each.field}: {each.message}" for each in problems))
        note = values.pop("note", "")
        return {"version": weights.save(weights=values, note=note).pk}

    def _apply(self, options: Mapping[str, Any]) -> dict[str, int]:
        row = self._row(options["version"])
        return {"run": (weights.apply(number=row.pk) if row else weights.ship()).pk}

    def _learn(self, _: Mapping[str, Any]) -> dict[str, Any]:
        from apps.matching import lessons  # noqa: PLC0415 - nobody else pays for loading scikit-learn

        kernel.warm_up()
        found = lessons.learn()
        if isinstance(found, WeightSet):
            return {"version": found.pk, **found.evaluation}
        raise CommandError(f"Too little to learn from yet: {json.dumps(found._asdict())}")

    def _row(self, name: str) -> WeightSet | None:
        """The version of that number; None for those that ship."""
        if name == SHIPPED:
            return None
        row = (
            WeightSet.objects.filter(pk=name).first() if name.isascii() and name.isdigit() and len(name) < 10 else None
        )
        if row is None:
            raise CommandError(f"There is no version “{name}” of the weights.")
        return row


def _read(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text())
    except OSError as error:
        raise CommandError(f"{path}: {error.strerror}") from None
    except ValueError as error:
        raise CommandError(f"{path}: not JSON: {error}") from None
    if not isinstance(found, dict):
        raise CommandError(f"{path}: a JSON object with a number for each weight is expected.")
    return found
