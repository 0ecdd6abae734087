"""Children of the launcher: started again when they end, and gone when the launcher is."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from app.launcher_children import (
    DEATHS_AT_MOST,
    LOG_BYTES_AT_MOST,
    Child,
    ChildFailedError,
    keep_small,
    stop_all,
)

PATIENCE_SECONDS = 20.0

# Starts a process that leaves its parent's group and session, tells its number, and ends.
RUNAWAY = """
import subprocess, sys
from pathlib import Path
sleeper = [sys.executable, "-c", "import time; time.sleep(600)"]
Path(sys.argv[1]).write_text(str(subprocess.Popen(sleeper, start_new_session=True).pid))
"""

ADOPTER = """
import subprocess, sys
from app.launcher_children import adopt_orphans, sweep_orphans
adopt_orphans()
subprocess.run([sys.executable, "-c", sys.argv[1], sys.argv[2]], check=True)
sweep_orphans()
"""

# A child with a child of its own that does not listen to SIGTERM, as ffmpeg may not.
STUBBORN_FAMILY = """
import signal, subprocess, sys, time
from pathlib import Path
deaf = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(flush=True); time.sleep(60)"
grandchild = subprocess.Popen([sys.executable, "-c", deaf], stdout=subprocess.PIPE)
grandchild.stdout.readline()
Path(sys.argv[1]).write_text(str(grandchild.pid))
time.sleep(600)
"""

LAUNCHER = """
import os, sys, time
from pathlib import Path
from app.launcher_children import Child
sleeper = [sys.executable, "-c", "import time; time.sleep(600)"]
child = Child("x", sleeper, log=Path(sys.argv[1]), environment=os.environ)
child.start()
print(child._process.pid, flush=True)
time.sleep(600)
"""


def eventually(holds: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        if holds():
            return True
        time.sleep(0.02)
    return False


def is_alive(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def number_in(file: Path) -> int:
    assert eventually(lambda: file.is_file() and bool(file.read_text()))
    return int(file.read_text())


def child_of(code: str, folder: Path, *arguments: str) -> Child:
    command = [sys.executable, "-c", code, *arguments]
    return Child("The child", command, log=folder / "child.log", environment=os.environ)


def ends(child: Child, said: list[str], now: float) -> bool:
    before = len(said)

    def told() -> bool:
        child.watch(now, said.append)
        return len(said) > before

    return eventually(told)


def test_a_child_that_ends_is_reported_with_its_last_words(tmp_path: Path) -> None:
    child = child_of("print('no more disk'); raise SystemExit(3)", tmp_path)
    said: list[str] = []
    child.start()
    assert ends(child, said, 0.0)
    assert "status 3" in said[0]
    assert "no more disk" in said[0]


def test_a_child_that_ended_is_started_again_after_a_pause(tmp_path: Path) -> None:
    child = child_of("print('again')", tmp_path)
    said: list[str] = []
    child.start()
    assert ends(child, said, 0.0)
    child.watch(0.9, said.append)
    assert (tmp_path / "child.log").read_text().count("again") == 1
    child.watch(1.0, said.append)
    assert eventually(lambda: (tmp_path / "child.log").read_text().count("again") == 2)
    stop_all([child])


def test_a_child_that_keeps_ending_is_given_up(tmp_path: Path) -> None:
    child = child_of("pass", tmp_path)
    said: list[str] = []
    child.start()
    now = 0.0
    for _ in range(DEATHS_AT_MOST - 1):
        assert ends(child, said, now)
        now += 20.0
        child.watch(now, said.append)
    with pytest.raises(ChildFailedError, match=f"has ended {DEATHS_AT_MOST} times"):
        ends(child, said, now)


def test_deaths_of_long_ago_are_forgotten(tmp_path: Path) -> None:
    child = child_of("pass", tmp_path)
    said: list[str] = []
    child.start()
    for death in range(DEATHS_AT_MOST + 2):
        assert ends(child, said, death * 1000.0)
        child.watch(death * 1000.0 + 500, said.append)
    stop_all([child])


def test_a_log_that_has_grown_large_is_put_aside(tmp_path: Path) -> None:
    log = tmp_path / "web.log"
    log.write_bytes(b"x" * (LOG_BYTES_AT_MOST + 1))
    keep_small(log)
    assert (log.exists(), (tmp_path / "web.old.log").stat().st_size) == (False, LOG_BYTES_AT_MOST + 1)


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_stopping_ends_what_the_children_started_too(tmp_path: Path) -> None:
    child = child_of(STUBBORN_FAMILY, tmp_path, str(tmp_path / "grandchild"))
    child.start()
    assert eventually(
        lambda: bool((tmp_path / "grandchild").is_file() and (tmp_path / "grandchild").read_text())
    )
    grandchild = int((tmp_path / "grandchild").read_text())
    assert is_alive(grandchild)
    stop_all([child])
    assert eventually(lambda: not is_alive(grandchild))


@pytest.mark.skipif(
    sys.platform != "linux", reason="other systems do not tell children of their parent's end"
)
def test_a_killed_launcher_takes_its_children_along(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", LAUNCHER, str(tmp_path / "log")], stdout=subprocess.PIPE, text=True
    ) as launcher:
        assert launcher.stdout is not None
        child = int(launcher.stdout.readline())
        assert is_alive(child)
        launcher.send_signal(signal.SIGKILL)
        launcher.wait()
    assert eventually(lambda: not is_alive(child))
