"""The page 身份核验: two ways to choose from, a notice for each purpose, the camera for the reference.

There is no id in its address: everybody sees and changes their own only.
Choosing works without JavaScript; taking a picture needs the camera and so
does not.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.sdk.auth import signed_in, signed_in_or_none
from app.sdk.clock import SHANGHAI
from app.sdk.db import read
from app.sdk.errors import NotFoundError
from app.sdk.uow import unit_of_work
from app.sdk.web import requires
from plugins.identity_check.domain.consent import FACE_PURPOSES, Purpose
from plugins.identity_check.permissions import OWN
from plugins.identity_check.service import consents
from plugins.identity_check.service.face_way import face_tools
from plugins.identity_check.service.status import IdentityStatus, NoticeAnswer, purpose_named, status_of

pages = Blueprint(
    "identity_check",
    __name__,
    template_folder="templates",
    static_folder="static/identity_check",
    static_url_path="/static/identity_check",
)

# Every part is followed by its slash or by the end: there is one way only to read an address, so a long one
# that does not fit costs no more than its length.
_OWN_ADDRESS = re.compile(r"/(?:[A-Za-z0-9_-]+/)*[A-Za-z0-9_-]*")


@pages.get("/me/identity")
@requires(OWN)
def my_identity() -> str:
    """Show the own ways of being checked."""
    status = status_of(read(), signed_in().person_id, face_tools())
    return render_template("identity_check/identity.html", **_context(status))


@pages.post("/me/identity/consents/<purpose>")
@requires(OWN)
def answer_notice(purpose: str) -> Response:
    """Agree to one notice, or refuse or withdraw it."""
    meant = purpose_named(purpose)
    if meant is None:
        raise NotFoundError
    with unit_of_work() as uow:
        if request.form.get("answer") == "agree":
            digest = request.form.get("text_digest", "")
            consents.give(uow, signed_in().person_id, meant, text_digest=digest)
        else:
            consents.withdraw(uow, signed_in().person_id, meant)
        uow.commit()
    flash(_("已记录您的选择。"), "success")
    return _back()


@pages.post("/me/identity/without-face")
@requires(OWN)
def without_face() -> Response:
    """Choose the way without a face: both face notices are answered with no."""
    with unit_of_work() as uow:
        for purpose in sorted(FACE_PURPOSES):
            consents.withdraw(uow, signed_in().person_id, Purpose(purpose))
        uow.commit()
    flash(_("已改为验证码和问答，学时一样。"), "success")
    return _back()


def choose_notice(_context: Mapping[str, Any]) -> str:
    """Return the card that leads to the choice before the first lesson, nothing once it is made."""
    person = signed_in_or_none()
    if person is None or not person.may(OWN):
        return ""
    if not status_of(read(), person.person_id, face_tools()).undecided:
        return ""
    return render_template("identity_check/_choose.html", next=_own_address(request.path))


def menu_entry(_context: Mapping[str, Any]) -> str:
    """Return the entry of the user's menu."""
    person = signed_in_or_none()
    return render_template("identity_check/_menu.html") if person is not None and person.may(OWN) else ""


def _context(status: IdentityStatus) -> dict[str, Any]:
    answers = [_notice(answer) for answer in status.answers]
    face = {purpose.value for purpose in FACE_PURPOSES}
    return {
        "closed_here": status.closed_here,
        "face_open": status.face_closed is None,
        "face_closed": status.face_closed,
        "may_enrol": status.may_enrol,
        "enrolled_at": status.enrolled_at.astimezone(SHANGHAI) if status.enrolled_at else None,
        "face_notices": [answer for answer in answers if answer["purpose"] in face],
        "other_notices": [answer for answer in answers if answer["purpose"] not in face],
        "refused": any(answer["given"] is False for answer in answers if answer["purpose"] in face),
        "next": _own_address(request.args.get("next", "")),
    }


def _notice(answer: NoticeAnswer) -> dict[str, Any]:
    return {
        "purpose": answer.notice.purpose.value,
        "title": answer.notice.title,
        "paragraphs": answer.notice.paragraphs,
        "version": answer.notice.version,
        "text_digest": answer.notice.digest,
        "given": answer.given,
        "answered_at": answer.answered_at.astimezone(SHANGHAI) if answer.answered_at else None,
    }


def _back() -> Response:
    next_page = _own_address(request.form.get("next", ""))
    return redirect(url_for("identity_check.my_identity", next=next_page or None))


def _own_address(asked: str) -> str:
    """Return asked if it is a plain address of ours, nothing otherwise (no open redirect)."""
    return asked if _OWN_ADDRESS.fullmatch(asked) else ""
