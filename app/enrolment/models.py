"""Programme cycle, training plans, dated rules, enrolment.

Dates, ranges and ratios are data of a cycle, never constants (rules.md 0.1).
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Boolean, Date, ForeignKey, Integer, Numeric, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.sdk.db import Base, Json, UtcDateTime

ClassHoursColumn = Numeric(8, 3, asdecimal=True)


class ProgrammeCycle(Base):
    """One period of the programme. The running one is the newest that has begun."""

    __tablename__ = "enrolment_cycle"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80), unique=True)
    begins_on: Mapped[date] = mapped_column(Date)
    ends_on: Mapped[date] = mapped_column(Date)


class TrainingPlan(Base):
    """Planned class hours of one category (rules.md S-18). industry null: for every industry."""

    __tablename__ = "enrolment_plan"
    __table_args__ = (UniqueConstraint("cycle_id", "organiser_id", "industry", "category", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    cycle_id: Mapped[int] = mapped_column(ForeignKey("enrolment_cycle.id"))
    organiser_id: Mapped[int] = mapped_column(ForeignKey("account_organisation.id"))
    industry: Mapped[str | None] = mapped_column(String(32))
    category: Mapped[str] = mapped_column(String(32))
    version: Mapped[int] = mapped_column(Integer, default=1)
    total_class_hours: Mapped[Decimal] = mapped_column(ClassHoursColumn)
    online_class_hours: Mapped[Decimal] = mapped_column(ClassHoursColumn)
    practical_class_hours: Mapped[Decimal] = mapped_column(ClassHoursColumn)
    online_deadline: Mapped[datetime | None] = mapped_column(UtcDateTime)
    basis: Mapped[str] = mapped_column(Text)


class RuleSet(Base):
    """Rules of section 7 that differ from their defaults, from a day on, for a scope.

    scope is cycle, province, organiser or plan (the narrower wins); scope_id is
    its row. Rows are added, never changed.
    """

    __tablename__ = "enrolment_rule_set"

    id: Mapped[int] = mapped_column(primary_key=True)
    scope: Mapped[str] = mapped_column(String(16))
    scope_id: Mapped[int] = mapped_column(Integer)
    effective_from: Mapped[datetime] = mapped_column(UtcDateTime)
    document_number: Mapped[str] = mapped_column(String(80))
    values: Mapped[dict[str, Any]] = mapped_column(Json)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Enrolment(Base):
    """A trainee in a plan. Seconds before identity_verified_at never count (rules.md S-44)."""

    __tablename__ = "enrolment_enrolment"
    __table_args__ = (UniqueConstraint("person_id", "plan_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("account_person.id"), index=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("enrolment_plan.id"), index=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("account_organisation.id"))
    industry: Mapped[str | None] = mapped_column(String(32))
    post: Mapped[str] = mapped_column(String(40))
    enrolled_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    identity_method: Mapped[str | None] = mapped_column(String(24))
    identity_verified_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    accommodation: Mapped[bool] = mapped_column(Boolean, default=False)
