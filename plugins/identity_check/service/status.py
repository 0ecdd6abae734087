"""What a person is shown about their ways of being checked; no score, no picture."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from plugins.identity_check import store
from plugins.identity_check.domain.consent import FACE_PURPOSES, NOTICES, Notice, Purpose, allows_face
from plugins.identity_check.models import Consent
from plugins.identity_check.service.face_way import FaceTools, closed_here, closed_with


@dataclass(frozen=True, slots=True)
class NoticeAnswer:
    """A notice and what the person said to it; given is None while they have not been asked."""

    notice: Notice
    given: bool | None
    answered_at: datetime | None


@dataclass(frozen=True, slots=True)
class IdentityStatus:
    """The own ways: which are open, what was agreed to, since when there is a reference."""

    answers: tuple[NoticeAnswer, ...]
    closed_here: str | None
    face_closed: str | None
    may_enrol: bool
    enrolled_at: datetime | None

    @property
    def undecided(self) -> bool:
        """Return whether the person has still to choose: the face way is on here, and they were not asked."""
        face = [answer for answer in self.answers if answer.notice.purpose in FACE_PURPOSES]
        unanswered = any(answer.given is None for answer in face)
        unfinished = self.may_enrol and self.enrolled_at is None
        return self.closed_here is None and (unanswered or unfinished)


def status_of(session: Session, person_id: int, tools: FaceTools) -> IdentityStatus:
    """Return the person's status."""
    rows = store.standing_answers(session, person_id)
    reference = store.reference_of(session, person_id)
    here = closed_here(tools)
    return IdentityStatus(
        answers=tuple(_answer(one, rows.get(one.purpose)) for one in NOTICES),
        closed_here=here,
        face_closed=closed_with(rows, reference, tools),
        may_enrol=here is None and allows_face([purpose for purpose, row in rows.items() if row.given]),
        enrolled_at=reference.enrolled_at if reference else None,
    )


def _answer(text: Notice, row: Consent | None) -> NoticeAnswer:
    if row is None:
        return NoticeAnswer(text, None, None)
    return NoticeAnswer(text, row.given, row.answered_at)


def purpose_named(name: str) -> Purpose | None:
    """Return the purpose of that name."""
    return next((purpose for purpose in Purpose if purpose.value == name), None)
