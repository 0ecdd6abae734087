"""Checks: issued, shown, answered, lost; and what a pass confirms.

The order of locks is learner, playback, challenge. Everything an answer does
(evidence, confirmed stretches, events, ledger, outbox) is one transaction.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass

from app.sdk.clock import epoch_ms
from app.sdk.db import new_id
from app.sdk.errors import InvalidError, Json, NotFoundError
from app.sdk.presence import PresenceAnswer, PresenceAsk, PresenceMethod, PresenceReason
from app.sdk.runtime import runtime
from app.sdk.uow import UnitOfWork
from plugins.video_progress.domain import challenge as checks
from plugins.video_progress.domain import codes
from plugins.video_progress.domain.intervals import union
from plugins.video_progress.domain.pieces import media_of
from plugins.video_progress.domain.state import PlaybackState
from plugins.video_progress.errors import (
    ChallengeOverError,
    NoMethodError,
    NonceUsedError,
    NothingPendingError,
)
from plugins.video_progress.models import ChallengeRow, Playback
from plugins.video_progress.service import facts
from plugins.video_progress.service.settling import END_CHECK, Held, hold, settle_loss, settle_pass
from plugins.video_progress.store import (
    keep,
    last_beat,
    lesson_row,
    lock_learner,
    open_challenge,
    record_of,
    state_of,
)

# A way that shows a face is the programme's own; every other one counts the same and is noted (rules.md 5.2).
FACE_METHODS = frozenset({"snapshot"})
EXPIRED = PresenceReason(code=codes.CHALLENGE_EXPIRED, text="超过了本次确认的时间，请再试一次。")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """An open check as its owner sees it; milliseconds."""

    id: str
    kind: str
    nonce: str
    attempt: int
    attempts_left: int
    expires_in_ms: int
    methods: tuple[PresenceMethod, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What became of an answer. asked is the next attempt, None when the check is over."""

    result: str
    reasons: tuple[PresenceReason, ...]
    asked: Asked | None
    final: bool


def settle_lapsed(uow: UnitOfWork, held: Held) -> ChallengeRow | None:
    """Lose every window that ran out, and return the check that is still open."""
    challenge = open_challenge(uow.session, held.playback.id)
    if challenge is None:
        return None
    record = record_of(lesson_row(uow.session, held.playback), held.playback.length_ms)
    before = state_of(held.playback)
    outcome = checks.lapsed(before, epoch_ms(uow.now), lesson=record, rules=held.context.rules)
    return settle_loss(uow, held, challenge, outcome) if outcome.state != before else challenge


def issue(uow: UnitOfWork, held: Held, kind: str) -> Asked | None:
    """Open a check now; None when there is no way to answer one (then nothing can be confirmed)."""
    state = checks.issued(state_of(held.playback), epoch_ms(uow.now))
    challenge = ChallengeRow(
        id=new_id(),
        playback_id=held.playback.id,
        person_id=held.playback.person_id,
        kind=kind,
        issued_at=uow.now,
        attempt=1,
        nonce=secrets.token_urlsafe(24),
        outcome="open",
        answers=0,
        issued_after_beat=last_beat(uow.session, held.playback.id),
        lost_at_ms=[],
    )
    if not _open_methods(uow, _ask(challenge, held.playback, state)):
        return None
    uow.session.add(challenge)
    keep(held.playback, state)
    record = record_of(lesson_row(uow.session, held.playback), held.playback.length_ms)
    facts.tell_paused(uow, held.playback, facts.watched(record, state.pending))
    facts.tell_issued(uow, challenge, held.playback)
    return shown(uow, held, challenge)


def end_check(uow: UnitOfWork, held: Held) -> Asked:
    """Return the open check, or a new one for what is pending. Raises NothingPendingError, NoMethodError."""
    challenge = settle_lapsed(uow, held)
    if challenge is not None:
        return shown(uow, held, challenge)
    if held.playback.ended_at is not None or not state_of(held.playback).pending:
        raise NothingPendingError
    asked = issue(uow, held, END_CHECK)
    if asked is None:
        raise NoMethodError
    return asked


def shown(uow: UnitOfWork, held: Held, challenge: ChallengeRow) -> Asked:
    """Return an open check as its owner sees it."""
    state = state_of(held.playback)
    left = checks.expires_in_ms(state, epoch_ms(uow.now), held.context.rules)
    return Asked(
        id=challenge.id,
        kind=challenge.kind,
        nonce=challenge.nonce,
        attempt=challenge.attempt,
        attempts_left=held.context.rules.attempts - challenge.attempt + 1,
        expires_in_ms=left or 0,
        methods=_open_methods(uow, _ask(challenge, held.playback, state)),
    )


def hold_challenge(uow: UnitOfWork, challenge_id: str, person_id: int) -> tuple[Held, ChallengeRow]:
    """Return the person's check with its playback, locked. Raises NotFoundError when it is not theirs."""
    lock_learner(uow.session, person_id)
    challenge = uow.session.get(ChallengeRow, challenge_id)
    if challenge is None or challenge.person_id != person_id:
        raise NotFoundError
    return hold(uow, challenge.playback_id, person_id), challenge


def prompts(uow: UnitOfWork, held: Held, challenge: ChallengeRow) -> dict[str, Mapping[str, Json]]:
    """Return what the page shows for each open way to answer this attempt."""
    ask = _ask(challenge, held.playback, state_of(held.playback))
    return {method.name: method.prompt(ask, uow) for method in _open_methods(uow, ask)}


def reasons_closed(uow: UnitOfWork, held: Held, challenge: ChallengeRow) -> dict[str, str | None]:
    """Return for every way to answer why it is closed to the person, None where it is open."""
    ask = _ask(challenge, held.playback, state_of(held.playback))
    return {method.name: method.unavailable(ask, uow.session) for method in runtime().presence_methods}


def answer(
    uow: UnitOfWork, held: Held, challenge: ChallengeRow, *, nonce: str, method: str, sent: PresenceAnswer
) -> Answered:
    """Judge an answer to the present attempt and do what follows from it.

    Raises ChallengeOverError, NonceUsedError, InvalidError (unknown method or
    one that is closed to this person); nothing has changed then.
    """
    if challenge.outcome != "open" or held.playback.ended_at is not None:
        raise ChallengeOverError
    if not secrets.compare_digest(nonce.encode(), challenge.nonce.encode()):
        raise NonceUsedError
    still_open = settle_lapsed(uow, held)
    if still_open is None or still_open.nonce != nonce:
        return _answered(uow, held, "failed", (EXPIRED,), still_open)
    ask = _ask(challenge, held.playback, state_of(held.playback))
    way = next((way for way in _open_methods(uow, ask) if way.name == method), None)
    if way is None:
        raise InvalidError("请选择一种可用的确认方式。", details={"field": "method"})
    challenge.answers += 1
    challenge.method = way.name
    verdict = way.judge(ask, sent, uow)
    challenge.evidence_digest = verdict.evidence_digest or challenge.evidence_digest
    if verdict.outcome == "retry":
        return _answered(uow, held, "retry", verdict.reasons, challenge)
    record = record_of(lesson_row(uow.session, held.playback), held.playback.length_ms)
    state, now_ms, rules = state_of(held.playback), epoch_ms(uow.now), held.context.rules
    if verdict.outcome == "failed":
        still_open = settle_loss(uow, held, challenge, checks.lost(state, now_ms, lesson=record, rules=rules))
        return _answered(uow, held, "failed", verdict.reasons, still_open)
    alternative = way.name not in FACE_METHODS
    outcome = checks.passed(state, now_ms, lesson=record, rules=rules, alternative=alternative)
    settle_pass(uow, held, challenge, outcome)
    return _answered(uow, held, "passed", verdict.reasons, None)


def _answered(
    uow: UnitOfWork,
    held: Held,
    result: str,
    reasons: tuple[PresenceReason, ...],
    still_open: ChallengeRow | None,
) -> Answered:
    asked = shown(uow, held, still_open) if still_open is not None else None
    return Answered(
        result=result, reasons=reasons, asked=asked, final=result == "failed" and still_open is None
    )


def _ask(challenge: ChallengeRow, playback: Playback, state: PlaybackState) -> PresenceAsk:
    return PresenceAsk(
        challenge_id=challenge.id,
        attempt=challenge.attempt,
        nonce=challenge.nonce,
        person_id=playback.person_id,
        lesson_id=playback.lesson_id,
        watched=union((), media_of(state.pending)),
        issued_at=challenge.issued_at,
    )


def _open_methods(uow: UnitOfWork, ask: PresenceAsk) -> tuple[PresenceMethod, ...]:
    return tuple(
        method for method in runtime().presence_methods if method.unavailable(ask, uow.session) is None
    )
