"""Servers that tests need: a PostgreSQL cluster and a Redis, ours alone, on free ports.

Each is started at most once a test run, when the first test asks (see
tests/conftest.py), keeps its files in a folder of its own below the temporary one, and ends
with the test run, even if that is killed. ANXUE_TEST_POSTGRES_URL and
ANXUE_TEST_REDIS_URL name servers to use instead.
"""

from __future__ import annotations

import ctypes
import glob
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

STARTS_WITHIN_SECONDS = 60
TEMPORARY = Path(tempfile.gettempdir())
_FORGETFUL = ("-c", "fsync=off", "-c", "full_page_writes=off", "-c", "synchronous_commit=off")


class ServiceMissingError(Exception):
    """A program that the tests need is not installed; ./test installs it."""


@contextmanager
def postgresql(*, durable: bool = False) -> Iterator[str]:
    """Run a PostgreSQL cluster; yield the address of its maintenance database for SQLAlchemy.

    Unless durable, what it holds need not survive a power cut: it dies with the test run.
    """
    given = os.environ.get("ANXUE_TEST_POSTGRES_URL")
    if given:
        yield given
        return
    programs = _postgresql_programs()
    user = _unprivileged_user()
    with _folder("anxue-postgresql-", user) as folder:
        _run_as(
            user,
            [
                *(programs / "initdb", "-D", folder / "data", "-U", "anxue", "-A", "trust"),
                *("-E", "UTF8", "--locale=C.UTF-8", "--no-sync"),
            ],
        )
        port = free_port()
        command: list[str | Path] = [
            *(programs / "postgres", "-D", folder / "data", "-p", str(port), "-k", folder),
            *("-c", "listen_addresses=127.0.0.1", "-c", "max_connections=200"),
            *(() if durable else _FORGETFUL),
        ]
        with _server(command, port, user=user, stop_with=signal.SIGINT):
            yield f"postgresql+psycopg://anxue@127.0.0.1:{port}/postgres"


@contextmanager
def redis() -> Iterator[str]:
    """Run a Redis that keeps nothing on disk; yield its address."""
    given = os.environ.get("ANXUE_TEST_REDIS_URL")
    if given:
        yield given
        return
    program = shutil.which("redis-server")
    if program is None:
        raise ServiceMissingError("redis-server is not installed: run ./test, which installs it")
    with _folder("anxue-redis-", None) as folder:
        port = free_port()
        command: list[str | Path] = [
            *(program, "--port", str(port), "--bind", "127.0.0.1", "--dir", folder),
            *("--save", "", "--appendonly", "no"),
        ]
        with _server(command, port, user=None, stop_with=signal.SIGTERM):
            yield f"redis://127.0.0.1:{port}/0"


@contextmanager
def serving(command: Sequence[str | Path], port: int) -> Iterator[None]:
    """Run a server of our own as this user until the block is left; it listens on port when it begins."""
    with _server(command, port, user=None, stop_with=signal.SIGTERM):
        yield


def free_port() -> int:
    """Return a port of this machine that nobody listens on."""
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


def die_with_parent() -> Callable[[], None] | None:
    """Return what a new process calls so that the kernel ends it with this one (Linux; elsewhere None)."""
    if sys.platform != "linux":
        return None
    libc = ctypes.CDLL(None)

    def bind() -> None:
        libc.prctl(1, signal.SIGINT, 0, 0, 0)  # PR_SET_PDEATHSIG

    return bind


@contextmanager
def _server(
    command: Sequence[str | Path], port: int, *, user: str | None, stop_with: signal.Signals
) -> Iterator[None]:
    with (TEMPORARY / f"anxue-service-{port}.log").open("w+b") as log:
        process = subprocess.Popen(
            command,
            cwd=TEMPORARY,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=die_with_parent(),  # noqa: PLW1509 - no thread of ours is running
            user=user,
            extra_groups=_groups(user),
        )
        try:
            _wait_for(process, port, log=Path(log.name))
            yield
        finally:
            process.send_signal(stop_with)
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            Path(log.name).unlink()


def _wait_for(process: subprocess.Popen[bytes], port: int, *, log: Path) -> None:
    deadline = time.monotonic() + STARTS_WITHIN_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        with socket.socket() as trial:
            trial.settimeout(1)
            if trial.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise ServiceMissingError(f"no server on port {port}:\n{log.read_text(errors='replace')[-2000:]}")


@contextmanager
def _folder(prefix: str, user: str | None) -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix=prefix, dir=TEMPORARY))
    try:
        if user is not None:
            shutil.chown(folder, user)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _run_as(user: str | None, command: Sequence[str | Path]) -> None:
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        cwd=TEMPORARY,
        check=False,
        user=user,
        extra_groups=_groups(user),
    )
    if done.returncode != 0:
        raise ServiceMissingError(f"{command[0]} did not succeed:\n{done.stdout}\n{done.stderr}")


def _groups(user: str | None) -> list[str] | None:
    return None if user is None else []


def _unprivileged_user() -> str | None:
    """Return whom to start PostgreSQL as: it refuses to run as root."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in known else "nobody"


def _postgresql_programs() -> Path:
    # Debian keeps them off PATH, one folder for each version.
    for folder in sorted(glob.glob("/usr/lib/postgresql/*/bin"), reverse=True):
        if Path(folder, "initdb").exists():
            return Path(folder)
    program = shutil.which("initdb")
    if program is None:
        raise ServiceMissingError("PostgreSQL is not installed: run ./test, which installs it")
    return Path(program).resolve().parent
