"""What `anxue doctor` asks of playing: is every confirmed stretch what its evidence comes to?

threats.md I1 (a beat is there once), I2 (credit = f(events)), I7 (nothing stuck).
Person by person, so that memory does not grow with the province. A person who
is learning meanwhile can look wrong for a moment: whatever differs is looked at
once more under the person's lock, in a transaction that changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.sdk.clock import epoch_ms
from app.sdk.errors import NotFoundError
from app.sdk.runtime import runtime
from app.sdk.uow import unit_of_work
from plugins.video_progress import store
from plugins.video_progress.domain.beat import Beat
from plugins.video_progress.domain.intervals import total
from plugins.video_progress.domain.lesson import LessonRecord
from plugins.video_progress.domain.proof import Evidence, KeptBeat, KeptCheck, Proved, proved
from plugins.video_progress.domain.rules import PlaybackRules
from plugins.video_progress.models import BeatRow, ChallengeRow, Learner, LessonProgressRow, Playback
from plugins.video_progress.service.context import context_for, judged
from plugins.video_progress.settings import VideoProgressSettings

SWEEP_IS_LATE = timedelta(minutes=10)
LessonKey = tuple[int, str, str]


def unproved(session: Session) -> Iterator[str]:
    """Yield what was checked or credited and does not follow from beats and checks, and the reverse."""
    for person_id in store.players(session):
        if any(_of_person(session, person_id)):
            yield from _again(person_id)
        session.expire_all()


def beats_twice(session: Session) -> Iterator[str]:
    """Yield every sequence number that is there more than once, and beats of no playback."""
    twice = (
        select(BeatRow.playback_id, BeatRow.seq, func.count())
        .group_by(BeatRow.playback_id, BeatRow.seq)
        .having(func.count() > 1)
    )
    for playback_id, seq, times in session.execute(twice.execution_options(yield_per=500)):
        yield f"playback {playback_id}: beat {seq} is there {times} times"
    nobodys = (
        select(BeatRow.playback_id, func.count())
        .outerjoin(Playback, Playback.id == BeatRow.playback_id)
        .where(Playback.id.is_(None))
        .group_by(BeatRow.playback_id)
    )
    for playback_id, times in session.execute(nobodys):
        yield f"{times} beats belong to playback {playback_id}, which is not there"


def stuck(session: Session) -> Iterator[str]:
    """Yield every playback that the sweep should have ended, or that is open without holding the lease."""
    minutes = runtime().settings_of(VideoProgressSettings).orphan_minutes
    too_old = runtime().clock.now() - timedelta(minutes=minutes) - SWEEP_IS_LATE
    open_ones = (
        select(Playback.id, Playback.last_sign_at, Learner.playback_id)
        .outerjoin(Learner, Learner.person_id == Playback.person_id)
        .where(Playback.ended_at.is_(None))
    )
    for playback_id, last_sign_at, held in session.execute(open_ones.execution_options(yield_per=500)):
        if last_sign_at < too_old:
            yield f"playback {playback_id} is open without a sign of life since {last_sign_at:%Y-%m-%d %H:%M}"
        if held != playback_id:
            yield f"playback {playback_id} is open, but its person's lease is {held}"


def _again(person_id: int) -> list[str]:
    with unit_of_work() as uow:
        store.lock_learner(uow.session, person_id)
        return list(_of_person(uow.session, person_id))


def _of_person(session: Session, person_id: int) -> Iterator[str]:
    lessons: dict[LessonKey, LessonRecord] = {}
    by_day: dict[date, int] = {}
    for playback in store.playbacks_of(session, person_id):
        before = lessons.get(_key(playback), LessonRecord(length_ms=playback.length_ms))
        found = _worked_out(session, playback, before, by_day)
        yield from found.faults
        yield from _wrong_state(playback, found)
        lessons[_key(playback)] = found.lesson
        by_day = dict(found.credited_ms_by_day)
    yield from _wrong_lessons(store.lessons_of(session, person_id), lessons, person_id)
    kept = store.days_of(session, person_id)
    for day in sorted(kept.keys() | by_day.keys()):
        if kept.get(day, 0) != by_day.get(day, 0):
            yield (
                f"person {person_id}, {day}: {kept.get(day, 0)} ms credited,"
                f" the evidence comes to {by_day.get(day, 0)} ms"
            )


def _worked_out(
    session: Session, playback: Playback, before: LessonRecord, by_day: dict[date, int]
) -> Proved:
    evidence = Evidence(
        playback_id=playback.id,
        opened_ms=max(epoch_ms(playback.opened_at), store.state_of(playback).opened_ms),
        beats=[_kept_beat(row) for row in store.beats_of(session, playback.id)],
        checks=[_kept_check(row) for row in store.checks_of(session, playback.id)],
        rules=_present_rules(playback),
    )
    return proved(evidence, LessonRecord(
        length_ms=playback.length_ms, checked=before.checked, credited=before.credited
    ), by_day)  # fmt: skip


def _present_rules(playback: Playback) -> PlaybackRules | None:
    """Return the rules of an open playback, unless they changed while it was open."""
    try:
        context = context_for(playback.enrolment_id, playback.offering_id)
    except NotFoundError:
        return None
    return context.rules if context.rule_version == playback.rule_version else None


def _wrong_state(playback: Playback, found: Proved) -> Iterator[str]:
    if playback.ended_at is None and _present_rules(playback) and store.state_of(playback) != found.state:
        yield f"playback {playback.id}: its state is not what its beats come to"


def _wrong_lessons(
    kept: Iterable[LessonProgressRow], lessons: dict[LessonKey, LessonRecord], person_id: int
) -> Iterator[str]:
    left = {key: record for key, record in lessons.items() if record.checked}
    for row in kept:
        record = left.pop(_key(row), LessonRecord(length_ms=row.length_ms))
        written = store.record_of(row, row.length_ms)
        said: tuple[tuple[str, Callable[[LessonRecord], int]], ...] = (
            ("checked", lambda lesson: total(lesson.checked)),
            ("credited", lambda lesson: total(lesson.credited)),
        )
        for word, sum_of in said:
            if getattr(written, word) != getattr(record, word):
                yield (
                    f"person {person_id}, lesson {row.lesson_id}: {sum_of(written)} ms {word},"
                    f" the evidence comes to {sum_of(record)} ms"
                )
        if row.checked_ms != total(written.checked):
            yield f"person {person_id}, lesson {row.lesson_id}: {row.checked_ms} ms is not what was checked"
    for enrolment_id, _, lesson_id in left:
        yield f"person {person_id}, enrolment {enrolment_id}: the row of lesson {lesson_id} is missing"


def _key(row: Playback | LessonProgressRow) -> LessonKey:
    return row.enrolment_id, row.offering_id, row.lesson_id


def _kept_beat(row: BeatRow) -> KeptBeat:
    return KeptBeat(
        number=row.id,
        beat=Beat(seq=row.seq, from_ms=row.from_ms, to_ms=row.to_ms, rate=row.rate, visible=row.visible),
        at_ms=epoch_ms(row.received_at),
        believed_ms=row.believed_ms,
        joined_ms=row.joined_ms,
    )


def _kept_check(row: ChallengeRow) -> KeptCheck:
    settled_at = row.settled_at if row.outcome in {"passed", "failed"} else None
    return KeptCheck(
        id=row.id,
        issued_ms=epoch_ms(row.issued_at),
        issued_after=row.issued_after_beat,
        lost_at_ms=tuple(row.lost_at_ms),
        outcome=row.outcome,
        settled_ms=None if settled_at is None else epoch_ms(settled_at),
        settled_after=row.settled_after_beat,
        judged=None if row.judged_by is None else judged(row.judged_by),
    )
