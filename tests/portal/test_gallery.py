"""Every sample page in every size: valid under the policy for content, complete without a script."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

pytestmark = pytest.mark.django_db
SHEETS = sorted((Path(settings.ROOT) / "apps/core/static/voltbridge").glob("*.css"))
PAGES = ("home", "results", "listing", "enterprise", "project", "matches")
# What the policy for content forbids inside a page: inline style, handlers, script without an address.
FORBIDDEN = re.compile(
    r"""\sstyle=|<style|\son[a-z]+=|<script(?![^>]*\ssrc=)|javascript:|hx-on|hx-vals=["']js:""", re.IGNORECASE
)


def page(client: Client, path: str, language: str = "en", status: int = 200) -> str:
    response = client.get(f"/{language}/components/{path}")
    assert response.status_code == status
    return response.content.decode()


@pytest.mark.parametrize("language", [code for code, _name in settings.LANGUAGES])
@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("items", [0, 1, 40])
def test_every_page_is_drawn_with_no_one_and_many_items(client: Client, name: str, language: str, items: int) -> None:
    html = page(client, f"{name}/?items={items}", language)
    assert html.count("<h1") == 1
    assert not FORBIDDEN.search(html)


def test_the_gallery_shows_each_component_in_both_directions(client: Client) -> None:
    html = page(client, "")
    assert html.count('class="gallery__column"') == 2
    assert 'lang="ar" dir="rtl"' in html
    assert html.count('class="map__ground"') == 1
    assert not FORBIDDEN.search(html)


def test_a_page_names_its_language_direction_and_counterparts(client: Client) -> None:
    html = page(client, "listing/", "zh-hans")
    assert '<html lang="zh-Hans" dir="ltr">' in html
    assert 'rel="alternate" hreflang="en"' in html
    assert 'hreflang="x-default"' in html
    assert "bootstrap/css/bootstrap.min.css" in html


def test_a_page_that_reads_right_to_left_uses_the_build_for_it(client: Client, settings: object) -> None:
    settings.LANGUAGES = [("en", "English"), ("ar", "Arabic")]  # type: ignore[attr-defined]
    html = page(client, "listing/", "ar")
    assert '<html lang="ar" dir="rtl">' in html
    assert "bootstrap/css/bootstrap.rtl.min.css" in html


@pytest.mark.parametrize("status", [400, 403, 404, 413, 429, 500])
def test_every_error_page_says_what_can_be_done(client: Client, status: int) -> None:
    html = page(client, f"error/{status}/", status=status)
    assert "<h1>" in html
    assert "<a href=" in html
    assert not FORBIDDEN.search(html)


def test_the_page_for_a_broken_server_needs_no_template_engine() -> None:
    source = (Path(settings.ROOT) / "templates" / "500.html").read_text(encoding="utf-8")
    assert "{%" not in source
    assert "{{" not in source
    assert all(
        f'lang="{tag}"' in source for tag in ("en", "zh-Hans", "ru", "pt-BR", "ar", "fr", "es", "fa", "id", "hi")
    )


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda path: path.name)
def test_the_style_sheets_know_no_left_and_right(sheet: Path) -> None:
    declarations = re.findall(r"^\s+([a-z-]+):", sheet.read_text(encoding="utf-8"), re.MULTILINE)
    physical = re.compile(r"(^|-)(left|right|top|bottom)(-|$)|^(min-|max-)?(width|height)$")
    assert [name for name in declarations if physical.search(name)] == []
