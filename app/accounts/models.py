"""People with accounts, their organisations and their roles."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Boolean, ForeignKey, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.sdk.db import Base, UtcDateTime, new_id
from app.sdk.db import public_id as id_type


class Role(StrEnum):
    """What a person may be; several at once, each within an organisation (glossary, journeys 6.1-6.5)."""

    TRAINEE = "trainee"
    AUTHOR = "author"
    REVIEWER = "reviewer"
    TEACHER = "teacher"
    SUPERVISOR = "supervisor"
    ADMIN = "admin"


class OrganisationKind(StrEnum):
    """Nodes of the jurisdiction tree, and what hangs on it (rules.md S-06, S-23)."""

    PROVINCE = "province"
    CITY = "city"
    GROUP_ENTERPRISE = "group_enterprise"
    KEY_ENTERPRISE = "key_enterprise"
    INSTITUTION = "institution"


class Organisation(Base):
    """A city, an enterprise or an institution; parent is the node it belongs to."""

    __tablename__ = "account_organisation"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(id_type(), unique=True, default=new_id)
    kind: Mapped[str] = mapped_column(String(24))
    name: Mapped[str] = mapped_column(String(120))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("account_organisation.id"))


class Person(Base):
    """Someone with an account.

    xapi_name is drawn once and names the actor of statements for ever;
    session_epoch ends all sessions when it is counted up.
    """

    __tablename__ = "account_person"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(id_type(), unique=True, default=new_id)
    xapi_name: Mapped[str] = mapped_column(id_type(), unique=True, default=new_id)
    login: Mapped[str] = mapped_column(String(80), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    password_hash: Mapped[str] = mapped_column(String(200))
    session_epoch: Mapped[int] = mapped_column(Integer, default=1)
    active: Mapped[bool] = mapped_column(Boolean, default=True)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    password_changed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    grants: Mapped[list[RoleGrant]] = relationship(lazy="joined", back_populates="person")


class RoleGrant(Base):
    """A role a person holds within an organisation."""

    __tablename__ = "account_role_grant"
    __table_args__ = (UniqueConstraint("person_id", "role", "organisation_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("account_person.id"), index=True)
    role: Mapped[str] = mapped_column(String(24))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("account_organisation.id"))

    person: Mapped[Person] = relationship(back_populates="grants")
