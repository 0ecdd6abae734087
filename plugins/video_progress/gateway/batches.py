"""Many playbacks read under their learners' locks, and written back, in a handful of statements.

The same rows as store.py, without the ORM. Learners are locked first, in the
order of their numbers, and whoever is locked by somebody else is passed over:
so a batch waits for nobody and cannot be part of a circle. What the rows mean
is not known here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Connection, Engine, bindparam, insert, select, tuple_, update

from plugins.video_progress.domain.beat import Beat
from plugins.video_progress.domain.intervals import Spans
from plugins.video_progress.domain.lesson import LessonRecord
from plugins.video_progress.domain.pieces import lasting
from plugins.video_progress.domain.playback import Heard
from plugins.video_progress.domain.state import PlaybackState
from plugins.video_progress.models import BeatRow, Learner, LessonProgressRow, Playback

WRITING = {"anxue_writes": True}


@dataclass(slots=True)
class LockedLearner:
    """A learner whose row is locked until the transaction ends."""

    person_id: int
    learned_ms: int
    gap_ms: int


@dataclass(slots=True, kw_only=True)
class LockedPlayback:
    """An open playback of a locked learner, as it is and as it is to be written back."""

    id: str
    learner: LockedLearner
    lesson: LessonRecord
    checked_ms: int
    playing: bool
    position_ms: int
    state: PlaybackState


@dataclass(frozen=True, slots=True)
class Evidence:
    """An accepted beat and what became of it."""

    playback_id: str
    beat: Beat
    heard: Heard


class Batch:
    """The statements of one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._postgresql = connection.dialect.name == "postgresql"

    def lock(self, playback_ids: Iterable[str], person_ids: Iterable[int]) -> dict[str, LockedPlayback]:
        """Return the open playbacks of those learners whose rows nobody else holds now."""
        learners = self._locked_learners(sorted(set(person_ids)))
        wanted = sorted(set(playback_ids))
        # A statement of its own: it sees everything that was committed before the locks were ours.
        if self._postgresql:
            rows: Iterable[Any] = self._connection.exec_driver_sql(
                _READ, {"ids": wanted, "people": list(learners)}
            )
        else:
            rows = self._connection.execute(
                _PLAYBACKS.where(Playback.id.in_(wanted), Playback.person_id.in_(list(learners)))
            )
        return {row[0]: _locked(row, learners[row[1]]) for row in rows}

    def known(self, keys: Sequence[tuple[str, int]]) -> set[tuple[str, int]]:
        """Return which of these (playback, seq) are in the evidence already."""
        if not keys:
            return set()
        if self._postgresql:
            rows = self._connection.exec_driver_sql(
                _KNOWN, {"ids": [key[0] for key in keys], "seqs": [key[1] for key in keys]}
            )
            return {(row[0], row[1]) for row in rows}
        found = self._connection.execute(
            select(BeatRow.playback_id, BeatRow.seq).where(tuple_(BeatRow.playback_id, BeatRow.seq).in_(keys))
        )
        return {(row[0], row[1]) for row in found}

    def write(self, playbacks: Sequence[LockedPlayback], evidence: Sequence[Evidence], at: datetime) -> None:
        """Write playbacks, their learners and the new evidence."""
        if self._postgresql:
            self._connection.exec_driver_sql(_WRITE, _columns(playbacks, evidence, at))
            return
        states = [_state_row(held, at) for held in playbacks]
        self._connection.execute(_SET_PLAYBACK, states)
        learned = {held.learner.person_id: held.learner.learned_ms for held in playbacks}
        self._connection.execute(
            _SET_LEARNER, [{"key": person, "learned": ms} for person, ms in learned.items()]
        )
        if evidence:
            self._connection.execute(insert(BeatRow), [_evidence_row(new, at) for new in evidence])

    def _locked_learners(self, people: list[int]) -> dict[int, LockedLearner]:
        if self._postgresql:
            rows: Iterable[Any] = self._connection.exec_driver_sql(_LOCK, {"people": people})
        else:
            rows = self._connection.execute(_LEARNERS.where(Learner.person_id.in_(people)))
        return {row[0]: LockedLearner(row[0], row[1], row[2]) for row in rows}


@contextmanager
def batch(engine: Engine) -> Iterator[Batch]:
    """Run one transaction; it is committed when the block ends without an error."""
    with engine.connect() as plain:
        connection = plain.execution_options(**WRITING)
        with connection.begin():
            yield Batch(connection)


def _locked(row: Any, learner: LockedLearner) -> LockedPlayback:
    return LockedPlayback(
        id=row[0],
        learner=learner,
        playing=bool(row[2]),
        position_ms=row[3],
        state=PlaybackState.from_json(_plain(row[4])),
        lesson=LessonRecord(
            length_ms=row[5], checked=_spans(_plain(row[6])), credited=_spans(_plain(row[7]))
        ),
        checked_ms=row[8],
    )


def _plain(stored: Any) -> list[Any]:
    """Return a JSON column, read by the driver (text) or by the model (a list already)."""
    return orjson.loads(stored) if isinstance(stored, str) else stored  # type: ignore[no-any-return]


def _spans(flat: list[int]) -> Spans:
    return tuple((flat[at], flat[at + 1]) for at in range(0, len(flat), 2))


def _state_row(held: LockedPlayback, at: datetime) -> dict[str, Any]:
    return {
        "key": held.id,
        "new_state": held.state.to_json(),
        "furthest": held.state.furthest_ms,
        "pending": lasting(held.state.pending),
        "position": held.position_ms,
        "at": at,
    }


def _evidence_row(new: Evidence, at: datetime) -> dict[str, Any]:
    return {
        "playback_id": new.playback_id,
        "seq": new.beat.seq,
        "from_ms": new.beat.from_ms,
        "to_ms": new.beat.to_ms,
        "rate": new.beat.rate,
        "visible": new.beat.visible,
        "client_ms": new.beat.client_ms,
        "body": new.beat.body,
        "received_at": at,
        "believed_ms": new.heard.believed_ms,
        "joined_ms": new.heard.joined_ms,
        "codes": list(new.heard.codes),
    }


def _columns(
    playbacks: Sequence[LockedPlayback], evidence: Sequence[Evidence], at: datetime
) -> dict[str, Any]:
    learned = {held.learner.person_id: held.learner.learned_ms for held in playbacks}
    return {
        "at": at,
        "ids": [held.id for held in playbacks],
        "states": [orjson.dumps(held.state.to_json()).decode() for held in playbacks],
        "furthest": [held.state.furthest_ms for held in playbacks],
        "pending": [lasting(held.state.pending) for held in playbacks],
        "position": [held.position_ms for held in playbacks],
        "people": list(learned),
        "learned": list(learned.values()),
        "of": [new.playback_id for new in evidence],
        "seq": [new.beat.seq for new in evidence],
        "from": [new.beat.from_ms for new in evidence],
        "to": [new.beat.to_ms for new in evidence],
        "rate": [float(new.beat.rate) for new in evidence],
        "visible": [new.beat.visible for new in evidence],
        "client": [new.beat.client_ms for new in evidence],
        "body": [new.beat.body for new in evidence],
        "believed": [new.heard.believed_ms for new in evidence],
        "joined": [new.heard.joined_ms for new in evidence],
        "codes": [orjson.dumps(new.heard.codes).decode() for new in evidence],
    }


_LEARNERS = select(Learner.person_id, Learner.learned_ms, Learner.gap_ms)
_PLAYBACKS = (
    select(
        Playback.id,
        Playback.person_id,
        Playback.playing,
        Playback.position_ms,
        Playback.state,
        Playback.length_ms,
        LessonProgressRow.checked,
        LessonProgressRow.credited,
        LessonProgressRow.checked_ms,
    )
    .join(
        LessonProgressRow,
        (LessonProgressRow.enrolment_id == Playback.enrolment_id)
        & (LessonProgressRow.offering_id == Playback.offering_id)
        & (LessonProgressRow.lesson_id == Playback.lesson_id),
    )
    .where(Playback.ended_at.is_(None))
)
_SET_PLAYBACK = (
    update(Playback.__table__)  # type: ignore[arg-type]
    .where(Playback.id == bindparam("key"))
    .values(
        state=bindparam("new_state", type_=Playback.state.type),
        furthest_ms=bindparam("furthest"),
        pending_ms=bindparam("pending"),
        position_ms=bindparam("position"),
        last_sign_at=bindparam("at", type_=Playback.last_sign_at.type),
    )
)
_SET_LEARNER = (
    update(Learner.__table__)  # type: ignore[arg-type]
    .where(Learner.person_id == bindparam("key"))
    .values(learned_ms=bindparam("learned"))
)

# On PostgreSQL the driver is spoken to directly: arrays in, one plan however large the batch.
_LOCK = """
SELECT person_id, learned_ms, gap_ms FROM video_progress_learner
WHERE person_id = ANY(%(people)s::int[]) ORDER BY person_id FOR UPDATE SKIP LOCKED
"""
_READ = """
SELECT p.id, p.person_id, p.playing, p.position_ms, p.state, p.length_ms, l.checked, l.credited, l.checked_ms
FROM video_progress_playback p
JOIN video_progress_lesson l
  ON l.enrolment_id = p.enrolment_id AND l.offering_id = p.offering_id AND l.lesson_id = p.lesson_id
WHERE p.id = ANY(%(ids)s::varchar[]) AND p.person_id = ANY(%(people)s::int[]) AND p.ended_at IS NULL
"""
_KNOWN = """
SELECT b.playback_id, b.seq FROM unnest(%(ids)s::varchar[], %(seqs)s::bigint[]) AS k(id, seq)
JOIN video_progress_beat b ON b.playback_id = k.id AND b.seq = k.seq
"""
_WRITE = """
WITH playbacks AS (
  UPDATE video_progress_playback AS p
  SET state = v.state, furthest_ms = v.furthest, pending_ms = v.pending, position_ms = v.position,
      last_sign_at = %(at)s
  FROM unnest(%(ids)s::varchar[], %(states)s::text[], %(furthest)s::bigint[], %(pending)s::bigint[],
              %(position)s::bigint[]) AS v(id, state, furthest, pending, position)
  WHERE p.id = v.id
), learners AS (
  UPDATE video_progress_learner AS l SET learned_ms = v.learned
  FROM unnest(%(people)s::int[], %(learned)s::bigint[]) AS v(person_id, learned)
  WHERE l.person_id = v.person_id
)
INSERT INTO video_progress_beat (playback_id, seq, from_ms, to_ms, rate, visible, client_ms, body,
                                 received_at, believed_ms, joined_ms, codes)
SELECT v.id, v.seq, v.from_ms, v.to_ms, v.rate, v.visible, v.client_ms, v.body, %(at)s, v.believed, v.joined,
       v.codes
FROM unnest(%(of)s::varchar[], %(seq)s::bigint[], %(from)s::bigint[], %(to)s::bigint[], %(rate)s::float8[],
            %(visible)s::bool[], %(client)s::bigint[], %(body)s::text[], %(believed)s::bigint[],
            %(joined)s::bigint[], %(codes)s::text[])
  WITH ORDINALITY AS v(id, seq, from_ms, to_ms, rate, visible, client_ms, body, believed, joined, codes, n)
ORDER BY v.n
"""
