"""Which programme cycle is running."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.enrolment.models import ProgrammeCycle
from app.sdk.clock import shanghai_day


def running_cycle(session: Session, now: datetime) -> ProgrammeCycle | None:
    """Return the newest cycle that has begun and not ended on the day of now."""
    today = shanghai_day(now)
    return session.execute(
        select(ProgrammeCycle)
        .where(ProgrammeCycle.begins_on <= today, ProgrammeCycle.ends_on >= today)
        .order_by(ProgrammeCycle.begins_on.desc())
        .limit(1)
    ).scalar_one_or_none()
