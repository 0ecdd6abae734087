"""People who are checked: they agree, enrol and answer, at moments of a camera that never repeats."""

from __future__ import annotations

from collections.abc import Sequence

from app.sdk.courses import QuestionView
from app.sdk.db import new_id
from app.sdk.presence import PresenceAsk, PresenceVerdict
from app.sdk.runtime import runtime
from app.sdk.uow import unit_of_work
from plugins.identity_check.domain.consent import FACE_PURPOSES, notice
from plugins.identity_check.service import consents, references, snapshots
from plugins.identity_check.service.face_way import FaceTools, face_tools
from plugins.identity_check.service.looking import look_at
from tests.support.camera import picture_at

ME, SOMEBODY = 1, 2
MY_FACE, ANOTHER_FACE, THIRD_FACE = "obama_senate.jpg", "collins_nasa.jpg", "biden_vp.jpg"

QUESTIONS = tuple(
    QuestionView(
        id=f"question-{number}",
        from_ms=number * 10_000,
        to_ms=number * 10_000 + 10_000,
        text=f"第 {number} 问",
        options=("对的", "错的", "不知道"),
        answer=0,
        explanation="",
    )
    for number in range(6)
)


def ask(
    *,
    challenge_id: str | None = None,
    attempt: int = 1,
    nonce: str = "nonce",
    person_id: int = ME,
    watched: Sequence[tuple[int, int]] = ((0, 20_000),),
) -> PresenceAsk:
    """Return an attempt at a check; of a check of its own unless one is named."""
    return PresenceAsk(
        challenge_id=challenge_id or new_id(),
        attempt=attempt,
        nonce=nonce,
        person_id=person_id,
        lesson_id="lesson",
        watched=tuple(watched),
        issued_at=runtime().clock.now(),
    )


def agree(person_id: int = ME) -> None:
    """Let the person agree to both face notices."""
    with unit_of_work() as uow:
        for purpose in sorted(FACE_PURPOSES):
            consents.give(uow, person_id, purpose, text_digest=notice(purpose).digest)
        uow.commit()


def enrol(pictures: Sequence[bytes], person_id: int = ME) -> None:
    """Take pictures as the person's reference; may raise what references.enrol raises."""
    tools = face_tools()
    looks = [look_at(picture, tools) for picture in pictures]
    with unit_of_work() as uow:
        references.enrol(uow, person_id, looks, tools=tools)
        uow.commit()


def enrolled(person_id: int = ME, face: str = MY_FACE) -> list[bytes]:
    """Let the person agree and enrol; return the pictures of the enrolment."""
    agree(person_id)
    pictures = [picture_at(face, moment) for moment in range(3)]
    enrol(pictures, person_id)
    return pictures


def answered(attempt: PresenceAsk, *frames: bytes, tools: FaceTools | None = None) -> PresenceVerdict:
    """Answer a check with pictures, for good."""
    with unit_of_work() as uow:
        verdict = snapshots.judge(attempt, frames, uow=uow, tools=tools or face_tools())
        uow.commit()
    return verdict


def codes(verdict: PresenceVerdict) -> list[str]:
    """Return why."""
    return [reason.code for reason in verdict.reasons]
