"""Who may fetch how much of a video: the one place that decides it.

Staff who look after courses may preview everything. Everybody else gets what
the gate says, which a plugin answers from how far the server knows them to be.
"""

from __future__ import annotations

from app.sdk.auth import SignedIn
from app.sdk.runtime import runtime

PREVIEW = "courses.overview"
EVERYTHING_MS = 2**53


def open_until_ms(person: SignedIn, asset_id: str) -> int | None:
    """Return up to where person may fetch the asset, None if not at all."""
    if person.may(PREVIEW):
        return EVERYTHING_MS
    gate = runtime().media_gate
    return None if gate is None else gate.open_until_ms(person.person_id, asset_id)


def is_offered(person: SignedIn, asset_id: str) -> bool:
    """Return whether a lesson with this video is offered to person, begun or not."""
    if person.may(PREVIEW):
        return True
    now = runtime()
    enrolment = now.people.enrolment_of(person.person_id)
    if enrolment is None:
        return False
    return any(
        now.catalogue.visible_with_lesson(enrolment.category, enrolment.industry, lesson_id)
        for lesson_id in now.catalogue.lessons_with_asset(asset_id)
    )
