"""Which Chromium the browser tests drive, and how it is started: with which camera, at which window."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser, BrowserContext, Playwright, ViewportSize

from tests.support.camera import begun_anywhere, chromium_arguments, kept_feed
from tests.support.services import ServiceMissingError

_CHROME_OF_MACOS = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")

DESKTOP: ViewportSize = {"width": 1280, "height": 800}
PHONE: ViewportSize = {"width": 390, "height": 844}

NO_CAMERA: tuple[str, ...] = ()
"""No device at all; allowed, so that its absence is what is found."""

CAMERA_REFUSED = ("--use-fake-device-for-media-stream", "--deny-permission-prompts")
"""There is a camera, and whoever sits there does not allow its use."""


def chromium() -> str:
    """Return the path of the system's Chromium."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if found := shutil.which(name):
            return found
    if _CHROME_OF_MACOS.exists():
        return str(_CHROME_OF_MACOS)
    raise ServiceMissingError("Chromium is not installed: run ./test, which installs it")


def arguments() -> list[str]:
    """Return what every Chromium of ours is started with."""
    always = ["--disable-dev-shm-usage", "--autoplay-policy=no-user-gesture-required", "--mute-audio"]
    # The sandbox needs rights that root in a container does not have.
    return [*always, "--no-sandbox"] if os.geteuid() == 0 else always


@contextmanager
def launched(
    playwright: Playwright, *, portrait: str | None = None, camera: Sequence[str] = NO_CAMERA
) -> Iterator[Browser]:
    """Run a Chromium before which the person of a portrait sits, or one with the given camera.

    The camera of a running Chromium cannot be changed.
    """
    with TemporaryDirectory() as folder:
        if portrait is not None:
            camera = chromium_arguments(begun_anywhere(kept_feed(portrait), Path(folder)))
        browser = playwright.chromium.launch(executable_path=chromium(), args=[*arguments(), *camera])
        try:
            yield browser
        finally:
            browser.close()


def fresh_context(browser: Browser, base_url: str, *, viewport: ViewportSize = DESKTOP) -> BrowserContext:
    """Return a window as our users have it: Chinese, in Shandong's time, nobody signed in."""
    return browser.new_context(
        base_url=base_url, locale="zh-CN", timezone_id="Asia/Shanghai", viewport=viewport
    )
