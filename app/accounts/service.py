"""Signing in, changing the password, ending sessions. No HTTP here."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts import passwords
from app.accounts.known_sessions import forget_sessions
from app.accounts.models import Organisation, Person, Role, RoleGrant
from app.sdk import audit
from app.sdk.errors import AnxueError, ConflictError, NotFoundError
from app.sdk.uow import UnitOfWork

LONGEST_LOGIN = 80


class WrongCredentialsError(AnxueError):
    """Login or password is wrong; which one is not said."""

    status = 401
    code = "wrong_credentials"
    sentence = "账号或密码不正确。"


class WrongPasswordError(AnxueError):
    """The current password, asked for before a change, is wrong."""

    status = 422
    code = "wrong_password"
    sentence = "当前密码不正确。"


def person_by_login(session: Session, login: str) -> Person | None:
    """Return who has this login."""
    if not 0 < len(login) <= LONGEST_LOGIN or "\x00" in login:
        return None
    return session.execute(select(Person).where(Person.login == login.strip())).unique().scalar_one_or_none()


def authenticate(session: Session, login: str, password: str) -> Person:
    """Return the active person with these credentials. Raises WrongCredentialsError."""
    person = person_by_login(session, login)
    right = passwords.matches(person.password_hash if person else None, password)
    if person is None or not right or not person.active:
        raise WrongCredentialsError
    return person


def change_password(uow: UnitOfWork, person_id: int, *, current: str, new: str) -> Person:
    """Change the password and end all other sessions. Raises WrongPasswordError, PasswordRefusedError."""
    person = _person(uow.session, person_id)
    if not passwords.matches(person.password_hash, current):
        raise WrongPasswordError
    passwords.accept(new, login=person.login)
    person.password_hash = passwords.hashed(new)
    person.password_changed_at = uow.now
    person.session_epoch += 1
    uow.after_commit(lambda: forget_sessions(person_id))
    audit.record(
        uow.session, "account.password_changed", at=uow.now, actor_id=person_id, subject=f"person:{person_id}"
    )
    return person


def end_sessions(uow: UnitOfWork, person_id: int, *, actor_id: int) -> None:
    """Make every cookie of the person worthless at once."""
    person = _person(uow.session, person_id)
    person.session_epoch += 1
    uow.after_commit(lambda: forget_sessions(person_id))
    audit.record(
        uow.session, "account.sessions_ended", at=uow.now, actor_id=actor_id, subject=f"person:{person_id}"
    )


def create_person(
    uow: UnitOfWork,
    login: str,
    *,
    name: str,
    password: str,
    roles: Iterable[Role],
    organisation: Organisation | None = None,
) -> Person:
    """Return a new person. Raises ConflictError when the login is taken, PasswordRefusedError."""
    login = login.strip()
    if not 0 < len(login) <= LONGEST_LOGIN or not login.isprintable():
        raise passwords.PasswordRefusedError("账号长度应为 1 至 80 个字符。")
    if person_by_login(uow.session, login) is not None:
        raise ConflictError("该账号已存在。")
    passwords.accept(password, login=login)
    person = Person(login=login, name=name, password_hash=passwords.hashed(password), made_at=uow.now)
    person.grants = [
        RoleGrant(role=role, organisation_id=organisation.id if organisation else None) for role in roles
    ]
    uow.session.add(person)
    uow.session.flush()
    audit.record(
        uow.session,
        "account.created",
        at=uow.now,
        actor_id=None,
        subject=f"person:{person.id}",
        details={"roles": [str(role) for role in sorted(roles)]},
    )
    return person


def _person(session: Session, person_id: int) -> Person:
    person = session.get(Person, person_id)
    if person is None:
        raise NotFoundError
    return person
