"""Foreign keys named by a string obey the layers too: import-linter cannot see them, the model registry can."""

import tomllib
from pathlib import Path

from django.apps import apps
from django.db.models import Field, ForeignObject

ROOT = Path(__file__).resolve().parents[2]


def _levels() -> dict[str, int]:
    """Each app's height in the contract of pyproject.toml; the lowest is 0."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    layers = next(contract["layers"] for contract in contracts if contract["containers"] == ["apps"])
    return {app.strip(): height for height, layer in enumerate(reversed(layers)) for app in layer.split("|")}


def test_a_foreign_key_points_to_its_own_app_or_one_below() -> None:
    levels = _levels()
    upward = []
    for model in apps.get_models():
        own = model._meta.app_label
        for field in model._meta.get_fields():
            if (
                own not in levels
                or not isinstance(field, Field)
                or not (field.many_to_many or isinstance(field, ForeignObject))
            ):
                continue
            target = field.related_model._meta.app_label  # type: ignore[union-attr]
            if target in levels and target != own and levels[target] >= levels[own]:
                upward.append(f"{model.__name__}.{field.name} -> {target}")
    assert not upward


def test_every_app_of_ours_has_its_place_in_the_layers() -> None:
    ours = {config.label for config in apps.get_app_configs() if config.name.startswith("apps.")}
    assert ours == set(_levels())
