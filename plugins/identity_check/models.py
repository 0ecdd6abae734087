"""The tables: consents, reference faces, judged answers, pictures, prompts of the way without a face.

Everything that shows a face or can be compared with one is sealed with the
person's key and bound to its row and column. Digests and decisions are in
clear: they stay as proof when pictures are erased.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Float, Index, Integer, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.sdk.db import Base, Json, UtcDateTime, public_id


class Consent(Base):
    """One answer to one notice. A refusal is kept too, so that nobody is asked again and again."""

    __tablename__ = "identity_check_consent"

    id: Mapped[str] = mapped_column(public_id(), primary_key=True)
    person_id: Mapped[int] = mapped_column(index=True)
    purpose: Mapped[str] = mapped_column(String(40))
    version: Mapped[int] = mapped_column(Integer)
    text_digest: Mapped[str] = mapped_column(String(128))
    given: Mapped[bool] = mapped_column()
    answered_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When it was withdrawn, or replaced by another answer."""


class Reference(Base):
    """A person's face as it was enrolled; one at a time."""

    __tablename__ = "identity_check_reference"

    id: Mapped[str] = mapped_column(public_id(), primary_key=True)
    person_id: Mapped[int] = mapped_column(unique=True)
    profile: Mapped[str] = mapped_column(String(80))
    sealed_template: Mapped[bytes] = mapped_column(LargeBinary)
    sealed_crop: Mapped[bytes] = mapped_column(LargeBinary)
    evidence_digest: Mapped[str] = mapped_column(String(128))
    enrolled_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Check(Base):
    """One judged answer to one attempt at a challenge."""

    __tablename__ = "identity_check_check"
    __table_args__ = (Index("ix_identity_check_check_attempt", "challenge_id", "attempt"),)

    id: Mapped[str] = mapped_column(public_id(), primary_key=True)
    person_id: Mapped[int] = mapped_column(index=True)
    challenge_id: Mapped[str] = mapped_column(public_id())
    attempt: Mapped[int] = mapped_column(Integer)
    nonce: Mapped[str] = mapped_column(String(128))
    method: Mapped[str] = mapped_column(String(40))
    decision: Mapped[str] = mapped_column(String(20))
    outcome: Mapped[str] = mapped_column(String(12))
    codes: Mapped[list[str]] = mapped_column(Json)
    profile: Mapped[str | None] = mapped_column(String(80))
    evidence_digest: Mapped[str | None] = mapped_column(String(128))
    judged_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Picture(Base):
    """A picture that was fit to be compared: a snapshot of a check, or a frame of an enrolment.

    An enrolment frame keeps no image, only what is needed to know a copy of it
    again. owner_id is the check or the reference.
    """

    __tablename__ = "identity_check_picture"

    id: Mapped[str] = mapped_column(public_id(), primary_key=True)
    person_id: Mapped[int] = mapped_column(index=True)
    owner_id: Mapped[str] = mapped_column(public_id(), index=True)
    challenge_id: Mapped[str | None] = mapped_column(public_id())
    decision: Mapped[str] = mapped_column(String(20))
    likeness: Mapped[float | None] = mapped_column(Float)
    image_sha256: Mapped[str] = mapped_column(String(64), index=True)
    pixels_sha256: Mapped[str] = mapped_column(String(64), index=True)
    scene_hash: Mapped[str] = mapped_column(String(16))
    band_0: Mapped[int] = mapped_column(BigInteger, index=True)
    band_1: Mapped[int] = mapped_column(BigInteger, index=True)
    band_2: Mapped[int] = mapped_column(BigInteger, index=True)
    band_3: Mapped[int] = mapped_column(BigInteger, index=True)
    sealed_scene: Mapped[bytes | None] = mapped_column(LargeBinary)
    sealed_image: Mapped[bytes | None] = mapped_column(LargeBinary)
    taken_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class Prompt(Base):
    """The code and question shown for one attempt; the right option's key never leaves the server."""

    __tablename__ = "identity_check_prompt"
    __table_args__ = (UniqueConstraint("challenge_id", "attempt", "nonce"),)

    id: Mapped[str] = mapped_column(public_id(), primary_key=True)
    person_id: Mapped[int] = mapped_column(index=True)
    challenge_id: Mapped[str] = mapped_column(public_id())
    attempt: Mapped[int] = mapped_column(Integer)
    nonce: Mapped[str] = mapped_column(String(128))
    code: Mapped[str] = mapped_column(String(12))
    question_id: Mapped[str] = mapped_column(String(120))
    text: Mapped[str] = mapped_column(Text)
    options: Mapped[list[Any]] = mapped_column(Json)
    right_key: Mapped[str] = mapped_column(String(4))
    shown_at: Mapped[datetime] = mapped_column(UtcDateTime)
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
