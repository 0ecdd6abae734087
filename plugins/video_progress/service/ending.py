"""How a playback ends: closed, replaced by another one, or lost without a sign of life.

Whatever the way, what was confirmed stays and the unconfirmed tail is discarded
(rules.md 5.2, open and close). The learner's row is locked by the caller.
"""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from app.sdk.clock import epoch_ms
from app.sdk.db import read
from app.sdk.uow import UnitOfWork, unit_of_work
from plugins.video_progress.domain import codes
from plugins.video_progress.domain.lease import PlaybackEnd, closed, replaced
from plugins.video_progress.models import Learner, Playback
from plugins.video_progress.service import facts
from plugins.video_progress.store import (
    keep,
    lesson_row,
    lock_learner,
    lock_playback,
    open_challenge,
    record_of,
    refusals,
    state_of,
)

CLOSED, REPLACED, LOST = "closed", "replaced", "lost"


def end(uow: UnitOfWork, learner: Learner, playback: Playback, reason: str) -> PlaybackEnd:
    """End playback for reason and tell of it; ending twice changes nothing."""
    before = state_of(playback)
    over = replaced(before) if reason == REPLACED else closed(before)
    if playback.ended_at is not None:
        return over
    seen = facts.watched(record_of(lesson_row(uow.session, playback), playback.length_ms), before.pending)
    keep(playback, over.state)
    playback.ended_at, playback.end_reason = uow.now, reason
    if learner.playback_id == playback.id:
        learner.playback_id = None
    _cancel_challenge(uow, playback)
    code = codes.SESSION_REPLACED if reason == REPLACED else codes.TAIL_DISCARDED
    facts.tell_unconfirmed(uow, playback, over.unconfirmed, code)
    for refusal in refusals(uow.session, playback.id):
        facts.tell_lost(uow, playback, refusal.code, refusal.lost_ms)
    facts.tell_ended(uow, playback, seen, reason)
    return over


def end_of_person(uow: UnitOfWork, person_id: int, reason: str) -> None:
    """End whatever playback the person has open."""
    learner = lock_learner(uow.session, person_id)
    if learner.playback_id is None:
        return
    playback = lock_playback(uow.session, learner.playback_id)
    if playback is not None:
        end(uow, learner, playback, reason)


def sweep(*, orphan_minutes: int) -> int:
    """End playbacks that gave no sign of life for so long; return how many.

    Each in a transaction of its own, so that one that fails does not hold up the others.
    """
    with unit_of_work() as uow:
        too_old = uow.now - timedelta(minutes=orphan_minutes)
    orphans = read().execute(
        select(Playback.id, Playback.person_id)
        .where(Playback.ended_at.is_(None), Playback.last_sign_at < too_old)
        .order_by(Playback.last_sign_at)
        .limit(500)
    ).all()  # fmt: skip
    ended = 0
    for playback_id, person_id in orphans:
        with unit_of_work() as uow:
            learner = lock_learner(uow.session, person_id)
            playback = lock_playback(uow.session, playback_id)
            # It may have spoken, or ended, since it was looked up.
            if playback is not None and playback.ended_at is None and playback.last_sign_at < too_old:
                end(uow, learner, playback, LOST)
                uow.commit()
                ended += 1
    return ended


def _cancel_challenge(uow: UnitOfWork, playback: Playback) -> None:
    challenge = open_challenge(uow.session, playback.id)
    if challenge is not None:
        challenge.outcome, challenge.settled_at = "cancelled", uow.now


def server_ms(uow: UnitOfWork) -> int:
    """Return the transaction's instant as the rules count it."""
    return epoch_ms(uow.now)
