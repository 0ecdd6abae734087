"""The limits: the same rows, written by nothing but the driver, one a commit and a hundred a commit."""

from __future__ import annotations

import sqlite3
import threading
import time
from pathlib import Path

import psycopg

ROWS, GROUP, CONNECTIONS = 2000, 100, 16
STATE = "[1,1764000000000,1234567,1234567890,[],[],0,[],[0,15000,0],null,null]"
_TABLE = (
    "CREATE TABLE bare_playback "
    "(id varchar(36) PRIMARY KEY, state text, furthest_ms bigint, pending_ms bigint)"
)
_ONE = "UPDATE bare_playback SET state = {0}, furthest_ms = {0}, pending_ms = {0} WHERE id = {0}"


def postgresql(address: str, *, grouped: bool, seconds: float) -> int:
    """Return how many rows were updated durably in PostgreSQL."""
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("DROP TABLE IF EXISTS bare_playback")
        connection.execute(_TABLE)
        connection.execute(
            "INSERT INTO bare_playback SELECT n::text, %s, 0, 0 FROM generate_series(0, %s) AS n",
            (STATE, ROWS - 1),
        )
    counts = [0] * CONNECTIONS
    end = time.monotonic() + seconds

    def work(share: int) -> None:
        ids = [str(row) for row in range(share, ROWS, CONNECTIONS)]
        with psycopg.connect(address, autocommit=True) as connection:
            while time.monotonic() < end:
                row = counts[share]
                if grouped:
                    some = ids[:GROUP]
                    connection.execute(
                        "UPDATE bare_playback p SET state = v.state, furthest_ms = v.f, pending_ms = v.f "
                        "FROM unnest(%s::varchar[], %s::text[], %s::bigint[]) AS v(id, state, f) "
                        "WHERE p.id = v.id",
                        (some, [STATE] * len(some), [row] * len(some)),
                    )
                    counts[share] += len(some)
                else:
                    connection.execute(_ONE.format("%s"), (STATE, row, row, ids[row % len(ids)]))
                    counts[share] += 1

    threads = [threading.Thread(target=work, args=(n,)) for n in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts)


def sqlite(file: Path, *, grouped: bool, seconds: float) -> int:
    """Return how many rows were updated durably in SQLite, by one writer."""
    connection = sqlite3.connect(file, isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=FULL"):
        connection.execute(f"PRAGMA {pragma}")
    connection.execute("DROP TABLE IF EXISTS bare_playback")
    connection.execute(_TABLE)
    connection.executemany(
        "INSERT INTO bare_playback VALUES (?, ?, 0, 0)", [(str(n), STATE) for n in range(ROWS)]
    )
    done, size, end = 0, GROUP if grouped else 1, time.monotonic() + seconds
    while time.monotonic() < end:
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany(
            _ONE.format("?"), [(STATE, done, done, str((done + n) % ROWS)) for n in range(size)]
        )
        connection.execute("COMMIT")
        done += size
    connection.close()
    return done
