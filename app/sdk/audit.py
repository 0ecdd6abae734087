"""Who did what to what, when and why: rows that are added and never changed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Integer, String
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.sdk.db import Base, Json, UtcDateTime
from app.sdk.errors import Json as JsonValue


class AuditEntry(Base):
    """One deed. times counts equal refusals that came together."""

    __tablename__ = "audit_entry"

    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)
    happened_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    actor_id: Mapped[int | None] = mapped_column(index=True)
    deed: Mapped[str] = mapped_column(String(80))
    subject: Mapped[str] = mapped_column(String(120), index=True)
    details: Mapped[dict[str, Any]] = mapped_column(Json)


def record(
    session: Session,
    deed: str,
    *,
    at: datetime,
    actor_id: int | None,
    subject: str,
    details: Mapping[str, JsonValue] | None = None,
) -> None:
    """Add one entry in the caller's transaction: if the deed is undone, so is its entry."""
    session.add(
        AuditEntry(happened_at=at, actor_id=actor_id, deed=deed, subject=subject, details=dict(details or {}))
    )
