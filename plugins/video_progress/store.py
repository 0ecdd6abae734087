"""Rows of video_progress, read under the learner's lock and written back.

The learner's row is always locked first, then the playback: so two devices of
one person wait for each other and no two transactions can wait in a circle.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import func, select, union
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from plugins.video_progress.domain.beat import Beat
from plugins.video_progress.domain.intervals import Spans, total
from plugins.video_progress.domain.lesson import LessonRecord
from plugins.video_progress.domain.pieces import lasting
from plugins.video_progress.domain.playback import Heard
from plugins.video_progress.domain.state import PlaybackState
from plugins.video_progress.models import (
    BeatRow,
    ChallengeRow,
    CreditedDay,
    Learner,
    LessonProgressRow,
    Playback,
    Refusal,
)


def lock_learner(session: Session, person_id: int) -> Learner:
    """Return the person's row, locked until the transaction ends; made now if there is none."""
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    session.execute(
        dialect.insert(Learner)
        .values(person_id=person_id, learned_ms=0, gap_ms=0)
        .on_conflict_do_nothing(index_elements=[Learner.person_id])
    )
    return session.execute(
        select(Learner).where(Learner.person_id == person_id).with_for_update()
    ).scalar_one()


def lock_playback(session: Session, playback_id: str) -> Playback | None:
    """Return the playback, locked; None if there is none."""
    return session.execute(
        select(Playback).where(Playback.id == playback_id).with_for_update()
    ).scalar_one_or_none()


def last_sign_of(session: Session, person_id: int) -> datetime | None:
    """Return when anything of the person's playbacks was last heard."""
    return session.execute(
        select(func.max(Playback.last_sign_at)).where(Playback.person_id == person_id)
    ).scalar_one()


def state_of(playback: Playback) -> PlaybackState:
    """Return the state that a playback's row holds."""
    return PlaybackState.from_json(playback.state)


def keep(playback: Playback, state: PlaybackState) -> None:
    """Write state into its row, with the columns that are asked for."""
    playback.state = state.to_json()
    playback.furthest_ms = state.furthest_ms
    playback.pending_ms = lasting(state.pending)


def lesson_row(session: Session, playback: Playback) -> LessonProgressRow:
    """Return the lesson's row of this playback's enrolment; made now if there is none."""
    row = session.execute(
        select(LessonProgressRow).where(
            LessonProgressRow.enrolment_id == playback.enrolment_id,
            LessonProgressRow.offering_id == playback.offering_id,
            LessonProgressRow.lesson_id == playback.lesson_id,
        )
    ).scalar_one_or_none()
    if row is None:
        row = LessonProgressRow(
            enrolment_id=playback.enrolment_id,
            person_id=playback.person_id,
            offering_id=playback.offering_id,
            lesson_id=playback.lesson_id,
            length_ms=playback.length_ms,
            checked=[],
            credited=[],
            checked_ms=0,
            furthest_ms=0,
        )
        session.add(row)
    return row


def record_of(row: LessonProgressRow, length_ms: int) -> LessonRecord:
    """Return the lesson as the rules see it."""
    return LessonRecord(length_ms=length_ms, checked=_spans(row.checked), credited=_spans(row.credited))


def keep_record(row: LessonProgressRow, record: LessonRecord) -> None:
    """Write what was checked and credited into the lesson's row."""
    row.checked = _flat(record.checked)
    row.credited = _flat(record.credited)
    row.checked_ms = total(record.checked)
    row.furthest_ms = record.last_confirmed_ms


def known_bodies(session: Session, playback_id: str, seqs: Iterable[int]) -> dict[int, str]:
    """Return the bodies of accepted beats by seq."""
    rows = session.execute(
        select(BeatRow.seq, BeatRow.body).where(
            BeatRow.playback_id == playback_id, BeatRow.seq.in_(list(seqs))
        )
    )
    return dict(rows.all())


def keep_beat(session: Session, playback_id: str, beat: Beat, heard: Heard, at: datetime) -> None:
    """Add an accepted beat to the evidence."""
    session.add(
        BeatRow(
            playback_id=playback_id,
            seq=beat.seq,
            from_ms=beat.from_ms,
            to_ms=beat.to_ms,
            rate=beat.rate,
            visible=beat.visible,
            client_ms=beat.client_ms,
            body=beat.body,
            received_at=at,
            believed_ms=heard.believed_ms,
            joined_ms=heard.joined_ms,
            codes=list(heard.codes),
        )
    )


def last_beat(session: Session, playback_id: str) -> int:
    """Return the row number of the latest accepted beat of a playback, 0 if there is none."""
    newest = session.execute(select(func.max(BeatRow.id)).where(BeatRow.playback_id == playback_id))
    return newest.scalar_one() or 0


def count_refusals(session: Session, playback: Playback, lost_ms: Mapping[str, int], at: datetime) -> None:
    """Count codes of this playback, with what did not count for each: one row a code, however often."""
    for code, milliseconds in lost_ms.items():
        row = session.execute(
            select(Refusal).where(Refusal.playback_id == playback.id, Refusal.code == code)
        ).scalar_one_or_none()
        if row is None:
            row = Refusal(
                playback_id=playback.id,
                person_id=playback.person_id,
                code=code,
                times=0,
                lost_ms=0,
                first_at=at,
            )
            session.add(row)
        row.times += 1
        row.lost_ms += milliseconds
        row.last_at = at
        session.flush()


def refusals(session: Session, playback_id: str) -> Sequence[Refusal]:
    """Return what was refused of a playback."""
    return session.execute(
        select(Refusal).where(Refusal.playback_id == playback_id).order_by(Refusal.id)
    ).scalars().all()  # fmt: skip


def open_challenge(session: Session, playback_id: str) -> ChallengeRow | None:
    """Return the open check of a playback."""
    return session.execute(
        select(ChallengeRow)
        .where(ChallengeRow.playback_id == playback_id, ChallengeRow.outcome == "open")
        .with_for_update()
    ).scalar_one_or_none()


def credited_days(session: Session, person_id: int, days: Iterable[date]) -> dict[date, int]:
    """Return what the person has been credited on these days, in ms."""
    rows = session.execute(
        select(CreditedDay.day, CreditedDay.credited_ms).where(
            CreditedDay.person_id == person_id, CreditedDay.day.in_(list(days))
        )
    )
    return dict(rows.all())


def players(session: Session) -> Iterator[int]:
    """Yield every person of whom anything is kept here, one after the other, without holding them all."""
    known = union(
        select(Learner.person_id), select(LessonProgressRow.person_id), select(CreditedDay.person_id)
    ).order_by("person_id")
    yield from session.execute(known.execution_options(yield_per=500)).scalars()


def playbacks_of(session: Session, person_id: int) -> Sequence[Playback]:
    """Return the playbacks of a person, those first that were heard first.

    By the rows of their beats, which are written under the person's lock, and not by the
    clocks of several machines; what was never heard can have changed nothing.
    """
    first = func.min(BeatRow.id)
    heard = select(BeatRow.playback_id, first.label("beat")).group_by(BeatRow.playback_id)
    of_them = heard.where(
        BeatRow.playback_id.in_(select(Playback.id).where(Playback.person_id == person_id))
    ).subquery()
    return session.execute(
        select(Playback)
        .join(of_them, of_them.c.playback_id == Playback.id)
        .order_by(of_them.c.beat)
    ).scalars().all()  # fmt: skip


def beats_of(session: Session, playback_id: str) -> Iterator[BeatRow]:
    """Yield the evidence of a playback in the order in which it was heard."""
    wanted = select(BeatRow).where(BeatRow.playback_id == playback_id).order_by(BeatRow.id)
    yield from session.execute(wanted.execution_options(yield_per=500)).scalars()


def checks_of(session: Session, playback_id: str) -> Sequence[ChallengeRow]:
    """Return the checks of a playback in the order in which they were issued."""
    wanted = select(ChallengeRow).where(ChallengeRow.playback_id == playback_id)
    return session.execute(
        wanted.order_by(ChallengeRow.issued_after_beat, ChallengeRow.issued_at)
    ).scalars().all()  # fmt: skip


def lessons_of(session: Session, person_id: int) -> Sequence[LessonProgressRow]:
    """Return what a person has had checked and credited."""
    wanted = select(LessonProgressRow).where(LessonProgressRow.person_id == person_id)
    return session.execute(wanted.order_by(LessonProgressRow.id)).scalars().all()


def days_of(session: Session, person_id: int) -> dict[date, int]:
    """Return all days of a person with what was credited, in ms."""
    wanted = select(CreditedDay.day, CreditedDay.credited_ms).where(CreditedDay.person_id == person_id)
    return dict(session.execute(wanted).all())


def add_credited(session: Session, person_id: int, by_day: Mapping[date, int]) -> None:
    """Add to the person's days. The learner's lock is held, so reading before writing is safe."""
    for day, credited_ms in by_day.items():
        row = session.get(CreditedDay, (person_id, day))
        if row is None:
            session.add(CreditedDay(person_id=person_id, day=day, credited_ms=credited_ms))
        else:
            row.credited_ms += credited_ms


def _flat(spans: Spans) -> list[int]:
    return [edge for span in spans for edge in span]


def _spans(flat: list[int]) -> Spans:
    return tuple((flat[at], flat[at + 1]) for at in range(0, len(flat), 2))
