"""The processes that the launcher starts, and how it makes sure that none of them outlives it.

Each child leads a session and process group of its own, so that Ctrl-C in the
terminal reaches the launcher alone, which then stops its children in order. A
launcher that is killed takes its children along: on Linux the kernel tells
them. Standard library only.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO

STOPS_WITHIN_SECONDS = 10
DEATHS_AT_MOST = 5
DEATHS_COUNT_FOR_SECONDS = 120.0
LOG_BYTES_AT_MOST = 5_000_000

_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36


class ChildFailedError(Exception):
    """A child keeps ending; the text says which one and ends with its last words."""


class Child:
    """A process that is to run until it is stopped, and is started again if it ends by itself."""

    def __init__(
        self, label: str, command: Sequence[str], *, log: Path, environment: Mapping[str, str]
    ) -> None:
        self.label = label
        self._command = list(command)
        self._log = log
        self._environment = dict(environment)
        self._process: subprocess.Popen[bytes] | None = None
        self._deaths: list[float] = []
        self._start_at = 0.0

    def start(self) -> None:
        """Start it if it is not running."""
        if self._process is not None:
            return
        keep_small(self._log)
        with self._log.open("ab") as log:
            self._process = start_process(
                self._command, environment=self._environment, output=log, complaints=subprocess.STDOUT
            )

    def watch(self, now: float, say: Callable[[str], None]) -> None:
        """Start it again if it has ended, later each time. Raises ChildFailedError after too many deaths."""
        if self._process is None:
            if self._deaths and now >= self._start_at:
                self.start()
            return
        status = self._process.poll()
        if status is None:
            return
        sweep_group(self._process.pid)
        self._process = None
        self._deaths = [death for death in self._deaths if now - death < DEATHS_COUNT_FOR_SECONDS] + [now]
        last_words = last_lines(self._log)
        if len(self._deaths) >= DEATHS_AT_MOST:
            raise ChildFailedError(f"{self.label} has ended {DEATHS_AT_MOST} times.\n{last_words}")
        pause_seconds = 2.0 ** (len(self._deaths) - 1)
        self._start_at = now + pause_seconds
        say(
            f"{self.label} ended unexpectedly (status {status}); "
            f"it is started again in {pause_seconds:.0f} s.\n{last_words}"
        )

    def ask_to_stop(self) -> None:
        """Tell it to end; wait for it with stop_all()."""
        self._deaths.clear()
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()

    def end(self, deadline: float) -> None:
        """Wait for its end until deadline (monotonic seconds), then end it and its group by force."""
        process, self._process = self._process, None
        if process is None:
            return
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(max(0.0, deadline - time.monotonic()))
        sweep_group(process.pid)
        process.wait()


def stop_all(children: Sequence[Child]) -> None:
    """End all children and their groups, together."""
    deadline = time.monotonic() + STOPS_WITHIN_SECONDS
    for child in children:
        child.ask_to_stop()
    for child in children:
        child.end(deadline)


def start_process(
    command: Sequence[str],
    *,
    environment: Mapping[str, str],
    output: IO[bytes] | int,
    complaints: IO[bytes] | int,
) -> subprocess.Popen[bytes]:
    """Start command in a session of its own, bound to the life of this process."""
    return subprocess.Popen(
        command,
        env=dict(environment),
        cwd=Path(__file__).resolve().parents[1],
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=complaints,
        start_new_session=True,
        preexec_fn=_die_with_parent(os.getpid()),  # noqa: PLW1509 - the launcher has one thread only
    )


def adopt_orphans() -> None:
    """Become the parent of whatever the children leave behind, so that it can be swept up (Linux)."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def sweep_orphans() -> None:
    """End and reap every process that is this one's child by birth or by adoption (Linux).

    For a process that is about to end itself. Ending one may bring its own
    children here, so it looks again until there are none.
    """
    if sys.platform != "linux":
        return
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        try:
            reaped, _status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if reaped == 0:
            for orphan in _children_of(os.getpid()):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(orphan, signal.SIGKILL)
            time.sleep(0.02)


def last_lines(log: Path, count: int = 12) -> str:
    """Return the end of a log, indented, with its place."""
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines()[-count:] if log.is_file() else []
    return "\n".join([f"  {log}:", *(f"  | {line}" for line in lines)])


def keep_small(log: Path) -> None:
    """Put a log that has grown large aside; the one put aside before is gone then."""
    if log.is_file() and log.stat().st_size > LOG_BYTES_AT_MOST:
        log.replace(log.with_suffix(".old.log"))


def sweep_group(group: int) -> None:
    """End every process of a group that is still there."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, signal.SIGKILL)


def _die_with_parent(parent: int) -> Callable[[], None] | None:
    if sys.platform != "linux":
        return None
    libc = ctypes.CDLL(None, use_errno=True)

    def bind() -> None:
        libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
        if os.getppid() != parent:  # it died before the line above
            os._exit(1)

    return bind


def _children_of(parent: int) -> list[int]:
    found = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError, ValueError, IndexError):
            # The command in brackets may hold blanks: the fields are counted from the last bracket.
            if int(status.read_text().rpartition(")")[2].split()[1]) == parent:
                found.append(int(status.parent.name))
    return found
