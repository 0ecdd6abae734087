"""What follows from an answered or lost check: stretches confirmed, or left as they are.

The learner's row, the playback and the check are locked by the caller; every
event is told in the same transaction.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace

from app.sdk.clock import epoch_ms
from app.sdk.errors import NotFoundError
from app.sdk.events.learning_time import LearningTimeConfirmed, RefusedStretch
from app.sdk.events.playback import LessonCompleted
from app.sdk.runtime import runtime
from app.sdk.uow import UnitOfWork
from plugins.video_progress.domain import codes
from plugins.video_progress.domain.challenge import Checked
from plugins.video_progress.domain.credit import settle_credit
from plugins.video_progress.domain.days import day_of
from plugins.video_progress.domain.drawing import draw_gap
from plugins.video_progress.domain.lesson import complete
from plugins.video_progress.models import ChallengeRow, Learner, Playback
from plugins.video_progress.service import facts
from plugins.video_progress.service.context import PlaybackContext, context_for
from plugins.video_progress.store import (
    add_credited,
    credited_days,
    keep,
    keep_record,
    last_beat,
    lesson_row,
    lock_learner,
    lock_playback,
    record_of,
)

CHALLENGE, END_CHECK = "challenge", "end_check"


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """Everything of one playback that a transaction has locked."""

    learner: Learner
    playback: Playback
    context: PlaybackContext


def hold(uow: UnitOfWork, playback_id: str, person_id: int) -> Held:
    """Return the person's playback, locked. Raises NotFoundError when it is not theirs."""
    learner = lock_learner(uow.session, person_id)
    playback = lock_playback(uow.session, playback_id)
    if playback is None or playback.person_id != person_id:
        raise NotFoundError
    return Held(
        learner=learner, playback=playback, context=context_for(playback.enrolment_id, playback.offering_id)
    )


def settle_pass(uow: UnitOfWork, held: Held, challenge: ChallengeRow, outcome: Checked) -> None:
    """Settle the pass: stretches confirmed, lesson moved on, the next check drawn."""
    playback, row = held.playback, lesson_row(uow.session, held.playback)
    before = record_of(row, playback.length_ms)
    touched = {
        day_of(edge) for piece in outcome.confirmed for edge in (piece.server_from, piece.server_to - 1)
    }
    settlement = settle_credit(
        outcome.confirmed,
        passed_ms=epoch_ms(uow.now),
        lesson=before,
        grounds=replace(
            held.context.grounds(),
            confirmed_ms_by_day=credited_days(uow.session, playback.person_id, touched),
        ),
        rules=held.context.rules,
    )
    keep(playback, outcome.state)
    keep_record(row, settlement.lesson)
    add_credited(uow.session, playback.person_id, settlement.credited_ms_by_day())
    challenge.outcome, challenge.settled_at = "passed", uow.now
    challenge.settled_after_beat = last_beat(uow.session, playback.id)
    challenge.judged_by = held.context.judging()
    _draw_next(held, challenge)
    facts.tell_passed(uow, challenge, playback)
    known = facts.of_challenge(challenge, playback, uow.now)
    del known["kind"]
    uow.publish(
        LearningTimeConfirmed(
            **known,
            source=facts.SOURCE,
            method=challenge.method or "",
            evidence_digest=challenge.evidence_digest,
            rule_version=held.context.rule_version,
            credited=facts.stretches(settlement.credited),
            refused=tuple(
                RefusedStretch(stretch=facts.stretches((refusal.piece,))[0], code=refusal.code)
                for refusal in settlement.refused
            ),
        )
    )
    if row.completed_at is None and complete(
        settlement.lesson.checked, playback.length_ms, held.context.rules
    ):
        row.completed_at = uow.now
        uow.publish(
            LessonCompleted(
                **facts.of_playback(playback, uow.now),
                checked=settlement.lesson.checked,
                required=held.context.offering.required,
            )
        )


def settle_loss(
    uow: UnitOfWork, held: Held, challenge: ChallengeRow, outcome: Checked
) -> ChallengeRow | None:
    """Settle lost attempts: a new nonce for the next one, or the end of the check."""
    keep(held.playback, outcome.state)
    challenge.lost_at_ms = [*challenge.lost_at_ms, *outcome.lost_at_ms]
    if outcome.state.challenge is not None:
        challenge.attempt = outcome.state.challenge.lost + 1
        challenge.nonce = secrets.token_urlsafe(24)
        return challenge
    challenge.attempt = held.context.rules.attempts
    challenge.outcome, challenge.settled_at = "failed", uow.now
    challenge.settled_after_beat = last_beat(uow.session, held.playback.id)
    _draw_next(held, challenge)
    facts.tell_failed(uow, challenge, held.playback, outcome.unconfirmed)
    facts.tell_unconfirmed(uow, held.playback, outcome.unconfirmed, codes.CHALLENGE_FAILED)
    held.playback.position_ms = outcome.state.furthest_ms
    return None


def _draw_next(held: Held, challenge: ChallengeRow) -> None:
    """Draw the distance to the next check. An end check leaves it: nobody chooses when to be asked."""
    if challenge.kind != CHALLENGE:
        return
    held.learner.learned_ms = 0
    held.learner.gap_ms = draw_gap(held.context.rules, runtime().rng)
