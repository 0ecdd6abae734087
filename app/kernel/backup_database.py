"""The database of a backup: dumped while people go on learning, brought back into a scratch one.

SQLite through its online backup, PostgreSQL through pg_dump and the snapshot
in which the rows are counted: so the count is that of the dump.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from uuid import uuid4

from sqlalchemy import URL, Connection, Engine, NullPool, create_engine, func, inspect, select, table, text
from sqlalchemy.exc import DBAPIError

from app.kernel.backup_manifest import BackupError
from app.kernel.database import dress

SQLITE, POSTGRESQL = "sqlite", "postgresql"
DUMPS = {SQLITE: "database.sqlite3", POSTGRESQL: "database.pgdump"}
_LIBPQ = {
    "sslmode": "PGSSLMODE",
    "sslrootcert": "PGSSLROOTCERT",
    "sslcert": "PGSSLCERT",
    "sslkey": "PGSSLKEY",
}


def dump(engine: Engine, file: Path) -> dict[str, int]:
    """Write the database as it is at one moment to file, and return how many rows each table has in it."""
    if engine.dialect.name == SQLITE:
        _copy_sqlite(str(engine.url.database), file)
        with _opened(_sqlite(file)) as copy, copy.connect() as connection:
            return row_counts(connection)
    with _opened(engine.url) as source, source.connect() as connection:
        connection.execution_options(isolation_level="REPEATABLE READ")
        snapshot = connection.execute(text("SELECT pg_export_snapshot()")).scalar_one()
        how = ("--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}")
        _run("pg_dump", *how, f"--file={file}", url=engine.url)
        return row_counts(connection)


@contextmanager
def scratch(dumped: Path, kind: str, engine: Engine) -> Iterator[Engine]:
    """Yield a database made from a dump, gone afterwards; the installation's own is not touched.

    Raises BackupError if the dump cannot be brought back.
    """
    if kind != engine.dialect.name:
        raise BackupError(
            f"备份来自 {kind}，而本安装使用 {engine.dialect.name}：请先把 ANXUE_DATABASE_URL 指向同类数据库。"
        )
    made = _scratch_sqlite(dumped) if kind == SQLITE else _scratch_postgresql(dumped, engine.url)
    with made as url, _opened(url) as restored:
        dress(restored)
        yield restored


def row_counts(connection: Connection) -> dict[str, int]:
    """Return the number of rows of every table."""
    names = sorted(inspect(connection).get_table_names())
    return {
        name: connection.execute(select(func.count()).select_from(table(name))).scalar_one() for name in names
    }


def _copy_sqlite(source: str, file: Path) -> None:
    with closing(sqlite3.connect(source)) as giving, closing(sqlite3.connect(file)) as taking:
        giving.backup(taking)
        # One file, without a log beside it, is what can be carried away.
        taking.execute("PRAGMA journal_mode=DELETE")
    _refuse_broken(file)


def _refuse_broken(file: Path) -> None:
    with closing(sqlite3.connect(file)) as connection:
        try:
            found = [row[0] for row in connection.execute("PRAGMA integrity_check(5)")]
        except sqlite3.DatabaseError as error:
            raise BackupError(f"{file.name} 不是完好的 SQLite 数据库：{error}") from error
    if found != ["ok"]:
        raise BackupError(*(f"{file.name}：{fault}" for fault in found))


@contextmanager
def _scratch_sqlite(dumped: Path) -> Iterator[URL]:
    with tempfile.TemporaryDirectory(prefix="anxue-restore-test-") as folder:
        copy = Path(folder) / dumped.name
        shutil.copyfile(dumped, copy)
        _refuse_broken(copy)
        yield _sqlite(copy)


@contextmanager
def _scratch_postgresql(dumped: Path, server: URL) -> Iterator[URL]:
    name = f"anxue_restore_test_{uuid4().hex[:12]}"
    _tell(server, f"CREATE DATABASE {name} TEMPLATE template0")
    try:
        url = server.set(database=name)
        _run(
            "pg_restore",
            "--exit-on-error",
            "--no-owner",
            "--no-privileges",
            f"--dbname={name}",
            str(dumped),
            url=url,
        )
        yield url
    finally:
        _tell(server, f"DROP DATABASE {name} WITH (FORCE)")


def _tell(server: URL, statement: str) -> None:
    with _opened(server) as engine, engine.connect() as connection:
        try:
            connection.execution_options(isolation_level="AUTOCOMMIT").execute(text(statement))
        except DBAPIError as error:
            raise BackupError(f"数据库拒绝了 {statement.partition(' anxue_')[0]}：{error.orig}") from error


@contextmanager
def _opened(url: URL) -> Iterator[Engine]:
    engine = create_engine(url, poolclass=NullPool, hide_parameters=True)
    try:
        yield engine
    finally:
        engine.dispose()


def _sqlite(file: Path) -> URL:
    return URL.create("sqlite", database=str(file))


def _run(program: str, *arguments: str, url: URL) -> None:
    """Run a program of PostgreSQL's; the password travels in the environment, hidden from others."""
    given = {
        "PGHOST": url.host,
        "PGPORT": url.port and str(url.port),
        "PGUSER": url.username,
        "PGPASSWORD": url.password,
        "PGDATABASE": url.database,
        **{_LIBPQ[name]: str(value) for name, value in url.query.items() if name in _LIBPQ},
    }
    environment = {**os.environ, **{name: value for name, value in given.items() if value}}
    try:
        done = subprocess.run(
            [program, *arguments], env=environment, capture_output=True, text=True, check=False
        )
    except FileNotFoundError as error:
        raise BackupError(f"没有找到 {program}：请安装 postgresql-client。") from error
    if done.returncode != 0:
        raise BackupError(f"{program} 没有成功：{done.stderr.strip()[-2000:]}")
