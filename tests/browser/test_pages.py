"""What a visitor sees and can do, in a real Chromium."""

import re
from urllib.parse import quote

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import violations
from tests.browser.site import ADMINISTRATOR, OWNER, PASSWORD

FLOW_BATTERY = "液流电池"
PAGES = (
    "",
    f"search/?q={quote(FLOW_BATTERY)}",
    "search/?technology=lfp",
    "accounts/login/",
    "accounts/signup/",
    "terms/",
)
OWN_PAGES = (
    "dashboard/",
    "profile/",
    "keys/",
    "notices/",
    "accounts/email/",
    "accounts/password/change/",
    "accounts/2fa/",
    "imports/",
    "enterprises/new/",
)
LANGUAGES = ("en", "zh-hans", "ar")
WIDTHS = (360, 768, 1440)


def sign_in(page: Page, site: str, email: str = OWNER) -> None:
    page.goto(f"{site}/en/accounts/login/")
    page.fill("[name=login]", email)
    page.fill("[name=password]", PASSWORD)
    page.click("main [type=submit]")
    page.wait_for_url("**/dashboard/")


def first_listing(page: Page, site: str, query: str = "") -> str:
    """The path of a listing, without its language."""
    page.goto(f"{site}/en/search/?{query}")
    return (page.locator(".listing__title a").first.get_attribute("href") or "").removeprefix("/en/")


def first_enterprise(page: Page) -> str:
    return (page.locator(".reading__side .brief a").first.get_attribute("href") or "").removeprefix("/en/")


def test_a_question_in_chinese_finds_a_listing_in_portuguese_and_leads_to_its_enterprise(page: Page, site: str) -> None:
    page.goto(f"{site}/zh-hans/")
    page.fill("#q", FLOW_BATTERY)
    page.press("#q", "Enter")
    page.wait_for_url("**/search/?q=*")
    found = page.locator(".listing", has=page.locator(".listing__title [lang^=pt]")).first
    expect(found.locator(".listing__why")).to_contain_text(FLOW_BATTERY)
    title = found.locator(".listing__title").inner_text()
    found.locator(".listing__title a").click()
    expect(page.locator("h1")).to_have_text(title)
    page.locator(".reading__side .brief a").first.click()
    page.wait_for_url("**/enterprises/*/")
    expect(page.locator(".listing__title").filter(has_text=title)).to_have_count(1)


def test_a_filter_narrows_the_results_at_once_keeps_the_focus_and_is_read_out(page: Page, site: str) -> None:
    page.goto(f"{site}/en/search/")
    before = page.locator("#announced").inner_text()
    page.locator("#side-request").check()
    page.wait_for_url("**side=request**")
    expect(page.locator("#announced")).not_to_have_text(before)
    expect(page.locator("#side-request")).to_be_checked()
    assert page.evaluate("document.activeElement.id") == "side-request"
    expect(page.locator(".side--offer")).to_have_count(0)
    expect(page.locator(".applied__tag")).to_have_count(1)
    page.go_back()
    page.wait_for_url(re.compile(r"/search/$"))
    expect(page.locator("#side-request")).not_to_be_checked()


def test_filters_pages_and_searches_work_without_scripts(page_without_scripts: Page, site: str) -> None:
    page = page_without_scripts
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(f"{site}/en/search/")
    page.check("#side-request")
    page.click("#count-on-sheet")
    page.wait_for_url("**side=request**")
    expect(page.locator(".side--offer")).to_have_count(0)
    first = page.locator(".listing__title").first.inner_text()
    page.click("a[rel=next]")
    expect(page.locator(".listing__title").filter(has_text=first)).to_have_count(0)
    page.click("a[rel=prev]")
    expect(page.locator(".listing__title").first).to_have_text(first)
    page.locator(".applied__tag").click()
    expect(page.locator(".side--offer").first).to_be_visible()


def test_on_a_phone_the_filters_are_a_sheet_that_closes_when_it_has_done_its_work(page: Page, site: str) -> None:
    page.set_viewport_size({"width": 360, "height": 760})
    page.goto(f"{site}/en/search/")
    expect(page.locator("#filters")).to_be_hidden()
    page.click(".applied__filters")
    page.locator("#side-offer").check()
    page.wait_for_url("**side=offer**")
    page.click("#count-on-sheet")
    expect(page.locator("#filters")).to_be_hidden()
    expect(page.locator(".side--request")).to_have_count(0)


def test_somebody_signs_in_sees_the_own_listing_and_what_can_be_done_with_it(page: Page, site: str) -> None:
    sign_in(page, site)
    page.locator("main a[href*='/listings/']").first.click()
    expect(page.locator(".state")).to_be_visible()
    expect(page.locator(".timeline li").first).to_be_visible()
    expect(page.locator(".actions form").first).to_be_visible()


def test_the_description_of_the_api_lists_what_can_be_asked_for(page: Page, site: str) -> None:
    page.goto(f"{site}/api/v1/docs/")
    expect(page.locator(".info .title")).to_contain_text("Voltbridge API")
    expect(page.locator(".opblock-summary-path").filter(has_text="opportunities").first).to_be_visible()


def test_an_owner_sees_who_fits_and_opens_the_reasons_of_one_match(page: Page, site: str) -> None:
    sign_in(page, site)
    page.locator("main a[href*='/matches/opportunity/']").first.click()
    page.wait_for_url("**/matches/**")
    match = page.locator(".match").nth(1)
    expect(match.locator(".reasons")).to_have_count(0)
    match.locator(".match__more").click()
    expect(page.locator(".match").nth(1).locator(".reasons")).to_have_count(2)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_page_is_wider_than_the_screen(page: Page, site: str, language: str) -> None:
    listing = first_listing(page, site, "technology=lfp")
    page.goto(f"{site}/en/{listing}")
    paths = (
        *PAGES,
        listing,
        first_enterprise(page),
        *(f"components/{name}/?items=5" for name in ("project", "matches")),
    )
    wide = []
    for path in paths:
        page.goto(f"{site}/{language}/{path}")
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            wide += [(path, width, over)] if over else []
    assert wide == []


@pytest.mark.parametrize(("language", "scheme"), [*((code, "light") for code in LANGUAGES), ("en", "dark")])
def test_no_page_keeps_anybody_out(page: Page, site: str, axe: str, language: str, scheme: str) -> None:
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    listing = first_listing(page, site, "technology=lfp")
    page.goto(f"{site}/en/{listing}")
    paths = (
        *PAGES,
        listing,
        first_enterprise(page),
        "components/project/?items=5",
        "components/matches/?items=5",
        "nowhere/",
    )
    found = []
    for path in paths:
        page.goto(f"{site}/{language}/{path}")
        found += [(path, *each) for each in violations(page, axe)]
    assert found == []


def own_pages(page: Page, site: str) -> list[str]:
    """What only the owner of an enterprise sees, with its forms and lists; without the language."""
    page.goto(f"{site}/en/dashboard/")
    links = "a[href$='/edit/'], a[href$='/members/'], a[href*='/listings/new/'], a[href$='/projects/new/'], a[href*='/matches/']"
    found = page.locator("main").locator(links).evaluate_all("all => all.map(each => each.getAttribute('href'))")
    return [*OWN_PAGES, *sorted({path.removeprefix("/en/") for path in found})]


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_page_behind_sign_in_is_wider_than_a_phone(page: Page, site: str, language: str) -> None:
    sign_in(page, site)
    page.set_viewport_size({"width": 360, "height": 760})
    wide = []
    for path in own_pages(page, site):
        page.goto(f"{site}/{language}/{path}")
        page.evaluate("document.querySelectorAll('main details').forEach(each => { each.open = true })")
        over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        wide += [(path, over)] if over else []
    assert wide == []


def test_no_page_behind_sign_in_keeps_anybody_out(page: Page, site: str, axe: str) -> None:
    sign_in(page, site)
    found = []
    for path in own_pages(page, site):
        page.goto(f"{site}/zh-hans/{path}")
        found += [(path, *each) for each in violations(page, axe)]
    assert found == []


def test_whoever_reads_a_listing_searches_from_its_header_without_scripts(
    page_without_scripts: Page, site: str
) -> None:
    page = page_without_scripts
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(f"{site}/en/{first_listing(page, site)}")
    page.fill("header input[name=q]", FLOW_BATTERY)
    page.press("header input[name=q]", "Enter")
    page.wait_for_url("**/search/?q=*")
    expect(page.locator("header input[name=q]")).to_have_count(0)
    expect(page.locator("#q")).to_have_value(FLOW_BATTERY)


def test_on_a_phone_a_project_names_the_stage_it_is_in_and_no_other(page: Page, site: str) -> None:
    page.set_viewport_size({"width": 360, "height": 760})
    page.goto(f"{site}/en/components/project/?items=1")
    assert page.locator(".step > span").evaluate_all("all => all.filter(each => each.offsetWidth > 1).length") == 1


def test_a_country_on_the_map_is_reached_by_keyboard_and_a_filter_draws_it_anew(
    page: Page, site: str, axe: str
) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{site}/en/search/")
    assert [url for url in asked if "leaflet" in url or "world-atlas" in url] == []
    page.click("#applied a[href*='as=map']")
    circles = page.locator(".map__country")
    expect(circles.first.locator(".map__disc")).to_be_visible()
    expect(circles).to_have_count(page.locator("#places tbody tr").count())
    assert page.locator(".map__border--disputed").count() == 1
    assert violations(page, axe) == []
    before = circles.count()
    page.check("#side-offer")
    page.wait_for_url("**side=offer*")
    expect(circles).not_to_have_count(before)
    expect(circles).to_have_count(page.locator("#places tbody tr").count())
    circles.first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**side=offer*country=*")
    expect(page.locator(".map__country[aria-current]")).to_have_count(1)
    page.set_viewport_size({"width": 360, "height": 760})
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0


def test_the_administration_keeps_to_the_policy_for_content(page: Page, site: str) -> None:
    sign_in(page, site, ADMINISTRATOR)
    for path in ("", "accounts/user/", "accounts/user/1/change/", "journal/fact/", "taxonomy/concept/"):
        page.goto(f"{site}/en/admin/{path}")
        expect(page.locator("#content")).to_be_visible()


def test_the_page_loads_nothing_from_anywhere_else(page: Page, site: str) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{site}/en/")
    assert asked
    assert [url for url in asked if not url.startswith((site, "data:"))] == []
