"""HTTP interface: open and close a session."""

from __future__ import annotations

from flask import Blueprint
from pydantic import BaseModel, Field

from app.accounts import service
from app.accounts.limits import limit_sign_in
from app.accounts.web import sessions, sign_out
from app.sdk.db import read
from app.sdk.errors import AnxueError
from app.sdk.web import Body, body, operation, public, without_csrf_token

api = Blueprint("session_api", __name__, url_prefix="/api/v1")


class Credentials(Body):
    """Login and password."""

    login: str = Field(max_length=200)
    password: str = Field(max_length=1000)


class PersonSummary(BaseModel):
    """Who is signed in."""

    id: str
    login: str
    name: str
    roles: list[str]


class SessionOpened(BaseModel):
    """The token that unsafe requests bear in X-CSRF-Token, and who is signed in."""

    csrf_token: str
    person: PersonSummary


def _login_sent() -> str:
    """Return the login that will be tried, read as the view reads it: nothing else may be counted."""
    try:
        return body(Credentials).login
    except AnxueError:
        return ""


@api.post("/session")
@without_csrf_token
@public("whoever is not signed in yet; Origin is checked")
@operation(summary="Sign in: sets the session cookie", request=Credentials, response=SessionOpened)
@limit_sign_in(_login_sent)
def open_session() -> dict[str, object]:
    """Sign in."""
    credentials = body(Credentials)
    person = sessions().open(service.authenticate(read(), credentials.login, credentials.password))
    return SessionOpened(
        csrf_token=sessions().csrf_token(),
        person=PersonSummary(
            id=person.public_id, login=person.login, name=person.name, roles=sorted(person.roles)
        ),
    ).model_dump()


@api.delete("/session")
@public("signing out must work whatever has become of the session")
@operation(summary="Sign out", status=204)
def close_session() -> tuple[str, int]:
    """Sign out."""
    sign_out()
    return "", 204
