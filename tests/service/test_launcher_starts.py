"""./run as its users meet it: it starts, says so, refuses what it must, and leaves nothing behind.

Most starts are in production mode, which has no videos to prepare.
"""

import json
import os
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from tests.support.server import RunningServer, launch, lines, running, stop

REAL = {"ANXUE_SECRET_KEY": os.urandom(32).hex(), "ANXUE_VAULT_KEY": os.urandom(32).hex()}
PRODUCTION = ("--production",)
PATIENCE_SECONDS = 60.0


@pytest.fixture(scope="module")
def production(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    data = tmp_path_factory.mktemp("production") / "data"
    with running(data, arguments=PRODUCTION, environment=REAL) as server:
        yield server


@pytest.fixture(scope="module")
def stopped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of an installation that has run, and was told to stop."""
    data = tmp_path_factory.mktemp("stopped") / "data"
    with running(data, arguments=PRODUCTION, environment=REAL):
        assert sys.platform != "linux" or len(processes_of(data)) >= 3
    return data


def answers(server: RunningServer) -> bool:
    try:
        return httpx.get(f"{server.base_url}/readyz").status_code == httpx.codes.OK
    except httpx.TransportError:
        return False


def eventually(holds: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        if holds():
            return True
        time.sleep(0.1)
    return False


def processes_of(data: Path, *, named: str = "") -> list[int]:
    """Return every process that was told of this folder, by argument or environment (Linux)."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            command = (folder / "cmdline").read_bytes()
            told = command + (folder / "environ").read_bytes()
        except OSError:
            continue
        if str(data).encode() in told and named.encode() in command:
            found.append(int(folder.name))
    return found


def refusal(data: Path, *arguments: str, environment: dict[str, str] | None = None) -> str:
    process = launch(data, arguments=arguments, environment=environment)
    said = "\n".join(lines(process, until=time.monotonic() + PATIENCE_SECONDS))
    assert stop(process) == 1
    return said


def first_passwords(data: Path) -> dict[str, str]:
    """Start the sample, stop it as soon as the accounts are printed, and return their passwords."""
    process = launch(data)
    for line in lines(process, until=time.monotonic() + PATIENCE_SECONDS):
        if "trainee.leader" in line:
            break
    assert stop(process) == 0
    accounts = json.loads((data / "sample.json").read_text())["accounts"]
    return {login: account["password"] for login, account in accounts.items()}


def test_a_real_installation_answers_and_has_no_sample(production: RunningServer) -> None:
    assert (answers(production), (production.data / "sample.json").exists()) == (True, False)


def test_a_second_launcher_on_the_same_folder_is_refused(production: RunningServer) -> None:
    assert "in use" in refusal(production.data, *PRODUCTION, environment=REAL)


def test_a_busy_port_is_named(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        assert f"Port {port}" in refusal(tmp_path / "data", "--port", str(port))


def test_production_without_secrets_is_refused(tmp_path: Path) -> None:
    assert "ANXUE_SECRET_KEY" in refusal(tmp_path / "data", *PRODUCTION)


def test_production_with_debugging_is_refused(tmp_path: Path) -> None:
    said = refusal(tmp_path / "data", *PRODUCTION, environment={**REAL, "ANXUE_DEBUG": "true"})
    assert "ANXUE_DEBUG" in said


def test_production_on_the_folder_of_a_sample_is_refused(tmp_path: Path) -> None:
    (tmp_path / "mode").write_text("sample\n")
    assert "sample installation" in refusal(tmp_path, *PRODUCTION, environment=REAL)


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_nothing_is_left_after_sigterm(stopped: Path) -> None:
    assert processes_of(stopped) == []


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_a_killed_web_process_is_started_again(production: RunningServer) -> None:
    os.kill(min(processes_of(production.data, named="granian")), signal.SIGKILL)
    assert eventually(lambda: not answers(production))
    assert eventually(lambda: answers(production))


def test_a_second_start_prepares_nothing_again(stopped: Path) -> None:
    before = (stopped / "logs/prepare.log").stat().st_mtime_ns
    with running(stopped, arguments=PRODUCTION, environment=REAL):
        assert (stopped / "logs/prepare.log").stat().st_mtime_ns == before


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_nothing_is_left_after_the_launcher_was_killed(stopped: Path) -> None:
    process = launch(stopped, arguments=PRODUCTION, environment=REAL)
    for line in lines(process, until=time.monotonic() + PATIENCE_SECONDS):
        if line.startswith("ready: "):
            break
    process.send_signal(signal.SIGKILL)
    stop(process)
    assert eventually(lambda: processes_of(stopped) == [])


def test_a_start_that_was_cut_short_keeps_the_passwords_it_printed(tmp_path: Path) -> None:
    assert first_passwords(tmp_path / "data") == first_passwords(tmp_path / "data")
