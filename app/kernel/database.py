"""The database behind the sessions: engine, pragmas, and which transactions take the lock.

SQLite runs in WAL with synchronous=FULL, so that what was acknowledged
survives a power loss. Its transactions begin explicitly: deferred for reading,
immediate for writing (a unit of work), because two deferred transactions that
both turn to writing deadlock.
"""

from __future__ import annotations

from typing import Any

from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Connection, Engine, event
from sqlalchemy.orm import Session, sessionmaker

from app.sdk.db import Base

SQLITE_WAITS_MS = 15_000

db = SQLAlchemy(metadata=Base.metadata, session_options={"expire_on_commit": True})


def open_database(app: Flask, address: str) -> tuple[Engine, sessionmaker[Session]]:
    """Bind the application to the database at address; nothing is connected yet."""
    app.config["SQLALCHEMY_DATABASE_URI"] = address
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = engine_options(address)
    db.init_app(app)
    with app.app_context():
        engine = db.engine
    dress(engine)
    return engine, sessionmaker(engine, expire_on_commit=False)


def engine_options(address: str) -> dict[str, Any]:
    """Return pool and time limits: an exhausted pool answers within five seconds, it does not hang."""
    if address.startswith("sqlite"):
        return {
            "connect_args": {"timeout": SQLITE_WAITS_MS / 1000},
            "pool_size": 16,
            "pool_timeout": 5,
            "hide_parameters": True,
        }
    return {
        # What people entered has no place in the text of an error.
        "hide_parameters": True,
        # Twice the places of app.kernel.gate, and some for hot paths.
        "pool_size": 16,
        "max_overflow": 8,
        "pool_timeout": 5,
        "pool_pre_ping": True,
        "connect_args": {"connect_timeout": 5, "options": "-c statement_timeout=30000 -c lock_timeout=4000"},
    }


def dress(engine: Engine) -> None:
    """Give every connection of engine the settings this module promises."""
    if engine.dialect.name != "sqlite":
        return
    event.listen(engine, "connect", _pragmas)
    event.listen(engine, "begin", _begin)


def _pragmas(connection: Any, _record: object) -> None:
    # The driver's own idea of when a transaction begins is switched off: see _begin.
    connection.isolation_level = None
    for pragma in (
        f"busy_timeout={SQLITE_WAITS_MS}",
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        # Without it INSERT OR REPLACE deletes a ledger entry behind the trigger's back.
        "recursive_triggers=ON",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get("anxue_writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
