"""Take the pictures of docs/images: `python -m tools.screenshots [--data DIR]`.

With --data it uses the sample installation that runs on DIR (`./run --data DIR`),
which must be on this machine: a team leader of its own is registered there, so
that no sample account is changed. Without it an installation is started in a
temporary folder and stopped afterwards. Either way a lesson is played for about
a minute and a half, because progress and checks are real.

Writes <page>-<look>.png for the pages login, learning, player, challenge and
hours and the looks desktop, phone and dark, with at most 250 kB each.
"""

from __future__ import annotations

import argparse
import io
import json
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from PIL import Image
from playwright.sync_api import Browser, Page, ViewportSize, expect, sync_playwright

from tests.support.browser import DESKTOP, PHONE, fresh_context, launched
from tests.support.camera import chromium_arguments
from tests.support.excerpt import Answers, answers_of
from tests.support.identity_check import MY_FACE
from tests.support.newcomers import office_of
from tests.support.player_page import Player, sign_in
from tests.support.server import ROOT, running
from tools.sitter import write_feed

IMAGES = ROOT / "docs" / "images"
BYTES_AT_MOST = 250_000
COURSE, FOLDER = "带好一个班：班前会与现场管控", ROOT / "courses" / "leader-shift-safety"
SHOWN_AT_SECONDS = 56  # in the middle of a slide, with captions


@dataclass(frozen=True, slots=True)
class Look:
    """One of the three ways in which a page is shown."""

    name: str
    viewport: ViewportSize
    scheme: Literal["light", "dark"]


LOOKS = (Look("desktop", DESKTOP, "light"), Look("phone", PHONE, "light"), Look("dark", DESKTOP, "dark"))

Prepare = Callable[[Look], None]


def take(page: Page, name: str, prepare: Prepare | None = None, *, whole: bool = False) -> None:
    """Write the pictures of what page shows; prepare is called before each.

    whole adds what lies below, but not on phones, whose bar of tabs would stand in the middle.
    """
    for look in LOOKS:
        page.set_viewport_size(look.viewport)
        page.emulate_media(color_scheme=look.scheme)
        expect(page.locator("html")).to_have_attribute("data-bs-theme", look.scheme)
        if prepare:
            prepare(look)
        page.mouse.move(0, 0)
        page.evaluate("Promise.allSettled(document.getAnimations().map(animation => animation.finished))")
        png = page.screenshot(caret="hide", full_page=whole and look.viewport != PHONE)
        write(png, IMAGES / f"{name}-{look.name}.png")


def write(png: bytes, target: Path) -> None:
    """Write a picture with as many colours as its size allows."""
    picture = Image.open(io.BytesIO(png)).convert("RGB")
    for colours in (256, 128, 64):
        small = io.BytesIO()
        reduced = picture.quantize(colours, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
        reduced.save(small, "PNG", optimize=True)
        if small.tell() <= BYTES_AT_MOST:
            target.write_bytes(small.getvalue())
            print(f"{target.relative_to(ROOT)}: {small.tell() // 1000} kB, {colours} colours")
            return
    raise SystemExit(f"{target.name} does not fit into {BYTES_AT_MOST} bytes")


def tour(browser: Browser, data: Path, base_url: str) -> None:
    """Go through the pages as a team leader and take their pictures."""
    with office_of(data, base_url) as office:
        leader, lesson = office.newcomer(face=MY_FACE), office.lesson_of(COURSE)
    page = fresh_context(browser, base_url).new_page()
    page.goto("/login")
    take(page, "login")

    answers = answers_of(FOLDER)
    sign_in(page, leader.login, leader.password)
    player = Player(page).open(lesson).play()
    watch_to(SHOWN_AT_SECONDS, player, answers)
    take(page, "player", lambda _: expect(player.check).to_be_hidden())

    page.set_viewport_size(DESKTOP)
    player.until_asked()

    def chosen(look: Look) -> None:
        """Show the way by picture on desktops, the way by question on phones."""
        by_question = look.name == "phone"
        page.get_by_test_id("way-otp_quiz" if by_question else "way-snapshot").click()
        if not by_question:
            expect(page.get_by_test_id("take-picture")).to_be_enabled(timeout=30_000)

    take(page, "challenge", chosen)
    page.get_by_test_id("way-otp_quiz").click()
    player.pass_with_question(answers)
    for name, address in (("learning", "/"), ("hours", "/me/hours")):
        page.goto(address, wait_until="networkidle")
        take(page, name, whole=True)


def watch_to(seconds: float, player: Player, answers: Answers) -> None:
    """Let it play so far, and answer what is asked on the way."""
    while True:
        player.page.wait_for_function(
            "seconds => document.querySelector('[data-part=check]').open"
            " || document.querySelector('[data-part=video]').currentTime >= seconds",
            arg=seconds,
            timeout=120_000,
        )
        if not player.check.is_visible():
            return
        player.asked()
        player.page.get_by_test_id("way-otp_quiz").click()
        player.pass_with_question(answers)


@contextmanager
def installation(data: Path | None) -> Iterator[tuple[Path, str]]:
    """Yield folder and address of the installation on data, or of one that runs until the block is left."""
    if data is None:
        with tempfile.TemporaryDirectory() as folder, running(Path(folder) / "data") as server:
            yield server.data, server.base_url
        return
    sample = json.loads((data / "sample.json").read_text(encoding="utf-8"))
    yield data, sample["base_url"]


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(
        prog="python -m tools.screenshots", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--data", type=Path, help="the folder of a running sample installation")
    data = parser.parse_args(arguments).data
    IMAGES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, installation(data) as (on, base_url):
        camera = chromium_arguments(write_feed(Path(folder) / "sitter.mjpeg"))
        with sync_playwright() as playwright, launched(playwright, camera=camera) as browser:
            tour(browser, on, base_url)


if __name__ == "__main__":
    main(sys.argv[1:])
