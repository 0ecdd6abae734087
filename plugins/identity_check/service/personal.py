"""What is kept about a person here: handed out without the picture, erased on request."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.sdk.clock import timestamp
from app.sdk.uow import UnitOfWork
from plugins.identity_check import store
from plugins.identity_check.models import Check, Consent, Prompt


def export(session: Session, person_id: int) -> Mapping[str, Any]:
    """Return consents, checks and when a reference was taken.

    Pictures are left out on purpose: a portrait that can be downloaded is what
    attacks on face checks are made of. They are shown in person on request.
    """
    reference = store.reference_of(session, person_id)
    consents = select(Consent).where(Consent.person_id == person_id).order_by(Consent.answered_at)
    checks = select(Check).where(Check.person_id == person_id).order_by(Check.judged_at)
    return {
        "consents": [
            {
                "purpose": row.purpose,
                "version": row.version,
                "text_digest": row.text_digest,
                "given": row.given,
                "answered_at": timestamp(row.answered_at),
                "ended_at": timestamp(row.ended_at) if row.ended_at else None,
            }
            for row in session.scalars(consents)
        ],
        "reference_enrolled_at": timestamp(reference.enrolled_at) if reference else None,
        "checks": [
            {
                "id": row.id,
                "challenge_id": row.challenge_id,
                "method": row.method,
                "outcome": row.outcome,
                "codes": row.codes,
                "evidence_digest": row.evidence_digest,
                "judged_at": timestamp(row.judged_at),
            }
            for row in session.scalars(checks)
        ],
    }


def erase(uow: UnitOfWork, person_id: int) -> None:
    """Forget faces and prompts; decisions, digests and consents stay as proof of what was lawful."""
    store.forget_reference(uow.session, person_id)
    store.erase_images(uow.session, person_id)
    uow.session.execute(delete(Prompt).where(Prompt.person_id == person_id))
