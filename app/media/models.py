"""Media assets: what was taken in, and where its prepared form lies.

A row says what is; how far the work on it is, its job says (app.sdk.tasks),
so the two cannot contradict each other.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Integer, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from app.sdk.db import Base, Json, UtcDateTime, new_id, public_id

PREPARE = "media.prepare"

WAITING, PREPARING, READY, FAILED = "waiting", "preparing", "ready", "failed"


class MediaAsset(Base):
    """A video with its captions and poster. digest covers all three: another caption is another asset.

    folder names the prepared files below renditions/<id>; it is set once, in the
    transaction that makes the asset ready, together with everything measured.
    """

    __tablename__ = "media_asset"

    id: Mapped[str] = mapped_column(public_id(), primary_key=True, default=new_id)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    master: Mapped[str] = mapped_column(String(120))
    master_bytes: Mapped[int] = mapped_column(BigInteger)
    captions: Mapped[str | None] = mapped_column(String(120))
    poster: Mapped[str | None] = mapped_column(String(120))
    key_sealed_with: Mapped[str] = mapped_column(String(40))
    key_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)

    folder: Mapped[str | None] = mapped_column(String(36))
    duration_ms: Mapped[int] = mapped_column(Integer, default=0)
    copied: Mapped[bool | None] = mapped_column()
    renditions: Mapped[list[dict[str, Any]]] = mapped_column(Json, default=list)
    ready_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    @property
    def state(self) -> str:
        """READY or not yet; whether it is waiting, preparing or failed, the library tells (library.py)."""
        return READY if self.folder is not None else PREPARING
