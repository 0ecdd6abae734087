"""Rows of statements: the lock at the head, known ids, adding many at once, finding."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from sqlalchemy import ColumnElement, exists, insert, select, update
from sqlalchemy.orm import Session

from plugins.record_store.domain.mentions import Mentions
from plugins.record_store.domain.query import Query
from plugins.record_store.models import StatementActivity, StatementAgent, StoredStatement, StoreHead

T = TypeVar("T")
_AT_ONCE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class NewStatement:
    """A checked statement that is not yet stored. id may have been given by us."""

    id: str
    raw: bytes
    digest: str
    verb_key: str
    registration: str | None
    voids: str | None
    mentions: Mentions


def locked_head(session: Session) -> StoreHead:
    """Return the head, locked: from here on statements are added by us alone."""
    return session.execute(select(StoreHead).with_for_update()).scalar_one()


def newest_stored_at(session: Session) -> datetime | None:
    """Return when the newest visible statement was stored."""
    return session.execute(select(StoreHead.newest_stored_at)).scalar_one()


def known_digests(session: Session, ids: Collection[str]) -> dict[str, str]:
    """Return the digests of those of ids that are stored."""
    found: dict[str, str] = {}
    for some in _parts(sorted(ids)):
        rows = select(StoredStatement.id, StoredStatement.digest).where(StoredStatement.id.in_(some))
        found.update(session.execute(rows).all())
    return found


def add(
    session: Session,
    head: StoreHead,
    statements: Sequence[NewStatement],
    *,
    credential_key: str,
    now: datetime,
) -> None:
    """Store statements in their order, each with a number and an instant of its own."""
    first = head.newest_sequence + 1
    earliest = now
    if head.newest_stored_at is not None:
        earliest = max(now, head.newest_stored_at + timedelta(microseconds=1))
    rows, agents, activities = [], [], []
    for place, statement in enumerate(statements):
        sequence = first + place
        rows.append(
            {
                "sequence": sequence,
                "id": statement.id,
                "raw": statement.raw,
                "digest": statement.digest,
                "stored_at": earliest + timedelta(microseconds=place),
                "credential_key": credential_key,
                "verb_key": statement.verb_key,
                "registration": statement.registration,
                "voids": statement.voids,
                "voided": False,
            }
        )
        agents += [
            {"agent_key": key, "statement_sequence": sequence, "related": related}
            for key, related in statement.mentions.agents.items()
        ]
        activities += [
            {"activity_key": key, "statement_sequence": sequence, "related": related}
            for key, related in statement.mentions.activities.items()
        ]
    for table, content in (
        (StoredStatement, rows),
        (StatementAgent, agents),
        (StatementActivity, activities),
    ):
        if content:
            session.execute(insert(table), content)
    head.newest_sequence = first + len(rows) - 1
    head.newest_stored_at = earliest + timedelta(microseconds=len(rows) - 1)
    session.flush()


def void(session: Session, added: Sequence[NewStatement]) -> None:
    """Mark what added voids, and what of added had been voided before it came.

    A voiding statement itself cannot be voided.
    """
    targets = {statement.voids for statement in added if statement.voids}
    ids = [statement.id for statement in added]
    for some in _parts(ids):
        before = select(StoredStatement.voids).where(StoredStatement.voids.in_(some))
        targets |= {target for target in session.execute(before).scalars() if target}
    for some in _parts(sorted(targets)):
        session.execute(
            update(StoredStatement)
            .where(StoredStatement.id.in_(some), StoredStatement.voids.is_(None))
            .values(voided=True)
            .execution_options(synchronize_session=False)
        )


def one(session: Session, statement_id: str, *, voided: bool) -> StoredStatement | None:
    """Return the statement with this id, if it is voided as asked."""
    return session.execute(
        select(StoredStatement).where(StoredStatement.id == statement_id, StoredStatement.voided == voided)
    ).scalar_one_or_none()


def found(session: Session, query: Query) -> Iterator[StoredStatement]:
    """Yield the statements that query asks for, in its order, a few at a time, without its limit."""
    wanted = select(StoredStatement).where(StoredStatement.voided.is_(False), *_filters(query))
    number = StoredStatement.sequence
    wanted = wanted.order_by(number.asc() if query.ascending else number.desc())
    wanted = wanted.limit(query.limit + 1).execution_options(yield_per=50)
    with session.execute(wanted) as rows:
        yield from rows.scalars()


def all_of(session: Session) -> Iterator[StoredStatement]:
    """Yield every statement, the voided too, in the order in which they were stored."""
    wanted = select(StoredStatement).order_by(StoredStatement.sequence)
    with session.execute(wanted.execution_options(yield_per=500)) as rows:
        yield from rows.scalars()


def _filters(query: Query) -> Iterator[ColumnElement[bool]]:
    if query.verb_key is not None:
        yield StoredStatement.verb_key == query.verb_key
    if query.registration is not None:
        yield StoredStatement.registration == query.registration
    if query.since is not None:
        yield StoredStatement.stored_at > query.since
    if query.until is not None:
        yield StoredStatement.stored_at <= query.until
    if query.beyond is not None:
        number = StoredStatement.sequence
        yield number > query.beyond if query.ascending else number < query.beyond
    if query.agent_key is not None:
        yield exists().where(
            StatementAgent.statement_sequence == StoredStatement.sequence,
            StatementAgent.agent_key == query.agent_key,
            *(() if query.related_agents else (StatementAgent.related.is_(False),)),
        )
    if query.activity_key is not None:
        yield exists().where(
            StatementActivity.statement_sequence == StoredStatement.sequence,
            StatementActivity.activity_key == query.activity_key,
            *(() if query.related_activities else (StatementActivity.related.is_(False),)),
        )


def _parts(things: Sequence[T]) -> Iterator[Sequence[T]]:
    for start in range(0, len(things), _AT_ONCE):
        yield things[start : start + _AT_ONCE]
