"""Runs a foreign program on a file we do not trust, and always outlives it.

Knows processes, limits and deadlines; knows nothing of video. The program gets
no input, low priority, a ceiling of memory, processor time and file size
(prlimit), and dies with us (setpriv), even if we are killed. Where these two
are missing (macOS), the deadline and the priority remain.
"""

from __future__ import annotations

import selectors
import shutil
import subprocess
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

TICK_SECONDS = 0.5
_READ_BYTES = 65_536
_LINE_BYTES_AT_MOST = 4_096
_TAIL_BYTES = 2_000
_ASKED_TO_STOP = 255
"""ffmpeg's exit code after a signal it caught."""


class ChildError(Exception):
    """The program said no: complaint is the end of what it wrote to stderr."""

    def __init__(self, program: str, code: int, complaint: str) -> None:
        super().__init__(f"{program} ended with {code}")
        self.code = code
        self.complaint = complaint


class ChildTooSlowError(Exception):
    """The program did not end in time and was killed."""


class ChildInterruptedError(Exception):
    """Something outside killed the program; the file is not to blame, it may be tried again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """What a program may use. seconds is wall time; processor time gets three times that, for its threads."""

    seconds: int
    memory_bytes: int = 2 << 30
    file_bytes: int = 8 << 30


def nothing() -> None:
    """Do nothing, twice a second."""


def run_bounded(
    argv: Sequence[str],
    *,
    bounds: Bounds,
    log: Path,
    hear: Callable[[str], None],
    tick: Callable[[], None] = nothing,
) -> None:
    """Run argv to its end; hear every line it prints, tick about twice a second.

    What it complains of goes to the file log: a second pipe that nobody empties
    would stop it. Whatever tick or hear raises ends the program first and is
    then raised. Raises ChildError, ChildTooSlowError, ChildInterruptedError.
    """
    with log.open("wb") as complaints:
        child = subprocess.Popen(
            [*_prefix(bounds), *argv],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=complaints,
            close_fds=True,
        )
        try:
            _follow(child, bounds.seconds, hear, tick)
            code = child.wait()
        finally:
            if child.poll() is None:
                child.kill()
                child.wait()
            if child.stdout is not None:
                child.stdout.close()
    if code < 0 or code == _ASKED_TO_STOP:
        # If it is we who are being stopped, tick says so in its own words.
        tick()
        raise ChildInterruptedError(f"{argv[0]} ended with {code}")
    if code:
        raise ChildError(argv[0], code, _tail(log))


def _follow(
    child: subprocess.Popen[bytes], seconds: int, hear: Callable[[str], None], tick: Callable[[], None]
) -> None:
    """Read until the program closes its output. The wait for its end stays within the deadline too."""
    deadline = time.monotonic() + seconds
    next_tick = time.monotonic()
    rest = b""
    if child.stdout is None:
        raise ValueError("the program's output is not ours to read")
    with selectors.DefaultSelector() as selector:
        selector.register(child.stdout, selectors.EVENT_READ)
        while True:
            now = time.monotonic()
            if now >= deadline:
                raise ChildTooSlowError(f"not done within {seconds} s")
            if now >= next_tick:
                tick()
                next_tick = now + TICK_SECONDS
            if not selector.select(timeout=min(TICK_SECONDS, deadline - now)):
                continue
            chunk = child.stdout.read1(_READ_BYTES)  # type: ignore[attr-defined]
            if not chunk:
                break
            *lines, rest = (rest + chunk).split(b"\n")
            rest = rest[-_LINE_BYTES_AT_MOST:]
            for line in lines:
                hear(line.decode("utf-8", "replace"))
    with suppress(subprocess.TimeoutExpired):
        child.wait(timeout=max(1.0, deadline - time.monotonic()))
        return
    raise ChildTooSlowError(f"not done within {seconds} s")


def _prefix(bounds: Bounds) -> list[str]:
    prefix = ["nice", "-n", "10"]
    # Not preexec_fn: Python code between fork and exec may deadlock where there are threads.
    if shutil.which("prlimit"):
        prefix += [
            "prlimit",
            f"--as={bounds.memory_bytes}",
            f"--cpu={bounds.seconds * 3}",
            f"--fsize={bounds.file_bytes}",
            "--core=0",
            "--",
        ]
    if shutil.which("setpriv"):
        prefix += ["setpriv", "--pdeathsig", "KILL", "--"]
    return prefix


def _tail(log: Path) -> str:
    return log.read_bytes()[-_TAIL_BYTES:].decode("utf-8", "replace")
