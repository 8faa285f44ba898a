"""The report's page, the search and the errors in a real browser."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests import hostile
from tests.browsing import CHROMIUM, SIZES, chromium, tab
from tests.serving import Server

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here")

PAGES = (
    "/",
    "/report/plain.txt",
    "/report/hostile.txt",
    "/search?q=厕所",
    "/search?q=村&kind=programme",
    "/search?q=没有这样的词句",
    "/dataset",
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    path = hostile.store(tmp_path_factory.mktemp("site") / "store", plain=hostile.PLAIN, hostile=hostile.REPORT)
    with Server(path, "--workers", "2") as running:
        yield hostile.indexed(running).address


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("size", list(SIZES))
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_page_keeps_the_rules(browser: Browser, site: str, language: str, size: str, path: str) -> None:
    with tab(browser, site, size) as opened:
        page = opened.open(f"{path}{'&' if '?' in path else '?'}lang={language}")
        expect(page.locator("h1")).to_have_count(1)
        opened.check()


def test_no_script_of_a_report_runs(browser: Browser, site: str) -> None:
    with tab(browser, site) as opened:
        said: list[str] = []
        opened.page.on("dialog", lambda dialog: said.append(dialog.message))  # it stays open, and the test with it
        for path in ("/report/hostile.txt", "/", "/search?q=script", "/search?q=alert&kind=text"):
            page = opened.open(path)
            assert page.locator("a[href^='javascript'], svg[onload], img[onerror], iframe").count() == 0
        page.fill("#q", "石桥乡")
        expect(page.get_by_role("option").filter(has_text="<script")).to_have_count(1)
        assert said == []
        opened.check()


def test_a_click_on_a_number_shows_how_it_was_read(browser: Browser, site: str) -> None:
    with tab(browser, site) as opened:
        page = opened.open("/report/plain.txt?lang=zh")
        page.locator("mark.outcome", has_text="412").click()
        shown = page.locator(".reading.chosen")
        expect(shown).to_contain_text("412 户")
        expect(shown).to_contain_text("厕所革命")
        page.keyboard.press("Escape")
        expect(page.locator(".reading.chosen")).to_have_count(0)
        opened.check()


def test_an_address_of_a_number_lands_on_it(browser: Browser, site: str) -> None:
    with tab(browser, site, "phone") as opened:
        page = opened.open(f"/report/plain.txt?lang=zh#outcome-{hostile.PLAIN.index('412')}")
        expect(page.locator("mark.chosen")).to_have_text("412")
        expect(page.locator("mark.chosen")).to_be_in_viewport()
        expect(page.locator(".reading.chosen")).to_be_visible()
        opened.check()


def test_a_missing_page_is_a_page(browser: Browser, site: str) -> None:
    with tab(browser, site, "phone") as opened:
        page = opened.open("/place/000000?lang=en")
        expect(page.locator("h1")).to_have_text("There is nothing here")
        assert [error for error in opened.errors if "404" not in error] == []
        opened.errors.clear()
        opened.check()


def test_without_scripts_readings_are_reached_by_links(browser: Browser, site: str) -> None:
    context = browser.new_context(java_script_enabled=False, locale="zh-CN")
    page = context.new_page()
    page.goto(f"{site}/report/plain.txt")
    page.locator("mark.outcome a", has_text="412").click()
    expect(page.locator(".reading:target")).to_contain_text("412 户")
    context.close()
