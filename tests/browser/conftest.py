"""A site and a browser for the whole run; nothing but this machine can be reached, and every page is watched."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.browser import running

ROOT = Path(__file__).resolve().parents[2]
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
# What a page must never do: break its own policy for content, or throw.
COMPLAINTS = ("Content Security Policy", "Uncaught")


@pytest.fixture(scope="session")
def site(compiled: None) -> Iterator[str]:
    """The address of a site with the demonstration data."""
    with running.site() as address:
        yield address


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """One browser for a file: while Playwright's event loop runs, Django opens connections that nobody closes afterwards."""
    with sync_playwright() as player:
        browser = player.chromium.launch(**running.launching())
        yield browser
        browser.close()


def _watched(context: BrowserContext, complaints: list[str]) -> Page:
    page = context.new_page()
    page.set_default_timeout(15_000)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda message: complaints.append(message.text) if _bad(message.text) else None)
    return page


def _bad(text: str) -> bool:
    return any(words in text for words in COMPLAINTS)


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A page of a new visitor; the test fails where it broke the policy for content or threw."""
    complaints: list[str] = []
    with chromium.new_context() as context:
        yield _watched(context, complaints)
    assert complaints == []


@pytest.fixture
def page_without_scripts(chromium: Browser) -> Iterator[Page]:
    """A page of a visitor whose browser runs no script."""
    with chromium.new_context(java_script_enabled=False) as context:
        yield _watched(context, [])


@pytest.fixture(scope="session")
def axe() -> str:
    """The checker of accessibility."""
    return AXE.read_text("utf-8")


def violations(page: Page, axe: str) -> list[Any]:
    """What axe finds against WCAG 2.2 A and AA and the habits of good pages, such as the order of headings: (rule, the elements)."""
    page.evaluate(axe)
    found = page.evaluate(
        "axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']})"
        ".then(result => result.violations.map(each => [each.id, each.nodes.map(node => node.html.slice(0, 200))]))"
    )
    return list(found)
