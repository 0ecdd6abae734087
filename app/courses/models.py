"""Courses, their immutable versions, and to whom they are offered."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Boolean, ForeignKey, Integer, Numeric, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.sdk.db import Base, Json, UtcDateTime, new_id, public_id


class Course(Base):
    """A course, known by its slug through all its versions."""

    __tablename__ = "course_course"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(60), unique=True)


class CourseVersion(Base):
    """What was published once and never changes: digest is that of the package."""

    __tablename__ = "course_version"
    __table_args__ = (UniqueConstraint("course_id", "number"), UniqueConstraint("course_id", "digest"))

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("course_course.id"))
    number: Mapped[int] = mapped_column(Integer)
    label: Mapped[str] = mapped_column(String(20))
    digest: Mapped[str] = mapped_column(String(64))
    title: Mapped[str] = mapped_column(String(60))
    summary: Mapped[str] = mapped_column(Text)
    institution: Mapped[str] = mapped_column(String(100))
    content: Mapped[str] = mapped_column(String(16))
    topics: Mapped[list[str]] = mapped_column(Json)
    industries: Mapped[list[str]] = mapped_column(Json)
    challenge_interval_ms: Mapped[list[int] | None] = mapped_column(Json)
    published_at: Mapped[datetime] = mapped_column(UtcDateTime)

    course: Mapped[Course] = relationship(lazy="joined")
    lessons: Mapped[list[Lesson]] = relationship(lazy="selectin", order_by="Lesson.position")


class Lesson(Base):
    """One lesson of a version. questions stay on the server; chapters go to the player."""

    __tablename__ = "course_lesson"
    __table_args__ = (UniqueConstraint("version_id", "position"),)

    id: Mapped[str] = mapped_column(public_id(), primary_key=True, default=new_id)
    version_id: Mapped[int] = mapped_column(ForeignKey("course_version.id"), index=True)
    position: Mapped[int] = mapped_column(Integer)
    key: Mapped[str] = mapped_column(String(40))
    title: Mapped[str] = mapped_column(String(60))
    kind: Mapped[str] = mapped_column(String(16))
    asset_id: Mapped[str | None] = mapped_column(String(36), index=True)
    declared_class_hours: Mapped[Decimal] = mapped_column(Numeric(6, 1, asdecimal=True))
    chapters: Mapped[list[Any]] = mapped_column(Json)
    questions: Mapped[list[Any]] = mapped_column(Json)


class Offering(Base):
    """A version offered to exactly one category in a cycle, required or elective (rules.md S-08, S-13)."""

    __tablename__ = "course_offering"
    __table_args__ = (UniqueConstraint("version_id", "cycle_id", "category"),)

    id: Mapped[str] = mapped_column(public_id(), primary_key=True, default=new_id)
    version_id: Mapped[int] = mapped_column(ForeignKey("course_version.id"))
    cycle_id: Mapped[int] = mapped_column(ForeignKey("enrolment_cycle.id"))
    category: Mapped[str] = mapped_column(String(32), index=True)
    required: Mapped[bool] = mapped_column(Boolean)
    deadline: Mapped[datetime | None] = mapped_column(UtcDateTime)
    open: Mapped[bool] = mapped_column(Boolean, default=True)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)

    version: Mapped[CourseVersion] = relationship(lazy="joined")
