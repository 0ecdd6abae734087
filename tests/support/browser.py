"""Which Chromium the browser tests drive, and how it is started."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from tests.support.services import ServiceMissingError

_CHROME_OF_MACOS = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")


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
