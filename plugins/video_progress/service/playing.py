"""Opening a lesson and hearing its beats.

One locking read, the pure rules, one write. 200 is sent only after the commit.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from app.sdk.clock import epoch_ms
from app.sdk.courses import LessonView, OfferingView
from app.sdk.db import new_id
from app.sdk.events.playback import PlaybackOpened
from app.sdk.people import EnrolmentView
from app.sdk.runtime import runtime
from app.sdk.uow import UnitOfWork
from plugins.video_progress.domain import codes
from plugins.video_progress.domain.beat import Beat
from plugins.video_progress.domain.drawing import draw_gap, due, shortened_gap
from plugins.video_progress.domain.lease import opened
from plugins.video_progress.domain.pieces import lasting
from plugins.video_progress.domain.playback import Heard, hear
from plugins.video_progress.domain.rules import PlaybackRules
from plugins.video_progress.domain.state import PlaybackState
from plugins.video_progress.errors import (
    LeaseLostError,
    LessonNotReadyError,
    PlaybackClosedError,
    SequenceConflictError,
)
from plugins.video_progress.models import Learner, Playback
from plugins.video_progress.service import facts
from plugins.video_progress.service.checking import Asked, issue, settle_lapsed, shown
from plugins.video_progress.service.context import context_of
from plugins.video_progress.service.counting import count
from plugins.video_progress.service.ending import REPLACED, end
from plugins.video_progress.service.settling import CHALLENGE, Held, hold
from plugins.video_progress.store import (
    count_refusals,
    keep,
    keep_beat,
    known_bodies,
    last_sign_of,
    lesson_row,
    lock_learner,
    lock_playback,
    record_of,
    state_of,
)

# What honest players send every day is no reason for an audit row.
LEAVING_GRACE_MS = 30_000
"""Two beats' worth: what a page that is going away may still report unasked. Whoever reports by
nothing but farewells is asked all the same, and loses the check unseen."""
UNREMARKABLE = frozenset({codes.DUPLICATE_IGNORED, codes.REPEAT_NOT_COUNTED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A playback that has begun; milliseconds of media."""

    playback_id: str
    resume_at_ms: int
    furthest_ms: int
    beat_ms: int
    lesson: LessonView
    complete: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class HeardBatch:
    """What became of a batch of beats."""

    accepted: int
    codes: tuple[str, ...]
    standing: Standing
    rules: PlaybackRules


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A playback as its owner sees it. confirmable: there is a way to answer checks."""

    playback_id: str
    ended: str | None
    resume_at_ms: int
    furthest_ms: int
    pending_ms: int
    checked_ms: int
    complete: bool
    asked: Asked | None


def open_lesson(
    uow: UnitOfWork, enrolment: EnrolmentView, offering: OfferingView, lesson: LessonView
) -> Opened:
    """Open a lesson: takes the person's lease, which ends whatever held it.

    Raises LessonNotReadyError. That offering and lesson are the enrolment's
    business has been decided by the catalogue.
    """
    if not lesson.playable or lesson.asset_id is None:
        raise LessonNotReadyError
    context = context_of(enrolment, offering)
    learner = lock_learner(uow.session, enrolment.person_id)
    heard_until_ms = _end_holder(uow, learner)
    playback = Playback(
        id=new_id(),
        person_id=enrolment.person_id,
        enrolment_id=enrolment.id,
        offering_id=offering.id,
        lesson_id=lesson.id,
        asset_id=lesson.asset_id,
        length_ms=lesson.media_ms,
        rule_version=context.rule_version,
        opened_at=uow.now,
        last_sign_at=uow.now,
        position_ms=0,
        playing=False,
    )
    row = lesson_row(uow.session, playback)
    record = record_of(row, lesson.media_ms)
    state = opened(epoch_ms(uow.now), record, not_before_ms=heard_until_ms)
    keep(playback, state)
    resume_at_ms = 0 if state.furthest_ms >= lesson.media_ms or row.completed_at else state.furthest_ms
    playback.position_ms = resume_at_ms
    uow.session.add(playback)
    learner.playback_id = playback.id
    _prepare_gap(learner, context.rules)
    uow.session.flush()
    uow.publish(PlaybackOpened(**facts.of_playback(playback, uow.now), position_ms=resume_at_ms))
    return Opened(
        playback_id=playback.id,
        resume_at_ms=resume_at_ms,
        furthest_ms=state.furthest_ms,
        beat_ms=context.rules.heartbeat_ms,
        lesson=lesson,
        complete=row.completed_at is not None,
    )


def hear_beats(
    uow: UnitOfWork, playback_id: str, person_id: int, beats: Sequence[Beat], *, leaving: bool = False
) -> HeardBatch:
    """Hear beats of one playback, in the order of their numbers, and issue a check when one is due.

    leaving: the page is going away and would not see a check; it is asked at its
    next beat instead. Raises NotFoundError (not the person's), LeaseLostError,
    PlaybackClosedError, SequenceConflictError; nothing of the batch is taken then.
    """
    held = hold(uow, playback_id, person_id)
    playback = held.playback
    if playback.ended_at is not None:
        raise LeaseLostError if playback.end_reason == REPLACED else PlaybackClosedError
    settle_lapsed(uow, held)
    state, record = state_of(playback), record_of(lesson_row(uow.session, playback), playback.length_ms)
    known = known_bodies(uow.session, playback.id, {beat.seq for beat in beats})
    noted: list[str] = []
    lost_ms: Counter[str] = Counter()
    accepted = learned_ms = 0
    for beat in sorted(beats, key=lambda beat: beat.seq):
        heard = hear(
            state,
            beat,
            epoch_ms(uow.now),
            lesson=record,
            rules=held.context.rules,
            known_body=known.get(beat.seq),
        )
        if codes.SEQUENCE_CONFLICT in heard.codes:
            raise SequenceConflictError
        noted += heard.codes
        lost_ms.update(_lost_ms(state, beat, heard))
        if not heard.accepted:
            continue
        keep_beat(uow.session, playback.id, beat, heard, uow.now)
        known[beat.seq] = beat.body
        state = heard.state
        accepted += 1
        learned_ms += heard.joined_ms
        _follow_position(uow, playback, beat)
    keep(playback, state)
    playback.last_sign_at = uow.now
    held.learner.learned_ms += learned_ms
    count_refusals(uow.session, playback, lost_ms, uow.now)
    _ask_if_due(uow, held, grace_ms=LEAVING_GRACE_MS if leaving else 0)
    said = codes.distinct(noted)
    uow.after_commit(lambda: count(accepted, said))
    return HeardBatch(
        accepted=accepted,
        codes=said,
        standing=standing(uow, held),
        rules=held.context.rules,
    )


def standing(uow: UnitOfWork, held: Held) -> Standing:
    """Return the playback as its owner sees it now."""
    playback = held.playback
    row = lesson_row(uow.session, playback)
    record = record_of(row, playback.length_ms)
    challenge = settle_lapsed(uow, held)
    return Standing(
        playback_id=playback.id,
        ended=playback.end_reason,
        resume_at_ms=min(record.last_confirmed_ms, playback.length_ms),
        furthest_ms=playback.furthest_ms,
        pending_ms=playback.pending_ms,
        checked_ms=row.checked_ms,
        complete=row.completed_at is not None,
        asked=shown(uow, held, challenge) if challenge is not None else None,
    )


def _end_holder(uow: UnitOfWork, learner: Learner) -> int:
    """End the person's open playback, if there is one, and return until when any of theirs was heard.

    A server whose clock lags must not count again what another one has counted.
    """
    holder = lock_playback(uow.session, learner.playback_id) if learner.playback_id else None
    if holder is not None:
        end(uow, learner, holder, REPLACED)
    latest = last_sign_of(uow.session, learner.person_id)
    return 0 if latest is None else epoch_ms(latest)


def _prepare_gap(learner: Learner, rules: PlaybackRules) -> None:
    rng = runtime().rng
    if learner.gap_ms == 0:
        learner.gap_ms = draw_gap(rules, rng)
    learner.gap_ms = shortened_gap(learner.gap_ms, learner.learned_ms, rules=rules, rng=rng)


def _lost_ms(before: PlaybackState, beat: Beat, heard: Heard) -> dict[str, int]:
    """Return, per code worth a row, how much of the claim did not count for it."""
    claimed = beat.to_ms - beat.from_ms
    waited, waits = lasting(before.carry), lasting(heard.state.carry)
    cut = max(0, claimed + waited - heard.believed_ms - waits)
    hidden = min(claimed, heard.believed_ms - heard.joined_ms)
    lost = {codes.RATE_EXCEEDED: cut, codes.HIDDEN_NOT_COUNTED: hidden, codes.HEARTBEAT_GAP: claimed}
    return {code: lost.get(code, 0) for code in heard.codes if code not in UNREMARKABLE}


def _follow_position(uow: UnitOfWork, playback: Playback, beat: Beat) -> None:
    if beat.to_ms > beat.from_ms:
        facts.tell_played(uow, playback, min(beat.from_ms, playback.length_ms))
        playback.position_ms = min(beat.to_ms, playback.length_ms)


def _ask_if_due(uow: UnitOfWork, held: Held, *, grace_ms: int) -> None:
    state = state_of(held.playback)
    overdue = due(held.learner.learned_ms - grace_ms, held.learner.gap_ms)
    wanted = overdue and state.pending and state.challenge is None
    if wanted:
        issue(uow, held, CHALLENGE)
