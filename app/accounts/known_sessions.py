"""Whose session a cookie is, remembered for a minute, for calls too frequent to ask each time.

The signatures of cookie and token are checked with the keys and salts that
Flask and Flask-WTF sign with. A person's epoch, roles and activity are looked
up again after FRESH_SECONDS, and at once where this very process ended the
person's sessions. It says yes or None: what None means, Flask decides.
"""

from __future__ import annotations

import hmac
import time
from collections.abc import Iterable
from dataclasses import dataclass

from flask import Flask, current_app
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import BadSignature, URLSafeTimedSerializer
from sqlalchemy import Engine, select
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.http import parse_cookie

from app.accounts.models import Person, RoleGrant
from app.sdk.plugin import Permission

EXTENSION = "anxue_known_sessions"
FRESH_SECONDS = 60.0
REMEMBERED_AT_MOST = 20_000


@dataclass(frozen=True, slots=True)
class _Proof:
    """A cookie and a token whose signatures are right."""

    person_id: int
    epoch: int
    until: float


@dataclass(frozen=True, slots=True)
class KnownPerson:
    """A person as last looked up."""

    person_id: int
    epoch: int
    permissions: frozenset[str]
    until: float


class KnownSessions:
    """Answers app.kernel.hotpath.SessionReader."""

    def __init__(self, app: Flask, engine: Engine, permissions: Iterable[Permission]) -> None:
        signer = SecureCookieSessionInterface().get_signing_serializer(app)
        if signer is None:
            raise ValueError("sessions are not signed: there is no secret key")
        self._cookie_name = str(app.config["SESSION_COOKIE_NAME"])
        self._signer = signer
        self._lasts_seconds = int(app.permanent_session_lifetime.total_seconds())
        self._tokens = URLSafeTimedSerializer(app.secret_key or "", salt="wtf-csrf-token")
        self._engine = engine
        self._rights = tuple(permissions)
        self._proofs: dict[tuple[str, str], _Proof] = {}
        self._people: dict[int, KnownPerson] = {}
        self._forgotten = 0

    def caller(self, cookies: str, csrf_token: str) -> KnownPerson | None:
        """Return whose cookie and token these are; None whenever that is not certain."""
        now = time.monotonic()
        proof = self._proofs.get((cookies, csrf_token))
        if proof is None or proof.until < now:
            proof = self._proved(cookies, csrf_token, now)
            if proof is None:
                return None
        person = self._people.get(proof.person_id)
        if person is None or person.until < now:
            person = self._looked_up(proof.person_id, now)
        return person if person is not None and person.epoch == proof.epoch else None

    def forget(self, person_id: int) -> None:
        """Look the person up again before believing another cookie."""
        self._forgotten += 1
        self._people.pop(person_id, None)

    def _proved(self, cookies: str, csrf_token: str, now: float) -> _Proof | None:
        value = parse_cookie(cookies).get(self._cookie_name, "")
        try:
            session = self._signer.loads(value, max_age=self._lasts_seconds)
            token = self._tokens.loads(csrf_token)
        except BadSignature:
            return None
        person, _, epoch = str(session.get("_user_id", "")).partition(".")
        kept = session.get("csrf_token")
        numbers = person.isascii() and person.isdigit() and epoch.isascii() and epoch.isdigit()
        if not numbers or not isinstance(kept, str) or not isinstance(token, str):
            return None
        if not hmac.compare_digest(kept.encode(), token.encode()):
            return None
        proof = _Proof(int(person), int(epoch), now + FRESH_SECONDS)
        if len(self._proofs) >= REMEMBERED_AT_MOST:
            self._proofs.clear()
        self._proofs[cookies, csrf_token] = proof
        return proof

    def _looked_up(self, person_id: int, now: float) -> KnownPerson | None:
        before = self._forgotten
        asked = (
            select(Person.session_epoch, RoleGrant.role)
            .outerjoin(RoleGrant, RoleGrant.person_id == Person.id)
            .where(Person.id == person_id, Person.active)
        )
        try:
            with self._engine.connect() as connection:
                rows = connection.execute(asked).all()
        except SQLAlchemyError:
            return None
        if not rows:
            return None
        roles = frozenset(row.role for row in rows if row.role is not None)
        held = frozenset(right.name for right in self._rights if right.roles & roles)
        person = KnownPerson(person_id, rows[0].session_epoch, held, now + FRESH_SECONDS)
        if len(self._people) >= REMEMBERED_AT_MOST:
            self._people.clear()
        # Somebody's sessions may have been ended while we looked: then this is not to be remembered.
        if self._forgotten == before:
            self._people[person_id] = person
        return person


def forget_sessions(person_id: int) -> None:
    """Make the running application look the person up again."""
    known = current_app.extensions.get(EXTENSION)
    if isinstance(known, KnownSessions):
        known.forget(person_id)
