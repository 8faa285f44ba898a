"""Debian's Chromium for tests: tabs that note what goes wrong, and the rules that hold for every page."""

from __future__ import annotations

import shutil
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import uvicorn
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright
from starlette.applications import Starlette

from kg import build, resources
from tests.serving import Server

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = ("--no-sandbox", "--disable-background-networking", "--use-angle=swiftshader", "--enable-unsafe-swiftshader")
SIZES: dict[str, ViewportSize] = {
    "phone": {"width": 390, "height": 844},
    "desktop": {"width": 1280, "height": 900},
}
READY = 60  # seconds until the search is to answer
TOUCH = 44  # pixels, of what a finger is to hit
FIELDS = "input:not([type=checkbox], [type=radio], [type=range])"
TARGETS = f"button, summary, select, .tag, nav.site a, .pages a, .brand, {FIELDS}"
SMALL = """([targets, least]) => [...document.querySelectorAll(targets)]
  .filter(e => e.checkVisibility({visibilityProperty: true}))
  .filter(e => !e.closest(".unseen, .only, fieldset, .CodeMirror"))
  .map(e => [e.outerHTML.slice(0, 90), e.getBoundingClientRect()])
  .filter(([, box]) => box.width > 0 && Math.min(box.width, box.height) < least - 0.5)
  .map(([html, box]) => `${Math.round(box.width)}x${Math.round(box.height)} ${html}`)"""


@dataclass
class Tab:
    """A page, and what it should not have: errors, and requests to other servers."""

    page: Page
    home: str
    errors: list[str] = field(default_factory=list)
    strangers: list[str] = field(default_factory=list)

    def open(self, path: str) -> Page:
        """Go to a path of the server and wait until the page has settled."""
        self.page.goto(self.home + path)
        self.page.wait_for_load_state("networkidle")
        return self.page

    def check(self) -> None:
        """No error, no request to others, nothing wider than the screen, no finding of axe that is serious."""
        assert self.errors == [] and self.strangers == []
        wide = self.page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
        assert wide[0] <= wide[1], f"{self.page.url} is {wide[0]} pixels wide"
        assert findings(self.page) == []
        assert self.page.evaluate(SMALL, [TARGETS, TOUCH]) == []


def findings(page: Page) -> list[str]:
    """What axe-core finds that is serious or critical: rule and elements."""
    found = Axe().run(page).response["violations"]
    return [
        f"{one['id']}: {node['html'][:120]} {node['any'][:1]}"
        for one in found
        if one["impact"] in ("serious", "critical")
        for node in one["nodes"][:5]
    ]


@contextmanager
def chromium() -> Iterator[Browser]:
    """The browser."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@contextmanager
def tab(browser: Browser, home: str, size: str = "desktop", **options: Any) -> Iterator[Tab]:
    """A tab of its own, at the size of a phone or a desktop."""
    context = browser.new_context(viewport=SIZES[size], **{"locale": "zh-CN", "accept_downloads": True, **options})
    opened = Tab(context.new_page(), home)
    opened.page.on("pageerror", lambda error: opened.errors.append(str(error)))
    opened.page.on("console", lambda said: opened.errors.append(said.text) if said.type == "error" else None)
    opened.page.on("request", lambda request: _note(opened, request.url))
    yield opened
    context.close()


def _note(opened: Tab, url: str) -> None:
    parts = urlsplit(url)
    if parts.scheme not in ("data", "blob") and parts.netloc != urlsplit(opened.home).netloc:
        opened.strangers.append(url)


@contextmanager
def serving(app: Starlette) -> Iterator[str]:
    """The address at which an application answers, in a thread."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning"))
        thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        server.should_exit = True
        thread.join(10)


@contextmanager
def explorer(path: Path) -> Iterator[str]:
    """The address of an explorer of the packaged samples, whose store is made at a path; its search is ready."""
    build.build([resources.data("samples")], path, jobs=1)
    with Server(path, "--workers", "2") as running:
        end = time.monotonic() + READY
        while running.get("/suggest?q=镇").status_code == 503:  # the index of the search is being made
            assert time.monotonic() < end, "the search is not ready"
            time.sleep(0.2)
        yield running.address


def downloaded(page: Page, button: str) -> bytes:
    """What the first button of that name gives."""
    with page.expect_download() as waiting:
        page.get_by_role("button", name=button).first.click()
    return Path(waiting.value.path()).read_bytes()
