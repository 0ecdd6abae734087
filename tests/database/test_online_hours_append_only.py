"""The database itself refuses to change or lose what the ledger says."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session, sessionmaker

from app.sdk.clock import FixedClock
from app.sdk.uow import UnitOfWork
from plugins.online_hours import store
from plugins.online_hours.handlers import hear_confirmed, hear_unconfirmed
from plugins.online_hours.models import LedgerEntry, UncountedTime
from plugins.online_hours.service import health
from tests.support.learning_time import NOON, RememberingBus, confirmed, lost, stretch

COLUMNS = {
    "online_hours_entry": ", ".join(column.name for column in LedgerEntry.__table__.columns),
    "online_hours_uncounted": ", ".join(column.name for column in UncountedTime.__table__.columns),
}
FIGURE = {"online_hours_entry": "credited_ms", "online_hours_uncounted": "lasts_ms"}
KEY = {"online_hours_entry": "event_id", "online_hours_uncounted": "event_id, code"}
TABLES = tuple(COLUMNS)

# Each deed in the words of both databases: what one calls TRUNCATE is the other's DELETE of everything.
DEEDS = {
    "update": ("UPDATE {table} SET {figure} = 1", "UPDATE {table} SET {figure} = 1"),
    "update by key": (
        "UPDATE OR REPLACE {table} SET sequence = 99 WHERE sequence = 1",
        "UPDATE {table} SET sequence = 99 WHERE sequence = 1",
    ),
    "delete": ("DELETE FROM {table} WHERE sequence = 1", "DELETE FROM {table} WHERE sequence = 1"),
    "empty": ("DELETE FROM {table}", "TRUNCATE {table}"),
    "empty with others": ("DELETE FROM {table} WHERE 1", "TRUNCATE {table} RESTART IDENTITY CASCADE"),
    "upsert": (
        "INSERT INTO {table} ({columns}) SELECT {columns} FROM {table} WHERE 1"
        " ON CONFLICT ({key}) DO UPDATE SET {figure} = 1",
        "INSERT INTO {table} ({columns}) SELECT {columns} FROM {table} WHERE true"
        " ON CONFLICT ({key}) DO UPDATE SET {figure} = 1",
    ),
    "replace": (
        "INSERT OR REPLACE INTO {table} ({columns}) SELECT {columns} FROM {table}",
        "MERGE INTO {table} t USING {table} s ON s.sequence = t.sequence"
        " WHEN MATCHED THEN UPDATE SET {figure} = 1",
    ),
    "replace under another number": (
        "INSERT OR REPLACE INTO {table} ({columns}) SELECT {renumbered} FROM {table}",
        "MERGE INTO {table} t USING {table} s ON s.sequence = t.sequence WHEN MATCHED THEN DELETE",
    ),
}


@pytest.fixture
def filled(engine: Engine) -> Engine:
    """A ledger with an entry and something that was not counted."""
    uow = UnitOfWork(sessionmaker(engine), bus=RememberingBus(), clock=FixedClock(NOON))
    with uow:
        hear_confirmed(confirmed(stretch(0, 30)), uow)
        hear_unconfirmed(lost("TAIL_DISCARDED", 15), uow)
        uow.commit()
    return engine


def rows(engine: Engine, table: str) -> list[tuple[object, ...]]:
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(f"SELECT * FROM {table}"))]


def wording(deed: str, table: str, engine: Engine) -> str:
    on_sqlite, on_postgresql = DEEDS[deed]
    return (on_sqlite if engine.dialect.name == "sqlite" else on_postgresql).format(
        table=table,
        columns=COLUMNS[table],
        renumbered=COLUMNS[table].replace("sequence", "sequence + 100", 1),
        figure=FIGURE[table],
        key=KEY[table],
    )


def attempt(engine: Engine, *statements: str) -> None:
    with engine.connect() as connection:
        for statement in statements:
            connection.execute(text(statement))
        connection.commit()


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("deed", DEEDS)
def test_the_database_refuses_to_change_a_row(filled: Engine, deed: str, table: str) -> None:
    with pytest.raises(IntegrityError, match="append-only"):
        attempt(filled, wording(deed, table, filled))


@pytest.mark.parametrize("table", TABLES)
def test_after_every_refused_deed_all_rows_are_as_before(filled: Engine, table: str) -> None:
    before = rows(filled, table)

    for deed in DEEDS:
        with pytest.raises(IntegrityError):
            attempt(filled, wording(deed, table, filled))

    assert rows(filled, table) == before


@pytest.mark.parametrize("table", TABLES)
def test_a_session_that_switches_its_own_safety_off_is_refused_too(filled: Engine, table: str) -> None:
    on_sqlite = filled.dialect.name == "sqlite"
    trick = "PRAGMA recursive_triggers = OFF" if on_sqlite else "SET session_replication_role = replica"

    for deed in DEEDS:
        with pytest.raises(IntegrityError, match="append-only"):
            attempt(filled, trick, wording(deed, table, filled))


@pytest.mark.parametrize("table", TABLES)
def test_a_second_row_of_the_same_event_is_refused(filled: Engine, table: str) -> None:
    kept = COLUMNS[table]
    copied = kept.replace("sequence", "sequence + 100", 1).replace(" id,", " 'another',", 1)

    with pytest.raises(IntegrityError):
        attempt(filled, f"INSERT INTO {table} ({kept}) SELECT {copied} FROM {table}")


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("credited_ms", "30001"),  # more than the time that passed
        ("credited_ms", "0"),
        ("credited_ms", "-1"),
        ("server_to_ms", "NULL"),
        ("kind", "'gift'"),
        ("kind", "'reversal'"),  # of nothing, for no reason, by nobody
        ("kind", "'correction'"),
    ],
)
def test_an_entry_that_cannot_be_true_is_refused(filled: Engine, column: str, value: str) -> None:
    own = {"sequence": "99", "id": "'another'", "event_id": "'another'", column: value}
    copied = ", ".join(own.get(name, name) for name in COLUMNS["online_hours_entry"].split(", "))

    with pytest.raises(IntegrityError):
        attempt(
            filled,
            f"INSERT INTO online_hours_entry ({COLUMNS['online_hours_entry']})"
            f" SELECT {copied} FROM online_hours_entry",
        )


def test_the_requester_of_a_reversal_cannot_approve_it(filled: Engine) -> None:
    with pytest.raises(IntegrityError):
        attempt(filled, reversal(requested_by=3, approved_by=3))


def test_two_people_can_reverse_an_entry(filled: Engine) -> None:
    attempt(filled, reversal(requested_by=3, approved_by=4))

    with Session(filled) as session:
        assert store.balance_ms(session, 70) == 0


def reversal(*, requested_by: int, approved_by: int) -> str:
    own = {
        "sequence": "99",
        "id": "'another'",
        "event_id": "'another'",
        "kind": "'reversal'",
        "credited_ms": "-credited_ms",
        "corrects_id": "id",
        "reason": "'代学'",
        "requested_by_id": str(requested_by),
        "approved_by_id": str(approved_by),
    }
    columns = COLUMNS["online_hours_entry"]
    copied = ", ".join(own.get(name, name) for name in columns.split(", "))
    return f"INSERT INTO online_hours_entry ({columns}) SELECT {copied} FROM online_hours_entry"


def test_a_healthy_ledger_has_no_open_door(filled: Engine) -> None:
    with Session(filled) as session:
        assert list(health.open_doors(session)) == []


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("deed", ["update", "delete"])
def test_the_doctor_notices_a_trigger_that_was_dropped(filled: Engine, table: str, deed: str) -> None:
    of_table = "" if filled.dialect.name == "sqlite" else f" ON {table}"
    attempt(filled, f"DROP TRIGGER {table}_no_{deed}{of_table}")

    with Session(filled) as session:
        assert [line for line in health.open_doors(session) if f"{table}_no_{deed}" in line]


def test_the_ledger_cannot_be_thrown_away_by_a_downgrade(filled: Engine) -> None:
    from alembic import command

    from app.kernel.migrate import config

    with pytest.raises((RuntimeError, DBAPIError), match="holds learning time"):
        command.downgrade(config(filled), "online_hours@base")
