"""Starts an installation on this machine and stops it again: what ./run hands over to.

It takes the folder DATA, lets launcher_prepare.py bring the database up to
date, starts the web process and the worker, watches over them, and prints
`ready:` when there is something to use. It refuses to know what they do: it
imports the standard library only, and so costs little and starts at once.
"""

from __future__ import annotations

import argparse
import http.client
import os
import signal
import socket
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from app import launcher_commands
from app.launcher_children import Child, ChildFailedError, adopt_orphans, stop_all, sweep_orphans
from app.launcher_console import Console
from app.launcher_data import (
    PRODUCTION,
    ROOT,
    SAMPLE,
    Data,
    DataRefusedError,
    Prepared,
    sample_of,
    write_sample,
)
from app.launcher_preparing import PreparationFailedError, Preparing

LOOKS_EVERY_SECONDS = 0.05
DEFAULT_PORT = 8000


class PortBusyError(Exception):
    """Something else answers on the port."""


class Stop:
    """Becomes true when somebody asks the launcher to end."""

    def __init__(self) -> None:
        self.asked = False
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._ask)
        # Whoever started us with nohup wants us to survive the terminal.
        if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
            signal.signal(signal.SIGHUP, self._ask)

    def _ask(self, _number: int, _frame: object) -> None:
        self.asked = True


def main(arguments: Sequence[str] | None = None) -> int:
    """Run an installation until it is told to stop; return the exit status."""
    chosen = parser().parse_args(arguments)
    if chosen.setup:
        return 0
    stop = Stop()
    adopt_orphans()
    try:
        port = free_port(chosen.port)
        data = Data(chosen.data.resolve(), PRODUCTION if chosen.production else SAMPLE)
        installation = Installation(data, port, Console())
    except (DataRefusedError, PortBusyError, OSError) as refusal:
        sys.stderr.write(f"{refusal}\n")
        return 1
    try:
        installation.run(stop)
    except (ChildFailedError, PreparationFailedError) as failure:
        sys.stderr.write(f"{failure}\n")
        return 1
    finally:
        installation.stop()
    return 0


def parser() -> argparse.ArgumentParser:
    """Return what ./run understands."""
    made = argparse.ArgumentParser(prog="./run", description="Start Anxue on this machine.")
    made.add_argument(
        "--port",
        type=int,
        default=DEFAULT_PORT,
        metavar="N",
        help=f"where to listen on {launcher_commands.HOST} (default {DEFAULT_PORT}; 0: any free port)",
    )
    made.add_argument(
        "--data",
        type=Path,
        default=ROOT / "var",
        metavar="DIR",
        help="where everything is kept (default var/)",
    )
    made.add_argument("--production", action="store_true", help="without sample accounts and courses")
    made.add_argument("--setup", action="store_true", help="do the set-up only and end")
    return made


def free_port(wanted: int) -> int:
    """Return wanted, or a free port for 0. Raises PortBusyError."""
    with socket.socket() as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((launcher_commands.HOST, wanted))
        except (OSError, OverflowError) as error:
            raise PortBusyError(
                f"Port {wanted} cannot be used ({error}). Choose another one with --port N."
            ) from error
        return int(trial.getsockname()[1])


class Installation:
    """What runs on DATA: a preparation if one is needed, the web process and the worker."""

    def __init__(self, data: Data, port: int, console: Console) -> None:
        self.port = port
        self._data = data
        self._console = console
        sample = launcher_commands.sample_facts(sample_of(data.folder), port=port)
        if data.mode == SAMPLE:
            write_sample(data.folder, sample)
        environment = launcher_commands.environment(data, port=port, sample=sample)
        data.write_environment(launcher_commands.decided(environment))
        self._web = Child(
            "The web process", launcher_commands.web(port), log=data.logs / "web.log", environment=environment
        )
        self._worker = Child(
            "The worker", launcher_commands.worker(), log=data.logs / "worker.log", environment=environment
        )
        self._preparing: Preparing | None = None
        self._accounts_told = False
        self._announced = False
        self._environment = environment
        self._accounts = sample["accounts"]
        self._how_far = data.prepared()
        self._usable = self._how_far is not Prepared.NOT

    def run(self, stop: Stop) -> None:
        """Watch over everything until stop is asked. Raises ChildFailedError or PreparationFailedError."""
        if self._usable:
            # The web process first and alone: what people wait for gets the whole machine.
            self._web.start()
            self._take_accounts(self._accounts)
        else:
            self._prepare()
        while not stop.asked:
            if self._preparing is not None:
                for told in self._preparing.lines(LOOKS_EVERY_SECONDS):
                    self._hear(told)
            else:
                time.sleep(LOOKS_EVERY_SECONDS)
            for child in (self._web, self._worker):
                child.watch(time.monotonic(), self._console.say)
            if self._usable and not self._announced and self._answers():
                self._announce()

    def stop(self) -> None:
        """End everything that was started."""
        if self._preparing is not None:
            self._preparing.stop()
        stop_all((self._web, self._worker))
        sweep_orphans()

    def _hear(self, told: dict[str, Any]) -> None:
        match told["step"]:
            case "schema":
                self._web.start()
                self._worker.start()
                self._usable = self._usable or self._data.mode == PRODUCTION
            case "accounts":
                self._take_accounts(told["accounts"])
            case "videos":
                self._console.videos(told["videos"])
                if not self._usable and each_category_has_one(told["videos"]):
                    self._usable = True
                    self._data.note_prepared(Prepared.USABLE)
            case "done":
                self._usable = True
                self._data.note_prepared(Prepared.WHOLLY)

    def _announce(self) -> None:
        self._announced = True
        self._console.say(f"ready: http://{launcher_commands.HOST}:{self.port}")
        self._worker.start()
        if self._how_far is Prepared.USABLE:
            self._prepare()

    def _prepare(self) -> None:
        self._preparing = Preparing(log=self._data.logs / "prepare.log", environment=self._environment)

    def _take_accounts(self, accounts: dict[str, Any]) -> None:
        if self._data.mode == SAMPLE and not self._accounts_told:
            self._accounts_told = True
            self._console.accounts(accounts)

    def _answers(self) -> bool:
        connection = http.client.HTTPConnection(launcher_commands.HOST, self.port, timeout=2)
        try:
            connection.request("GET", "/readyz")
            return connection.getresponse().status == http.client.OK
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()


def each_category_has_one(videos: Sequence[dict[str, Any]]) -> bool:
    """Return whether at least one video of each category can be played."""
    wanted = {video["category"] for video in videos}
    return bool(wanted) and wanted == {video["category"] for video in videos if video["state"] == "ready"}


if __name__ == "__main__":
    os.umask(0o077)
    sys.exit(main())
