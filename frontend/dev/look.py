"""Photograph every page (desktop, phone, dark) and ask axe about each.

`python frontend/dev/look.py --at http://127.0.0.1:5055 --into DIR`; exits 1 on a
violation, a refused resource (CSP) or a request that leaves the origin.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

PAGES = (
    "look/login", "look/password", "look/home", "look/home-new", "look/course",
    "look/hours", "look/hours-empty", "look/error-404", "look/error-503", "player", "player-preparing",
)  # fmt: skip
VIEWS: dict[str, dict[str, Any]] = {
    "desktop": {"viewport": {"width": 1280, "height": 800}, "color_scheme": "light"},
    "phone": {"viewport": {"width": 390, "height": 844}, "color_scheme": "light", "has_touch": True},
    "dark": {"viewport": {"width": 1280, "height": 800}, "color_scheme": "dark"},
}


def faults_of(page: Page, origin: str, said: list[str], asked: list[str]) -> Iterator[str]:
    """Yield what is wrong with the page as it now stands."""
    for violation in Axe().run(page).response["violations"]:
        for node in violation["nodes"]:
            what = f"{violation['impact']} {violation['id']}"
            yield f"axe {what}: {node['html'][:160]} {node['failureSummary'][:300]}"
    yield from (f"console: {text}" for text in said)
    yield from (f"left the origin: {url}" for url in asked if not url.startswith((origin, "data:", "blob:")))
    if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
        yield "the page scrolls sideways"
    small = page.evaluate(
        """[...document.querySelectorAll('a.btn, button, summary, .tabs a, select, input:not([type=hidden])')]
           .filter((e) => e.checkVisibility() && !e.closest('.form-check'))
           .map((e) => [e.outerHTML.slice(0, 90), e.getBoundingClientRect()])
           .filter(([, box]) => box.width && (box.height < 43.5 || box.width < 43.5))
           .map(([html, box]) => `${Math.round(box.width)}x${Math.round(box.height)} ${html}`)"""
    )
    yield from (f"small target {text}" for text in small)


def overheard(page: Page) -> tuple[list[str], list[str]]:
    """Return two lists that fill with the page's error messages and the addresses it asks for."""
    said: list[str] = []
    asked: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        if message.type == "error":
            said.append(message.text)

    page.on("console", hear)
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    return said, asked


def look(browser: Browser, at: str, into: Path, only: str | None) -> int:
    """Visit all pages in all views; return the number of faults."""
    count = 0
    for view, options in VIEWS.items():
        context = browser.new_context(locale="zh-CN", **options)
        for name in PAGES:
            if only and only not in name:
                continue
            page = context.new_page()
            said, asked = overheard(page)
            page.goto(f"{at}/{name}", wait_until="networkidle")
            page.screenshot(path=into / f"{name.replace('/', '-')}-{view}.png", full_page=True)
            for fault in faults_of(page, at, said, asked):
                count += 1
                print(f"{name} {view}: {fault}")
            page.close()
        context.close()
    return count


def main() -> None:
    """Run over all pages."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--at", default="http://127.0.0.1:5055")
    parser.add_argument("--into", type=Path, required=True)
    parser.add_argument("--only")
    arguments = parser.parse_args()
    arguments.into.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        count = look(browser, arguments.at, arguments.into, arguments.only)
        browser.close()
    print(f"{count} faults")
    sys.exit(bool(count))


if __name__ == "__main__":
    main()
