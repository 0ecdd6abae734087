"""tools/setup.sh on machines that are not this one: every foreign program is a stub that notes its call."""

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
KEPT_PROGRAMS = ("sh", "cat", "cksum", "dirname", "printf", "tr", "ls", "env")


class Machine:
    """A PATH with a few harmless programs and the stubs of a test."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._calls = folder / "calls"
        for program in KEPT_PROGRAMS:
            found = shutil.which(program)
            assert found is not None
            (folder / program).symlink_to(found)

    def has(self, program: str, script: str = "") -> None:
        stub = self._folder / program
        stub.write_text(f'#!/bin/sh\necho "{program} $*" >> {self._calls}\n{script}\n')
        stub.chmod(0o755)

    def is_root(self) -> None:
        self.has("id", "echo 0")

    def is_somebody(self) -> None:
        self.has("id", "echo 1000")

    def runs(self, commands: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [
                self._folder / "sh",
                "-c",
                f'set -eu; . "$1"; {commands}',
                ROOT / "run",
                ROOT / "tools/setup.sh",
            ],
            env={"PATH": str(self._folder)},
            capture_output=True,
            text=True,
            check=False,
        )

    def calls(self, program: str) -> list[str]:
        noted = self._calls.read_text().splitlines() if self._calls.exists() else []
        return [call for call in noted if call.startswith(f"{program} ")]


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_root_installs_through_apt_without_a_question(machine: Machine) -> None:
    machine.is_root()
    machine.has("apt-get")
    machine.runs("install_packages ffmpeg")
    assert machine.calls("apt-get") == ["apt-get install -q -y --no-install-recommends ffmpeg"]


def test_empty_package_lists_are_fetched_and_the_installation_tried_again(machine: Machine) -> None:
    machine.is_root()
    machine.has("apt-get", "case $1 in update) : > updated ;; install) [ -e updated ] ;; esac")
    machine.runs('cd "${PATH}"; install_packages ffmpeg')
    assert [call.split()[1] for call in machine.calls("apt-get")] == ["install", "update", "install"]


def test_sudo_that_asks_nothing_is_used(machine: Machine) -> None:
    machine.is_somebody()
    machine.has("sudo", 'shift; "$@"')
    machine.has("true")
    machine.has("apt-get")
    machine.runs("install_packages ffmpeg")
    assert machine.calls("apt-get") == ["apt-get install -q -y --no-install-recommends ffmpeg"]


def test_without_rights_the_one_line_to_type_is_printed(machine: Machine) -> None:
    machine.is_somebody()
    machine.has("apt-get")
    said = machine.runs("install_packages ffmpeg redis-server").stderr
    assert (
        "sudo apt-get update && sudo apt-get install -y --no-install-recommends ffmpeg redis-server" in said
    )


def test_without_rights_nothing_goes_on(machine: Machine) -> None:
    machine.is_somebody()
    machine.has("apt-get")
    assert machine.runs("install_packages ffmpeg").returncode == 1


def test_macos_is_told_the_names_of_its_own_packages(machine: Machine) -> None:
    machine.is_somebody()
    machine.has("brew")
    assert (
        "brew install ffmpeg redis postgresql@15"
        in machine.runs("install_packages ffmpeg redis-server postgresql").stderr
    )


def test_what_is_there_is_not_installed(machine: Machine) -> None:
    machine.is_root()
    machine.has("apt-get")
    machine.has("ffmpeg")
    machine.runs("need ffmpeg ffmpeg; install_missing")
    assert machine.calls("apt-get") == []


def test_a_python_that_is_too_old_is_not_taken(machine: Machine) -> None:
    machine.is_root()
    machine.has("apt-get")
    machine.has("python3", '[ "$1" = --version ] && echo "Python 3.9.2"; exit 1')
    assert "Python 3.9.2 is what this machine has" in machine.runs("find_python").stderr


def test_the_newest_python_that_was_tried_with_us_is_taken_before_any_other(machine: Machine) -> None:
    machine.is_root()
    machine.has("python3.12")
    machine.has("python3")
    assert machine.runs("find_python; echo $python").stdout == "python3.12\n"


def test_an_environment_of_another_lock_is_not_current(machine: Machine, tmp_path: Path) -> None:
    venv = tmp_path / "venv"
    (venv / "bin").mkdir(parents=True)
    (venv / "bin/python").symlink_to("/bin/sh")
    (venv / ".installed-requirements.lock").write_text("1 2\n/elsewhere\n")
    found = machine.runs(f"venv={venv}; is_current requirements.lock && echo current || echo stale")
    assert found.stdout == "stale\n"


def test_an_environment_of_this_lock_is_current(machine: Machine, tmp_path: Path) -> None:
    venv = tmp_path / "venv"
    (venv / "bin").mkdir(parents=True)
    (venv / "bin/python").symlink_to("/bin/sh")
    found = machine.runs(
        f"venv={venv}; fingerprint requirements.lock > {venv}/.installed-requirements.lock; "
        "is_current requirements.lock && echo current"
    )
    assert found.stdout == "current\n"
