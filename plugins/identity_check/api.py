"""/api/v1/me/identity: the own consents, reference face and open ways. Scores and pictures never leave."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request
from pydantic import BaseModel

from app.sdk.auth import signed_in
from app.sdk.clock import timestamp
from app.sdk.db import read
from app.sdk.errors import NotFoundError
from app.sdk.uow import unit_of_work
from app.sdk.web import Body, body, operation, requires
from plugins.identity_check.domain.consent import Purpose
from plugins.identity_check.permissions import OWN
from plugins.identity_check.service import consents, references
from plugins.identity_check.service.face_way import FaceTools, face_tools
from plugins.identity_check.service.looking import look_at
from plugins.identity_check.service.status import IdentityStatus, purpose_named, status_of

calls = Blueprint("identity_check_api", __name__, url_prefix="/api/v1")


class ConsentGiven(Body):
    """Agreement to one notice, named by the digest of the text that was read."""

    purpose: Purpose
    text_digest: str


class NoticeAnswer(BaseModel):
    """One notice with its text, and the own answer: null while there is none."""

    purpose: str
    version: int
    title: str
    paragraphs: list[str]
    text_digest: str
    given: bool | None
    answered_at: str | None


class IdentityAnswer(BaseModel):
    """The own ways of being checked. face_closed says why the face way is closed, null if it is open."""

    notices: list[NoticeAnswer]
    face_closed: str | None
    may_enrol: bool
    enrolled_at: str | None


@calls.get("/me/identity")
@requires(OWN)
@operation(summary="The own ways of being checked, consents and reference", response=IdentityAnswer)
def my_identity() -> dict[str, Any]:
    """Return the own status."""
    return _answer(status_of(read(), signed_in().person_id, face_tools()))


@calls.post("/me/identity/consents")
@requires(OWN)
@operation(summary="Agree to one notice", request=ConsentGiven, response=IdentityAnswer)
def give_consent() -> dict[str, Any]:
    """Agree to one notice."""
    given = body(ConsentGiven)
    tools = face_tools()
    with unit_of_work() as uow:
        consents.give(uow, signed_in().person_id, given.purpose, text_digest=given.text_digest)
        status = status_of(uow.session, signed_in().person_id, tools)
        uow.commit()
    return _answer(status)


@calls.delete("/me/identity/consents/<purpose>")
@requires(OWN)
@operation(summary="Withdraw one consent, with effect at once", response=IdentityAnswer)
def withdraw_consent(purpose: str) -> dict[str, Any]:
    """Withdraw (or refuse) one consent."""
    meant = purpose_named(purpose)
    if meant is None:
        raise NotFoundError
    tools = face_tools()
    with unit_of_work() as uow:
        consents.withdraw(uow, signed_in().person_id, meant)
        status = status_of(uow.session, signed_in().person_id, tools)
        uow.commit()
    return _answer(status)


@calls.post("/me/identity/reference")
@requires(OWN)
@operation(
    summary="Take the own reference face: three to five different pictures of the camera",
    multipart={
        "frame": "JPEG, PNG or WebP of at least 640 × 480 pixels and at most 2 MB; three to five times"
    },
    response=IdentityAnswer,
)
def enrol() -> dict[str, Any]:
    """Enrol the own face."""
    tools = face_tools()
    pictures = [upload.stream.read() for upload in request.files.getlist("frame")]
    _open_for(signed_in().person_id, tools, pictures)
    # Looked at before the transaction: comparing takes time in which nobody else should wait.
    looks = [look_at(picture, tools) for picture in pictures]
    with unit_of_work() as uow:
        references.enrol(uow, signed_in().person_id, looks, tools=tools)
        status = status_of(uow.session, signed_in().person_id, tools)
        uow.commit()
    return _answer(status)


def _open_for(person_id: int, tools: FaceTools, pictures: list[bytes]) -> None:
    """Refuse before any picture is looked at: who did not agree is not looked at."""
    references.require_consent(read(), person_id, tools)
    references.require_number(len(pictures))


def _answer(status: IdentityStatus) -> dict[str, Any]:
    return IdentityAnswer(
        notices=[
            NoticeAnswer(
                purpose=answer.notice.purpose.value,
                version=answer.notice.version,
                title=answer.notice.title,
                paragraphs=list(answer.notice.paragraphs),
                text_digest=answer.notice.digest,
                given=answer.given,
                answered_at=timestamp(answer.answered_at) if answer.answered_at else None,
            )
            for answer in status.answers
        ],
        face_closed=status.face_closed,
        may_enrol=status.may_enrol,
        enrolled_at=timestamp(status.enrolled_at) if status.enrolled_at else None,
    ).model_dump(mode="json")
