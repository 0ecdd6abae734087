"""A web process that is asked to end finishes what it began: nobody's request is cut off."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from app.launcher_commands import web
from tests.support import databases
from tests.support.services import die_with_parent, free_port

CALLERS = 8
ROUNDS = 2
REQUESTS_AT_LEAST = 100
ANSWERED, REFUSED = "answered", "refused"


@pytest.fixture
def environment(sqlite_template: Path, tmp_path: Path) -> dict[str, str]:
    given = {name: value for name, value in os.environ.items() if not name.startswith("ANXUE_")}
    return {
        **given,
        "ANXUE_MODE": "sample",
        "ANXUE_DATA_DIR": str(tmp_path),
        "ANXUE_DATABASE_URL": databases.sqlite_copy(sqlite_template, tmp_path),
        "ANXUE_SECRET_KEY": "for-tests-only-" + "0123456789abcdef" * 2,
        "ANXUE_VAULT_KEY": "00" * 32,
    }


@contextmanager
def web_process(environment: dict[str, str], port: int, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    with log.open("ab") as written:
        process = subprocess.Popen(
            web(port),
            env=environment,
            cwd=Path(__file__).parents[2],
            stdout=written,
            stderr=written,
            start_new_session=True,
            preexec_fn=die_with_parent(),  # noqa: PLW1509 - no thread of ours is running
        )
    try:
        _wait_until_it_answers(port)
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()


def test_no_request_is_cut_when_the_web_process_is_asked_to_end(
    environment: dict[str, str], tmp_path: Path
) -> None:
    outcomes: Counter[str] = Counter()
    for number in range(1, ROUNDS + 1):
        port = free_port()
        with web_process(environment, port, tmp_path / "web.log") as process:
            enough = threading.Event()
            given = (port, outcomes, number * REQUESTS_AT_LEAST, enough)
            callers = [threading.Thread(target=_call, args=given) for _ in range(CALLERS)]
            for caller in callers:
                caller.start()
            enough.wait(60)
            process.send_signal(signal.SIGTERM)
            for caller in callers:
                caller.join(30)
            assert process.wait(20) == 0
    assert outcomes[ANSWERED] >= ROUNDS * REQUESTS_AT_LEAST, outcomes
    assert set(outcomes) == {ANSWERED, REFUSED}, outcomes


def _call(port: int, outcomes: Counter[str], wanted: int, enough: threading.Event) -> None:
    """Ask for a page, again and again on a connection of its own, until nobody listens any more."""
    while True:
        try:
            answer = httpx.get(f"http://127.0.0.1:{port}/login", headers={"Connection": "close"}, timeout=20)
        except httpx.ConnectError:
            outcomes[REFUSED] += 1
            return
        except httpx.TransportError as error:
            outcomes[f"cut off: {error!r}"] += 1
            return
        outcomes[ANSWERED if answer.text.rstrip().endswith("</html>") else "not whole"] += 1
        if outcomes[ANSWERED] >= wanted:
            enough.set()


def _wait_until_it_answers(port: int) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        try:
            if httpx.get(f"http://127.0.0.1:{port}/healthz", timeout=5).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise AssertionError("the web process does not answer")
