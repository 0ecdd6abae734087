"""Until when online learning counts, and how to say it. Pure."""

from __future__ import annotations

from datetime import datetime

from app.sdk.clock import SHANGHAI, shanghai_day


def earlier(offering: datetime | None, plan: datetime | None) -> datetime | None:
    """Return the deadline that binds: an offering may be stricter than the plan, never laxer."""
    given = [deadline for deadline in (offering, plan) if deadline is not None]
    return min(given) if given else None


def in_words(deadline: datetime, now: datetime) -> str:
    """Return the deadline as people say it in Shanghai: 10月31日 23:59; another year is named."""
    local = deadline.astimezone(SHANGHAI)
    year = "" if local.year == now.astimezone(SHANGHAI).year else f"{local.year}年"
    return f"{year}{local.month}月{local.day}日 {local:%H:%M}"


def days_left(deadline: datetime, now: datetime) -> int:
    """Return whole calendar days until the deadline's day: 0 is today."""
    return (shanghai_day(deadline) - shanghai_day(now)).days
