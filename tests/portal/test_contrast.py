"""The colours of the site against WCAG 2.2 AA, light and dark, read from the style sheet itself."""

import re
from pathlib import Path

import pytest

TOKENS = Path(__file__).parents[2] / "apps" / "core" / "static" / "voltbridge" / "tokens.css"
TEXT, SHAPE = 4.5, 3.0
GROUNDS = ("paper", "raised", "sunken")
PAIRS = [
    *[
        (ink, ground, TEXT)
        for ink in ("ink", "ink-soft", "accent", "accent-strong", "amber", "red")
        for ground in GROUNDS
    ],
    ("on-accent", "accent", TEXT),
    ("on-accent", "accent-strong", TEXT),
    ("accent", "accent-soft", TEXT),
    ("ink", "accent-soft", TEXT),
    ("amber", "amber-soft", TEXT),
    ("ink", "amber-soft", TEXT),
    ("red", "red-soft", TEXT),
    ("ink", "red-soft", TEXT),
    *[(line, ground, SHAPE) for line in ("line-strong", "accent", "amber-mark", "red") for ground in GROUNDS],
    ("accent", "track", SHAPE),
    ("amber-mark", "amber-soft", SHAPE),
]


def _schemes() -> dict[str, dict[str, str]]:
    light, dark = TOKENS.read_text(encoding="utf-8").split("@media (prefers-color-scheme: dark)")
    colours = {
        name: dict(re.findall(r"--vb-([a-z-]+): (#[0-9a-f]{6});", part))
        for name, part in (("light", light), ("dark", dark))
    }
    return {"light": colours["light"], "dark": colours["light"] | colours["dark"]}


def _luminance(colour: str) -> float:
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(first: str, second: str) -> float:
    darker, lighter = sorted((_luminance(first), _luminance(second)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("front", "back", "least"), PAIRS)
def test_every_pair_of_colours_that_meets_on_a_page_reaches_aa(
    scheme: str, front: str, back: str, least: float
) -> None:
    colours = _schemes()[scheme]
    assert contrast(colours[front], colours[back]) >= least
