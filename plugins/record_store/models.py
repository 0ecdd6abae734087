"""The tables of the record store. Statements are added and never changed.

A statement is kept as the very bytes it came in; the columns beside them only
serve the filters of a query and the question whether a repeated id says the
same. Keys of 32 digits stand for texts of any length (domain/actors.py).
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from app.sdk.db import Base, Json, UtcDateTime, public_id


class StoredStatement(Base):
    """One statement. stored_at grows with sequence and is never the same twice."""

    __tablename__ = "record_store_statement"
    __table_args__ = (
        Index("ix_record_store_statement_verb", "verb_key", "sequence"),
        Index("ix_record_store_statement_registration", "registration", "sequence"),
    )

    sequence: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    id: Mapped[str] = mapped_column(public_id(), unique=True)
    raw: Mapped[bytes] = mapped_column(LargeBinary)
    digest: Mapped[str] = mapped_column(String(64))
    """Of what it says (app.sdk.xapi): the same for every way of writing it."""
    stored_at: Mapped[datetime] = mapped_column(UtcDateTime, unique=True)
    credential_key: Mapped[str] = mapped_column(String(64))
    verb_key: Mapped[str] = mapped_column(String(32))
    registration: Mapped[str | None] = mapped_column(public_id())
    voids: Mapped[str | None] = mapped_column(public_id(), index=True)
    """The id of the statement that this one voids."""
    voided: Mapped[bool] = mapped_column(default=False)


class StatementAgent(Base):
    """An agent that a statement speaks of."""

    __tablename__ = "record_store_statement_agent"

    agent_key: Mapped[str] = mapped_column(String(32), primary_key=True)
    statement_sequence: Mapped[int] = mapped_column(
        ForeignKey("record_store_statement.sequence"), primary_key=True
    )
    related: Mapped[bool]


class StatementActivity(Base):
    """An activity that a statement speaks of."""

    __tablename__ = "record_store_statement_activity"

    activity_key: Mapped[str] = mapped_column(String(32), primary_key=True)
    statement_sequence: Mapped[int] = mapped_column(
        ForeignKey("record_store_statement.sequence"), primary_key=True
    )
    related: Mapped[bool]


class StoreHead(Base):
    """One row: the newest statement's number and time. Whoever adds statements holds its lock.

    So `stored` grows in the order in which statements become visible, and a
    reader that has seen everything up to an instant has missed nothing before it.
    """

    __tablename__ = "record_store_head"

    id: Mapped[int] = mapped_column(primary_key=True)
    newest_sequence: Mapped[int] = mapped_column(BigInteger, default=0)
    newest_stored_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Credential(Base):
    """A sending or reading system. The secret is kept as a digest only."""

    __tablename__ = "record_store_credential"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    secret_digest: Mapped[str] = mapped_column(String(64))
    scopes: Mapped[list[str]] = mapped_column(Json)
    active: Mapped[bool] = mapped_column(default=True)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
