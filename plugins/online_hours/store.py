"""Rows of the ledger: added, summed and read; nothing here can change one.

Knows SQL and nothing of rules, pages or people's names.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import ColumnElement, func, select, text
from sqlalchemy.orm import Session, aliased

from app.sdk.events.learning_time import Stretch
from plugins.online_hours.domain.stretches import Span, unpacked
from plugins.online_hours.domain.totals import Entry
from plugins.online_hours.domain.uncounted import Uncounted, UncountedList
from plugins.online_hours.models import CREDIT, REVERSAL, LedgerEntry, UncountedTime

# The first key of the advisory lock; a constant of ours, so that no other lock means the same.
_LOCK_SPACE = 0x6F6E686F


def hold_person(session: Session, person_id: int) -> None:
    """Let nobody else write about this person until the transaction ends.

    SQLite has one writer at a time already. On PostgreSQL two transactions
    could otherwise both find a moment free and both credit it.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(
            text("SELECT pg_advisory_xact_lock(:space, :person)"),
            {"space": _LOCK_SPACE, "person": person_id},
        )


def add(session: Session, rows: Iterable[LedgerEntry | UncountedTime]) -> None:
    """Add rows and send them to the database now, so that its refusals are heard here."""
    session.add_all(rows)
    session.flush()


def was_heard(session: Session, event_id: str) -> bool:
    """Return whether the event left a row already."""
    entry = select(LedgerEntry.sequence).where(LedgerEntry.event_id == event_id)
    uncounted = select(UncountedTime.sequence).where(UncountedTime.event_id == event_id)
    return bool(session.execute(select(entry.exists() | uncounted.exists())).scalar_one())


def credited_between(session: Session, person_id: int, span: Span) -> tuple[Stretch, ...]:
    """Return the stretches of the person's standing entries whose server span meets span."""
    begin, end = span
    kept = session.execute(
        select(LedgerEntry.stretches).where(
            LedgerEntry.person_id == person_id,
            LedgerEntry.server_to_ms > begin,
            LedgerEntry.server_from_ms < end,
            not_reversed(),
        )
    ).scalars()
    return tuple(stretch for stretches in kept for stretch in unpacked(stretches))


def not_reversed() -> ColumnElement[bool]:
    """Return the condition that no reversal names the entry."""
    later = aliased(LedgerEntry)
    return ~select(later.sequence).where(later.corrects_id == LedgerEntry.id, later.kind == REVERSAL).exists()


def balance_ms(session: Session, enrolment_id: int) -> int:
    """Return the sum of the enrolment's entries."""
    found = session.execute(
        select(func.coalesce(func.sum(LedgerEntry.credited_ms), 0)).where(
            LedgerEntry.enrolment_id == enrolment_id
        )
    ).scalar_one()
    return int(found)


def entries_of(session: Session, enrolment_id: int) -> tuple[Entry, ...]:
    """Return the enrolment's entries, oldest first."""
    return tuple(_entries(session, LedgerEntry.enrolment_id == enrolment_id))


def entries_of_person(session: Session, person_id: int) -> tuple[Entry, ...]:
    """Return the entries of all enrolments of the person, oldest first."""
    return tuple(_entries(session, LedgerEntry.person_id == person_id))


def uncounted_of(session: Session, enrolment_id: int, *, at_most: int) -> UncountedList:
    """Return what the enrolment lost, newest first, a line for each playback and code."""
    row = UncountedTime
    lasts, last_time = func.sum(row.lasts_ms), func.max(row.happened_at)
    found = session.execute(
        select(
            row.code,
            row.offering_id,
            row.lesson_id,
            func.min(row.media_from_ms),
            lasts,
            func.count(),
            last_time,
            # Over all groups, not only those shown: one question instead of two.
            func.count().over(),
            func.sum(lasts).over(),
        )
        .where(row.enrolment_id == enrolment_id)
        .group_by(row.playback_id, row.lesson_id, row.offering_id, row.code)
        .order_by(last_time.desc(), func.max(row.sequence).desc())
        .limit(at_most)
    ).all()
    if not found:
        return UncountedList()
    *_, groups, all_ms = found[0]
    return UncountedList(
        lines=tuple(
            Uncounted(
                code=code,
                offering_id=offering_id,
                lesson_id=lesson_id,
                media_from_ms=media_from_ms,
                lasts_ms=int(lasts_ms),
                times=times,
                happened_at=happened_at,
            )
            for code, offering_id, lesson_id, media_from_ms, lasts_ms, times, happened_at, *_ in found
        ),
        more=groups - len(found),
        lasts_ms=int(all_ms),
    )


def uncounted_rows(session: Session, person_id: int) -> Iterator[UncountedTime]:
    """Return every single row about what the person lost, oldest first."""
    yield from session.execute(
        select(UncountedTime).where(UncountedTime.person_id == person_id).order_by(UncountedTime.sequence)
    ).scalars()


def standing_credits(session: Session) -> Iterator[LedgerEntry]:
    """Return all credits that were not reversed, person by person, without holding them all."""
    yield from session.execute(
        select(LedgerEntry)
        .where(LedgerEntry.kind == CREDIT, not_reversed())
        .order_by(LedgerEntry.person_id, LedgerEntry.server_from_ms, LedgerEntry.sequence)
        .execution_options(yield_per=500)
    ).scalars()


def credited_by_lesson(
    session: Session, source: str, enrolment_id: int | None = None
) -> Iterator[tuple[int, str, int]]:
    """Yield (enrolment, lesson, ms) as source had it credited, by enrolment; reversed since or not."""
    wanted = (
        select(LedgerEntry.enrolment_id, LedgerEntry.lesson_id, func.sum(LedgerEntry.credited_ms))
        .where(LedgerEntry.kind == CREDIT, LedgerEntry.source == source)
        .group_by(LedgerEntry.enrolment_id, LedgerEntry.lesson_id)
        .order_by(LedgerEntry.enrolment_id)
    )
    if enrolment_id is not None:
        wanted = wanted.where(LedgerEntry.enrolment_id == enrolment_id)
    for enrolment, lesson_id, credited_ms in session.execute(wanted.execution_options(yield_per=500)):
        yield enrolment, lesson_id, int(credited_ms)


def missing_triggers(session: Session) -> frozenset[str]:
    """Return the names of the triggers that keep both tables append-only and are not there, or not active."""
    on_postgresql = session.get_bind().dialect.name == "postgresql"
    active = text(
        "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled = 'A'"
        if on_postgresql
        else "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    )
    deeds = ("update", "delete", "truncate" if on_postgresql else "replace")
    tables = (LedgerEntry.__tablename__, UncountedTime.__tablename__)
    wanted = frozenset(f"{table}_no_{deed}" for table in tables for deed in deeds)
    return wanted - frozenset(session.execute(active).scalars())


def _entries(session: Session, condition: ColumnElement[bool]) -> Iterator[Entry]:
    columns: tuple[Any, ...] = (
        LedgerEntry.id,
        LedgerEntry.kind,
        LedgerEntry.offering_id,
        LedgerEntry.lesson_id,
        LedgerEntry.credited_ms,
        LedgerEntry.stretches,
        LedgerEntry.method,
        LedgerEntry.reason,
        LedgerEntry.rule_version,
        LedgerEntry.recorded_at,
    )
    for row in session.execute(select(*columns).where(condition).order_by(LedgerEntry.sequence)):
        yield Entry(
            id=row.id,
            kind=row.kind,
            offering_id=row.offering_id,
            lesson_id=row.lesson_id,
            credited_ms=row.credited_ms,
            stretches=unpacked(row.stretches),
            method=row.method,
            reason=row.reason,
            rule_version=row.rule_version,
            recorded_at=row.recorded_at,
        )
