"""Gives statements out: one by id, or those that a query asks for, page by page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from app.sdk.errors import NotFoundError
from plugins.record_store import store
from plugins.record_store.domain.outlook import given_out
from plugins.record_store.domain.query import Query, Single
from plugins.record_store.models import StoredStatement
from plugins.record_store.service.credentials import READ, System

PAGE_BYTES_AT_MOST = 8_000_000
LONGEST_TRANSACTION = timedelta(seconds=60)


class NoSuchStatementError(NotFoundError):
    """No statement that is not voided has this id (or none that is, if those were asked for)."""

    code = "xapi_no_statement"
    sentence = "没有这个编号的语句。"


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Statements as JSON, and the cursor of the next page, if there is more."""

    statements: tuple[bytes, ...]
    cursor: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Giver:
    """Gives statements to one system, in the version it speaks."""

    session: Session
    system: System
    version: str
    home_page: str

    def one(self, asked: Single) -> tuple[bytes, datetime]:
        """Return a statement and when it was stored. Raises NoSuchStatementError."""
        self.system.need(READ)
        row = store.one(self.session, asked.statement_id, voided=asked.voided)
        if row is None:
            raise NoSuchStatementError
        return self._given_out(row), row.stored_at

    def page(self, query: Query) -> Page:
        """Return the statements of one page: at most query.limit, at most PAGE_BYTES_AT_MOST."""
        self.system.need(READ)
        statements: list[bytes] = []
        weight, last = 0, 0
        for row in store.found(self.session, query):
            if len(statements) == query.limit or weight > PAGE_BYTES_AT_MOST:
                return Page(statements=tuple(statements), cursor=last)
            statements.append(self._given_out(row))
            weight, last = weight + len(statements[-1]), row.sequence
        return Page(statements=tuple(statements), cursor=None)

    def _given_out(self, row: StoredStatement) -> bytes:
        authority = {
            "objectType": "Agent",
            "account": {"homePage": self.home_page, "name": row.credential_key},
        }
        return given_out(
            row.raw,
            statement_id=row.id,
            stored_at=row.stored_at,
            authority=authority,
            version="1.0.0" if self.version.startswith("1.") else self.version,
        )


def consistent_through(session: Session, now: datetime) -> datetime:
    """Return an instant before which nothing can appear any more.

    All statements up to the newest visible one are visible (they are added one
    after the other under a lock). What is being added just now was begun less
    than LONGEST_TRANSACTION ago.
    """
    newest = store.newest_stored_at(session)
    quiet = now - LONGEST_TRANSACTION
    return quiet if newest is None else max(newest, quiet)
