"""Giving, refusing and withdrawing consent, one purpose at a time."""

from __future__ import annotations

from app.sdk import audit
from app.sdk.db import new_id
from app.sdk.errors import ConflictError
from app.sdk.events.presence import ConsentGiven, ConsentWithdrawn
from app.sdk.uow import UnitOfWork
from plugins.identity_check import store
from plugins.identity_check.domain.consent import FACE_PURPOSES, Purpose, notice
from plugins.identity_check.models import Consent


class NoticeChangedError(ConflictError):
    """Somebody agreed to a text that is no longer the one in force: it must be read again."""

    code = "notice_changed"
    sentence = "告知内容已更新，请重新阅读后再选择。"


def give(uow: UnitOfWork, person_id: int, purpose: Purpose, *, text_digest: str) -> None:
    """Note that the person agrees to the text with that digest. Raises NoticeChangedError.

    Agreeing twice to the same text changes nothing.
    """
    if text_digest != notice(purpose).digest:
        raise NoticeChangedError
    standing = store.standing_answers(uow.session, person_id).get(purpose)
    if standing is not None and standing.given and standing.text_digest == text_digest:
        return
    _answer(uow, person_id, purpose, given=True)
    uow.publish(
        ConsentGiven(
            event_id=new_id(),
            happened_at=uow.now,
            person_id=person_id,
            purpose=purpose.value,
            text_digest=text_digest,
        )
    )


def withdraw(uow: UnitOfWork, person_id: int, purpose: Purpose) -> None:
    """Take a consent back, with effect at once; without one, note a refusal.

    Without both face consents there is no ground to keep a face: the reference
    goes, and without the one for keeping pictures the snapshots go too. What
    was confirmed with them stays confirmed; digests and decisions prove it.
    """
    standing = store.standing_answers(uow.session, person_id).get(purpose)
    if standing is not None and not standing.given:
        return
    _answer(uow, person_id, purpose, given=False)
    if standing is None:
        return
    if purpose in FACE_PURPOSES:
        store.forget_reference(uow.session, person_id)
    if purpose is Purpose.FACE_UPLOAD_STORE:
        store.erase_images(uow.session, person_id)
    uow.publish(
        ConsentWithdrawn(event_id=new_id(), happened_at=uow.now, person_id=person_id, purpose=purpose.value)
    )


def _answer(uow: UnitOfWork, person_id: int, purpose: Purpose, *, given: bool) -> None:
    standing = store.standing_answers(uow.session, person_id).get(purpose)
    if standing is not None:
        standing.ended_at = uow.now
    text = notice(purpose)
    uow.session.add(
        Consent(
            id=new_id(),
            person_id=person_id,
            purpose=purpose.value,
            version=text.version,
            text_digest=text.digest,
            given=given,
            answered_at=uow.now,
        )
    )
    uow.session.flush()
    audit.record(
        uow.session,
        "identity_check.consent_given" if given else "identity_check.consent_refused",
        at=uow.now,
        actor_id=person_id,
        subject=f"person:{person_id}",
        details={"purpose": purpose.value, "version": text.version, "text_digest": text.digest},
    )
