"""`platform/` is a source root; anything importable in it beside `config` would shadow the standard library."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def test_the_folder_platform_is_no_package_and_holds_config_alone() -> None:
    importable = {path.name for path in (ROOT / "platform").iterdir() if path.suffix == ".py" or path.is_dir()}
    assert importable - {"__pycache__", ".mypy_cache", ".ruff_cache"} == {"config"}


def test_no_folder_of_tests_is_a_package_or_named_after_the_standard_library() -> None:
    folders = [path for path in (ROOT / "tests").rglob("*") if path.is_dir()]
    assert not [path for path in folders if (path / "__init__.py").exists()]
    assert not [path for path in folders if path.name == "platform"]


@pytest.mark.parametrize(
    "statement", ["import platform; platform.python_version()", "import uuid, celery, redis, rest_framework"]
)
def test_the_standard_module_platform_is_found_from_the_checkout_s_folder(statement: str) -> None:
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT / "platform"), str(ROOT)])}
    subprocess.run([sys.executable, "-c", statement], cwd=ROOT, env=environment, check=True)
