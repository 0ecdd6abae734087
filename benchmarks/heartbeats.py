"""Prints what a heartbeat costs: bare updates, a naive handler and ours, in one run, on two databases.

    .venv/bin/python -m benchmarks.heartbeats [--seconds N] [--only sqlite|postgresql] [--threads N]

A CPU-second is one of server and database together; the generator's are not
counted. Only ratios of one run mean anything: it shares the machine.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from benchmarks import heartbeat_bare as bare
from benchmarks import heartbeat_naive as naive
from benchmarks import heartbeat_room as room
from benchmarks.heartbeat_cost import cpu_seconds, largest_rss_mb
from benchmarks.heartbeat_load import Outcome, Watcher, beat
from tests.support import services

PEOPLE, CONNECTIONS = 256, 64
HOST = "127.0.0.1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One row of the table; lost is acknowledged and not found afterwards."""

    name: str
    beats: int
    seconds: float
    cpu: float
    p50: float | None = None
    p99: float | None = None
    rss: float | None = None
    refused: int | None = None
    lost: str = ""

    def __str__(self) -> str:
        cells = [
            self.name,
            f"{self.beats / self.seconds:,.0f}",
            f"{self.beats / self.cpu:,.0f}" if self.cpu else "–",
            *(f"{value:,.1f}" if value is not None else "–" for value in (self.p50, self.p99)),
            f"{self.rss:,.0f}" if self.rss is not None else "–",
            str(self.refused) if self.refused is not None else "–",
            self.lost or "–",
        ]
        return "| " + " | ".join(cells) + " |"


@dataclass(frozen=True, slots=True)
class Server:
    """A database to measure on. root: the process whose time it costs, None if it has none of its own."""

    kind: str
    address: str
    root: int | None


def main() -> None:
    """Measure everything and print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=6)
    parser.add_argument("--only", choices=["postgresql", "sqlite"])
    parser.add_argument("--threads", type=int, default=64)
    given = parser.parse_args()
    for kind, opened in (("postgresql", on_postgresql), ("sqlite", on_sqlite)):
        if given.only in (None, kind):
            with tempfile.TemporaryDirectory() as folder, opened(Path(folder)) as server:
                measure(server, Path(folder), seconds=given.seconds, threads=given.threads)


def measure(server: Server, folder: Path, *, seconds: float, threads: int) -> None:
    """Print the table of one database."""
    print(f"\n{server.kind}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, {threads} threads")
    print(
        "| design | beats/s | beats per CPU-s | p50 ms | p99 ms | RSS MB | refused | acknowledged, missing |"
    )
    print("|---|---|---|---|---|---|---|---|", flush=True)
    for grouped in (False, True):
        print(bare_line(server, folder, grouped=grouped, seconds=seconds / 2), flush=True)
    print(naive_line(server, folder, seconds=seconds), flush=True)
    environment = {
        "ANXUE_MODE": "sample",
        "ANXUE_DATA_DIR": str(folder),
        "ANXUE_DATABASE_URL": server.address,
        "ANXUE_BROKER_URL": "memory://",
        "BENCH_LOG": str(folder / "server.log"),
    }
    people = room.watchers(folder, server.address, PEOPLE)
    with room.served("app.wsgi:application", environment, threads=threads) as (pid, port):
        warm(port, people)
        room.check_everybody(server.address)
        full = run(lambda: beat(HOST, port, people, connections=CONNECTIONS, seconds=seconds), server, pid)
        print(ours("ours, saturated", full, pid, server, people), flush=True)
        room.check_everybody(server.address)
        half = run(
            lambda: beat(HOST, port, people, connections=CONNECTIONS, seconds=seconds, rate=full[0].rate / 2),
            server,
            pid,
        )
        print(ours("ours, half of that rate", half, pid, server, people), flush=True)


def warm(port: int, people: list[Watcher]) -> None:
    """Let everybody begin: first beats are heard the long way."""
    beat(HOST, port, people, connections=8, seconds=60, beats=2 * len(people))


def run(deed: Callable[[], Outcome], server: Server, pid: int) -> tuple[Outcome, float]:
    """Return what deed came to, and the CPU seconds of server and database."""
    roots = [root for root in (pid, server.root) if root is not None]
    before = sum(map(cpu_seconds, roots))
    outcome = deed()
    return outcome, sum(map(cpu_seconds, roots)) - before


def ours(name: str, measured: tuple[Outcome, float], pid: int, server: Server, people: list[Watcher]) -> Line:
    outcome, cpu = measured
    return Line(
        name=name,
        beats=len(outcome.latencies),
        seconds=outcome.seconds,
        cpu=cpu,
        p50=outcome.percentile_ms(0.5),
        p99=outcome.percentile_ms(0.99),
        rss=largest_rss_mb(pid),
        refused=outcome.refused,
        lost=missing(server.address, people),
    )


def missing(address: str, people: list[Watcher]) -> str:
    """Return how many beats were acknowledged, and how many of them are not in the evidence."""
    engine = sa.create_engine(address)
    with engine.connect() as connection:
        rows = connection.execute(sa.text("SELECT playback_id, seq FROM video_progress_beat"))
        stored = {(row[0], row[1]) for row in rows}
    engine.dispose()
    told = {(watcher.playback_id, seq) for watcher in people for seq in watcher.acknowledged}
    return f"{len(told):,}, {len(told - stored)}"


def bare_line(server: Server, folder: Path, *, grouped: bool, seconds: float) -> Line:
    before = sum(os.times()[:2]) + (cpu_seconds(server.root) if server.root else 0)
    begun = time.monotonic()
    if server.kind == "sqlite":
        done = bare.sqlite(folder / "bare.sqlite3", grouped=grouped, seconds=seconds)
    else:
        done = bare.postgresql(_plain(server.address), grouped=grouped, seconds=seconds)
    took = time.monotonic() - begun
    cpu = sum(os.times()[:2]) + (cpu_seconds(server.root) if server.root else 0) - before
    name = f"bare update, {bare.GROUP} a commit" if grouped else "bare update, one a commit"
    return Line(name=name, beats=done, seconds=took, cpu=cpu)


def naive_line(server: Server, folder: Path, *, seconds: float) -> Line:
    address = server.address.replace("anxue.sqlite3", "naive.sqlite3")
    app = naive.create_app(address)
    people = []
    with app.app_context():
        naive.db.create_all()
        for n in range(1, PEOPLE + 1):
            naive.db.session.add(naive.Person(id=n))
            naive.db.session.add(naive.Playback(id=f"p{n}", person_id=n, watched="[]"))
        naive.db.session.commit()
    for n in range(1, PEOPLE + 1):
        client = app.test_client()
        client.post(f"/login/{n}")
        cookie = client.get_cookie("session")
        value = cookie.value if cookie else ""
        people.append(
            Watcher(
                path=f"/playbacks/p{n}/beats",
                playback_id=f"p{n}",
                ticket="",
                cookie=f"session={value}",
                token="",
            )
        )
    environment = {"NAIVE_DATABASE_URL": address, "BENCH_LOG": str(folder / "naive.log")}
    with room.served("benchmarks.heartbeat_naive:create_app", environment, "--factory", threads=16) as (
        pid,
        port,
    ):
        outcome, cpu = run(lambda: beat(HOST, port, people, connections=16, seconds=seconds), server, pid)
        return Line(
            name="naive: Flask, Flask-Login, ORM",
            beats=len(outcome.latencies),
            seconds=outcome.seconds,
            cpu=cpu,
            p50=outcome.percentile_ms(0.5),
            p99=outcome.percentile_ms(0.99),
            rss=largest_rss_mb(pid),
            refused=outcome.refused,
        )


@contextmanager
def on_postgresql(_folder: Path) -> Iterator[Server]:
    """Run a cluster that forgets nothing."""
    with services.postgresql(durable=True) as address:
        engine = sa.create_engine(address, isolation_level="AUTOCOMMIT")
        _wait(engine)
        with engine.connect() as connection:
            connection.execute(sa.text("CREATE DATABASE beats"))
            folder = connection.execute(sa.text("SHOW data_directory")).scalar_one()
            for setting in ("fsync", "synchronous_commit", "full_page_writes"):
                if connection.execute(sa.text(f"SHOW {setting}")).scalar_one() != "on":
                    raise RuntimeError(f"{setting} is off: nothing that is measured here would be durable")
        engine.dispose()
        root = int((Path(folder) / "postmaster.pid").read_text().split()[0])
        yield Server("postgresql", address.removesuffix("postgres") + "beats", root)


@contextmanager
def on_sqlite(folder: Path) -> Iterator[Server]:
    """A file; its time is the server's."""
    yield Server("sqlite", f"sqlite:///{folder / 'anxue.sqlite3'}", None)


def _wait(engine: sa.Engine) -> None:
    # It listens before it lets anybody in.
    for _ in range(100):
        try:
            engine.connect().close()
        except sa.exc.OperationalError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("PostgreSQL does not start")


def _plain(address: str) -> str:
    return address.replace("postgresql+psycopg://", "postgresql://")


if __name__ == "__main__":
    main()
