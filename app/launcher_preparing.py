"""The launcher's end of the pipe to launcher_prepare.py: what has been prepared so far."""

from __future__ import annotations

import contextlib
import json
import os
import select
import subprocess
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from app import launcher_commands
from app.launcher_children import last_lines, start_process, sweep_group


class PreparationFailedError(Exception):
    """The installation must not start or cannot be prepared; the text says why."""


class Preparing:
    """A running preparation. lines() is what it has told since it was last asked."""

    def __init__(self, *, log: Path, environment: Mapping[str, str]) -> None:
        self._log = log
        self._heard = b""
        with log.open("wb") as complaints:
            self._process = start_process(
                launcher_commands.preparation(),
                environment=environment,
                output=subprocess.PIPE,
                complaints=complaints,
            )
        assert self._process.stdout is not None  # noqa: S101 - PIPE was asked for
        self._pipe = self._process.stdout.fileno()
        os.set_blocking(self._pipe, False)
        self.over = False

    def lines(self, wait_seconds: float) -> Iterator[dict[str, Any]]:
        """Yield what it tells, after waiting for something to come. Raises PreparationFailedError."""
        if self.over:
            time.sleep(wait_seconds)
            return
        readable, _, _ = select.select([self._pipe], [], [], wait_seconds)
        if not readable:
            return
        piece = os.read(self._pipe, 65536)
        *whole, self._heard = (self._heard + piece).split(b"\n")
        for line in whole:
            yield json.loads(line)
        if not piece:
            self._end()

    def stop(self) -> None:
        """End it, wherever it is: what it had not finished, the next start does."""
        if self.over:
            return
        self.over = True
        self._process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(3)
        sweep_group(self._process.pid)
        self._process.wait()

    def _end(self) -> None:
        self.over = True
        if self._process.wait() != 0:
            raise PreparationFailedError(last_lines(self._log, 40))
