"""Pictures of every page for those who work on the look: `python -m tests.browser.shots [ADDRESS] [NAME...]`.

Without an address it makes a site of its own first. The pictures lie in var/shots/NAME-LANGUAGE-WIDTH.png.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import FloatRect, Page, sync_playwright

from tests.browser import running
from tests.browser.site import OWNER, PASSWORD, ROOT

FOLDER = ROOT / "var" / "shots"
LANGUAGES = ("en", "zh-hans", "ar")
WIDTHS = {360: 760, 768: 1024, 1440: 900}
SAMPLES = ("home", "results", "listing", "enterprise", "project", "matches")
FOUND = "search/?q=%E6%B6%B2%E6%B5%81%E7%94%B5%E6%B1%A0"
LONGEST = 6_000


def pages(page: Page, address: str) -> dict[str, str]:
    """Every page by name that a stranger sees: real ones, and the sample pages with no, one and a thousand items."""
    page.goto(f"{address}/en/{FOUND}")
    listing = page.locator(".listing__title a").first.get_attribute("href") or ""
    page.goto(address + listing)
    enterprise = page.locator(".reading__side .brief a").first.get_attribute("href") or ""
    found = {
        "home": "", "results": FOUND, "results-all": "search/", "results-none": "search/?q=xyzzy&technology=lfp",
        "results-note": "search/?technology=unobtainium&foo=1", "listing": listing[4:], "enterprise": enterprise[4:],
        "sign-in": "accounts/login/", "missing": "listings/999999999/",
    }  # fmt: skip
    return found | {
        f"sample-{name}-{items}": f"components/{name}/?items={items}" for name in SAMPLES for items in (0, 1, 1000)
    }


def take(page: Page, address: str, name: str, path: str) -> None:
    """A page in each language and width."""
    for language in LANGUAGES:
        for width, height in WIDTHS.items():
            page.set_viewport_size({"width": width, "height": height})
            page.goto(f"{address}/{language}/{path}")
            tall = min(int(page.evaluate("document.documentElement.scrollHeight")), LONGEST)
            clip = FloatRect(x=0, y=0, width=width, height=max(tall, height))
            page.screenshot(path=FOLDER / f"{name}-{language}-{width}.png", full_page=True, clip=clip)


def own_pages(page: Page, address: str) -> dict[str, str]:
    """Pages that the owner of an enterprise sees."""
    page.goto(f"{address}/en/accounts/login/")
    page.fill("[name=login]", OWNER)
    page.fill("[name=password]", PASSWORD)
    page.click("main [type=submit]")
    page.wait_for_url("**/dashboard/")
    matches = (page.locator("main a[href*='/matches/']").first.get_attribute("href") or "").partition("?")[0]
    return {"dashboard": "dashboard/", "matches": matches[4:], "matches-table": f"{matches[4:]}?as=table"}


@contextmanager
def _site(arguments: list[str]) -> Iterator[str]:
    if arguments and arguments[0].startswith("http"):
        yield arguments.pop(0)
    else:
        with running.site() as address:
            yield address


def main(arguments: list[str]) -> None:
    """Take the pictures that are named, or all."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with _site(arguments) as address, sync_playwright() as player:
        browser = player.chromium.launch(**running.launching())
        stranger, owner = browser.new_page(), browser.new_page()
        found = {name: (stranger, path) for name, path in pages(stranger, address).items()}
        found |= {name: (owner, path) for name, path in own_pages(owner, address).items()}
        for name, (page, path) in found.items():
            if not arguments or name in arguments:
                take(page, address, name, path)
                print(name)
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1:])
