"""What video_progress does when it hears of something."""

from __future__ import annotations

from app.sdk.events.presence import ConsentWithdrawn
from app.sdk.events.session import SignedOut
from app.sdk.uow import UnitOfWork
from plugins.video_progress.domain import codes
from plugins.video_progress.service.ending import CLOSED, end_of_person
from plugins.video_progress.store import count_refusals, lock_learner, lock_playback


def signed_out(event: SignedOut, uow: UnitOfWork) -> None:
    """Logging out ends the playback (rules.md 5.2, close)."""
    end_of_person(uow, event.person_id, CLOSED)


def consent_withdrawn(event: ConsentWithdrawn, uow: UnitOfWork) -> None:
    """Note it with the open playback; the next check offers another way (rules.md 5.2)."""
    learner = lock_learner(uow.session, event.person_id)
    playback = lock_playback(uow.session, learner.playback_id) if learner.playback_id else None
    if playback is not None:
        count_refusals(uow.session, playback, {codes.CONSENT_WITHDRAWN: 0}, uow.now)
