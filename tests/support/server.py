"""A running Anxue for tests: what ./run starts, on a free port and in a folder of its own."""

from __future__ import annotations

import json
import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from tests.support.services import die_with_parent

ROOT = Path(__file__).resolve().parents[2]
READY_WITHIN_SECONDS = 240.0
STOPS_WITHIN_SECONDS = 30.0


class NotReadyError(Exception):
    """It did not say ready in time, or ended before; the text is what it printed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningServer:
    """An installation in sample mode that has printed ready."""

    base_url: str
    data: Path
    sample: Mapping[str, Any]
    process: subprocess.Popen[str]
    printed: tuple[str, ...]
    ready_after_seconds: float

    def password(self, login: str) -> str:
        """Return the password of a sample account."""
        return str(self.sample["accounts"][login]["password"])


@contextmanager
def running(
    data: Path, *, arguments: tuple[str, ...] = (), environment: Mapping[str, str] | None = None
) -> Iterator[RunningServer]:
    """Run an installation on data until the block is left; it must then end with status 0."""
    begun = time.monotonic()
    process = launch(data, arguments=arguments, environment=environment)
    try:
        printed, address = _wait_until_ready(process, begun)
        yield RunningServer(
            base_url=address,
            data=data,
            sample=_sample(data),
            process=process,
            printed=tuple(printed),
            ready_after_seconds=time.monotonic() - begun,
        )
    finally:
        status = stop(process)
    if status != 0:
        raise NotReadyError(f"the launcher ended with status {status}")


def launch(
    data: Path, *, arguments: tuple[str, ...] = (), environment: Mapping[str, str] | None = None
) -> subprocess.Popen[str]:
    """Start the launcher on data and a free port, and do not wait for anything."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("ANXUE_")}
    return subprocess.Popen(
        [sys.executable, "-P", "-m", "app.launcher", "--port", "0", "--data", str(data), *arguments],
        cwd=ROOT,
        env={**inherited, **(environment or {})},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
        preexec_fn=die_with_parent(),  # noqa: PLW1509 - no thread of ours is running
    )


def stop(process: subprocess.Popen[str]) -> int:
    """Ask the launcher to end, as ./run is asked, and return its status."""
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
    try:
        status = process.wait(STOPS_WITHIN_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        status = process.wait()
    if process.stdout is not None:
        process.stdout.close()
    return status


def lines(process: subprocess.Popen[str], *, until: float) -> Iterator[str]:
    """Yield what the launcher prints, line by line, until a moment (monotonic seconds) or its end."""
    out: IO[str] | None = process.stdout
    if out is None:
        return
    selector = selectors.DefaultSelector()
    selector.register(out, selectors.EVENT_READ)
    heard = ""
    with selector:
        while (left := until - time.monotonic()) > 0:
            if not selector.select(left):
                return
            piece = os.read(out.fileno(), 65536).decode(errors="replace")
            *whole, heard = (heard + piece).split("\n")
            yield from whole
            if not piece:
                return


def _wait_until_ready(process: subprocess.Popen[str], begun: float) -> tuple[list[str], str]:
    printed: list[str] = []
    for line in lines(process, until=begun + READY_WITHIN_SECONDS):
        printed.append(line)
        if line.startswith("ready: "):
            return printed, line.removeprefix("ready: ").strip()
    raise NotReadyError("\n".join(printed))


def _sample(data: Path) -> Mapping[str, Any]:
    file = data / "sample.json"
    return dict(json.loads(file.read_text(encoding="utf-8"))) if file.is_file() else {}
