"""What the launcher prints: accounts, progress of the videos, and the line with `ready:`.

On a terminal the progress stays on one line; elsewhere (a log, a test) every
change that matters is a line of its own. Standard library only.
"""

from __future__ import annotations

import os
import sys
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

STEP_PERCENT = 25


class Console:
    """The launcher's mouth. It never fails: a reader that has gone away is no reason to stop serving."""

    def __init__(self) -> None:
        self._in_place = sys.stdout.isatty()
        self._open_line = False
        self._told: dict[str, tuple[str, int]] = {}

    def say(self, text: str) -> None:
        """Print text on lines of its own."""
        self._write(("\n" if self._open_line else "") + text + "\n")
        self._open_line = False

    def accounts(self, accounts: Mapping[str, Mapping[str, Any]]) -> None:
        """Print the sample accounts as a table."""
        rows = [("login", "password", "name", "roles")]
        rows += [
            (login, str(account["password"]), str(account["name"]), ", ".join(account["roles"]))
            for login, account in accounts.items()
        ]
        widths = [max(_width(row[column]) for row in rows) for column in range(4)]
        lines = [
            "  ".join(cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True))
            for row in rows
        ]
        self.say("Sample accounts:\n" + "\n".join(f"  {line.rstrip()}" for line in lines))

    def videos(self, videos: Sequence[Mapping[str, Any]]) -> None:
        """Print how far the preparation of the videos is."""
        ended = sum(video["state"] in ("ready", "failed") for video in videos)
        if self._in_place:
            going = next((video for video in videos if video["state"] == "preparing"), None)
            now = f": {going['title']} {going['percent']} %" if going else ""
            self._write(f"\r\x1b[KPreparing videos, {ended} of {len(videos)} done{now}")
            self._open_line = True
            if ended == len(videos):
                self.say("")
        for number, video in enumerate(videos, start=1):
            self._video(f"{number}/{len(videos)}", video)

    def _video(self, number: str, video: Mapping[str, Any]) -> None:
        state = (str(video["state"]), int(video["percent"]) // STEP_PERCENT * STEP_PERCENT)
        if self._told.get(number) == state or state[0] == "waiting":
            return
        self._told[number] = state
        if state[0] == "failed":
            self.say(f"Video {number} {video['title']}: failed: {video['reason']}")
        elif not self._in_place:
            self.say(
                f"Video {number} {video['title']}: {'ready' if state[0] == 'ready' else f'{state[1]} %'}"
            )

    def _write(self, text: str) -> None:
        try:
            sys.stdout.write(text)
            sys.stdout.flush()
        except BrokenPipeError:
            # Python would complain again when it flushes at exit.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _width(text: str) -> int:
    """Return how many columns of a terminal text takes."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)
