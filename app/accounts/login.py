"""The session cookie: who it names, and when it stops being worth anything.

Flask-Login keeps `person.epoch` in Flask's signed cookie. The person is looked
up on every request that asks; a cookie of an older epoch is nobody's.
"""

from __future__ import annotations

from collections.abc import Iterable

from flask import Flask, g, session
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user
from flask_wtf.csrf import generate_csrf

from app.accounts.models import Person
from app.sdk.auth import SignedIn
from app.sdk.db import read
from app.sdk.plugin import Permission


class _User(UserMixin):  # type: ignore[misc]
    """What Flask-Login wants to see of a person."""

    def __init__(self, signed_in: SignedIn) -> None:
        self.signed_in = signed_in

    def get_id(self) -> str:
        return f"{self.signed_in.person_id}.{self.signed_in.epoch}"


class Sessions:
    """Opens, reads and closes the session of a request."""

    def __init__(self, permissions: Iterable[Permission]) -> None:
        self._permissions = tuple(permissions)

    def install(self, app: Flask) -> None:
        """Let every request know who is signed in before its view runs."""
        manager = LoginManager()
        manager.session_protection = None
        manager.init_app(app)
        manager.user_loader(self._load)

        @app.before_request
        def recognise() -> None:
            g.anxue_signed_in = current_user.signed_in if current_user.is_authenticated else None

    def open(self, person: Person) -> SignedIn:
        """Sign the person in with a fresh session and return who that is."""
        session.clear()
        signed_in = self._signed_in(person)
        login_user(_User(signed_in))
        session.permanent = True
        g.anxue_signed_in = signed_in
        return signed_in

    def close(self) -> None:
        """Sign out: the cookie is emptied."""
        logout_user()
        session.clear()
        g.anxue_signed_in = None

    @staticmethod
    def csrf_token() -> str:
        """Return the token that unsafe requests of this session must bear."""
        return str(generate_csrf())

    def _load(self, key: str) -> _User | None:
        person_id, _, epoch = key.partition(".")
        if not (person_id.isascii() and person_id.isdigit() and epoch.isascii() and epoch.isdigit()):
            return None
        person = read().get(Person, int(person_id))
        if person is None or not person.active or person.session_epoch != int(epoch):
            return None
        return _User(self._signed_in(person))

    def _signed_in(self, person: Person) -> SignedIn:
        roles = frozenset(grant.role for grant in person.grants)
        return SignedIn(
            person_id=person.id,
            public_id=person.public_id,
            login=person.login,
            name=person.name,
            roles=roles,
            permissions=frozenset(right.name for right in self._permissions if right.roles & roles),
            epoch=person.session_epoch,
        )
