"""What a certificate still waits for, seen from the ledger."""

from __future__ import annotations

from sqlalchemy.orm import Session

from app.sdk.runtime import runtime
from plugins.online_hours.service.hours import figures_of_enrolment


def online_hours_missing(session: Session, enrolment_id: int) -> str | None:
    """Return how many online class hours the plan still asks for, None when they are there."""
    figures = figures_of_enrolment(session, enrolment_id, known=runtime())
    if figures is None or not figures.missing:
        return None
    return f"还差线上 {figures.missing_shown} 学时"
