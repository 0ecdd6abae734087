"""Fresh databases for tests, copied from one that was migrated for real.

Running all revisions takes seconds, copying the result milliseconds: so a
template is made once a test run, with `upgrade heads`, and every test gets a
copy that nobody else sees.
"""

from __future__ import annotations

import shutil
import sqlite3
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import make_url

from app.factory import create_app
from app.kernel.migrate import upgrade
from app.sdk.runtime import EXTENSION
from tests.support.installations import settings_for


def migrated(address: str, folder: Path) -> None:
    """Bring the database at address to all heads, as a start of Anxue does."""
    app = create_app(settings_for(folder, database_url=address))
    engine = app.extensions[EXTENSION].engine
    upgrade(engine)
    engine.dispose()


def sqlite_template(folder: Path) -> Path:
    """Return a migrated SQLite file."""
    file = folder / "template.sqlite3"
    migrated(f"sqlite:///{file}", folder)
    # One file, without a log beside it, is what can be copied.
    connection = sqlite3.connect(file)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    return file


def sqlite_copy(template: Path, folder: Path) -> str:
    """Return the address of a fresh copy below folder."""
    copy = folder / "anxue.sqlite3"
    shutil.copyfile(template, copy)
    return f"sqlite:///{copy}"


def postgresql_template(server: str, folder: Path) -> str:
    """Return the name of a migrated database on server."""
    name = f"template_{uuid.uuid4().hex[:12]}"
    _tell(server, f"CREATE DATABASE {name}")
    migrated(_named(server, name), folder)
    return name


@contextmanager
def postgresql_copy(server: str, template: str) -> Iterator[str]:
    """Yield the address of a fresh copy on server; it is dropped afterwards, whoever is still connected."""
    name = f"test_{uuid.uuid4().hex[:12]}"
    _tell(server, f"CREATE DATABASE {name} TEMPLATE {template}")
    try:
        yield _named(server, name)
    finally:
        _tell(server, f"DROP DATABASE {name} WITH (FORCE)")


def _named(server: str, database: str) -> str:
    return make_url(server).set(database=database).render_as_string(hide_password=False)


def _tell(server: str, statement: str) -> None:
    engine = sa.create_engine(server, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    with engine.connect() as connection:
        connection.execute(sa.text(statement))
    engine.dispose()
