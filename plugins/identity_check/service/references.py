"""Taking a reference face with the camera, and forgetting it.

The picture is never given back to any client. A person who has a reference may
only replace it by the same face: otherwise a proxy could take over an account
by enrolling again.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from itertools import combinations

from sqlalchemy.orm import Session

from app.sdk import audit
from app.sdk.db import new_id
from app.sdk.errors import AnxueError, Json, LockedError
from app.sdk.events.presence import ReferenceEnrolled
from app.sdk.uow import UnitOfWork
from app.sdk.vault import SealBrokenError
from plugins.identity_check import store
from plugins.identity_check.domain.consent import allows_face
from plugins.identity_check.domain.faces import Sighting
from plugins.identity_check.domain.matching import Decision
from plugins.identity_check.domain.reuse import is_reused
from plugins.identity_check.domain.wording import sentence
from plugins.identity_check.service.face_way import FaceTools, closed_here
from plugins.identity_check.service.looking import Look, digest_of

log = logging.getLogger(__name__)

FEWEST_PICTURES, MOST_PICTURES = 3, 5


class PicturesRefusedError(AnxueError):
    """The pictures cannot become a reference; details.reasons says why, in codes and sentences."""

    status = 422
    code = "pictures_refused"
    sentence = "照片还不能用作参考照片。"

    def __init__(self, codes: Sequence[str]) -> None:
        reasons: list[Json] = [{"code": code, "text": sentence(code)} for code in dict.fromkeys(codes)]
        super().__init__(" ".join(map(sentence, dict.fromkeys(codes))), details={"reasons": reasons})


def enrol(uow: UnitOfWork, person_id: int, looks: Sequence[Look], *, tools: FaceTools) -> None:
    """Make the pictures the person's reference. Raises PicturesRefusedError or LockedError."""
    require_consent(uow.session, person_id, tools)
    sightings = _fit(looks)
    _of_one_living_person(sightings, tools)
    _first_seen(uow, person_id, sightings, tools)
    _same_face_as_before(uow, person_id, sightings, tools)
    store.remove_reference(uow.session, person_id)
    clearest = max(looks, key=_sharpness)
    face = max(sightings[looks.index(clearest)].faces, key=lambda one: one.height)
    reference = store.add_reference(
        uow.session,
        person_id,
        tools.provider.enrol(sightings),
        crop=tools.provider.crop(clearest.picture, face),
        evidence_digest=digest_of([look.picture for look in looks]),
        at=uow.now,
    )
    for sighting in sightings:
        store.add_picture(
            uow.session,
            person_id,
            sighting.fingerprint,
            owner_id=reference.id,
            challenge_id=None,
            decision=store.REFERENCE,
            likeness=None,
            image=None,
            at=uow.now,
        )
    audit.record(
        uow.session,
        "identity_check.reference_enrolled",
        at=uow.now,
        actor_id=person_id,
        subject=f"person:{person_id}",
        details={"profile": reference.profile, "evidence_digest": reference.evidence_digest},
    )
    uow.publish(ReferenceEnrolled(event_id=new_id(), happened_at=uow.now, person_id=person_id))


def require_consent(session: Session, person_id: int, tools: FaceTools) -> None:
    """Raise LockedError unless faces are compared here and the person agreed to it."""
    here = closed_here(tools)
    if here is not None:
        raise LockedError(here)
    standing = store.standing_answers(session, person_id)
    if not allows_face([purpose for purpose, row in standing.items() if row.given]):
        raise LockedError("请先分别同意人脸比对和照片保存。")


def require_number(pictures: int) -> None:
    """Raise PicturesRefusedError unless there are as many pictures as a reference needs."""
    if pictures < FEWEST_PICTURES:
        raise PicturesRefusedError(["TOO_FEW_PICTURES"])
    if pictures > MOST_PICTURES:
        raise PicturesRefusedError(["TOO_MANY_PICTURES"])


def _fit(looks: Sequence[Look]) -> list[Sighting]:
    require_number(len(looks))
    codes = [code for look in looks for code in look.codes]
    if codes:
        raise PicturesRefusedError(codes)
    return [look.sighting for look in looks if look.sighting is not None]


def _of_one_living_person(sightings: Sequence[Sighting], tools: FaceTools) -> None:
    for one, other in combinations(sightings, 2):
        if one.fingerprint.pixels_sha256 == other.fingerprint.pixels_sha256:
            raise PicturesRefusedError(["STILL_PICTURE"])
        likeness = tools.provider.verify(one, tools.provider.enrol([other]))
        if tools.policy.judge(likeness) is not Decision.MATCH:
            raise PicturesRefusedError(["FRAMES_DIFFER"])


def _first_seen(uow: UnitOfWork, person_id: int, sightings: Sequence[Sighting], tools: FaceTools) -> None:
    for print_ in (print_ for sighting in sightings for print_ in sighting.fingerprints):
        earlier = store.earlier_pictures(uow.session, print_, person_id=person_id, challenge_id=None)
        if is_reused(print_, earlier, tools.provider.residue):
            raise PicturesRefusedError(["REUSED_PICTURE"])


def _same_face_as_before(
    uow: UnitOfWork, person_id: int, sightings: Sequence[Sighting], tools: FaceTools
) -> None:
    reference = store.reference_of(uow.session, person_id)
    if reference is None or reference.profile != tools.provider.info().profile:
        return
    try:
        template = store.template_of(uow.session, reference)
    except SealBrokenError:
        log.exception("the seal of reference %s is broken", reference.id)
        raise
    likenesses = [tools.provider.verify(sighting, template) for sighting in sightings]
    if any(tools.policy.judge(likeness) is not Decision.MATCH for likeness in likenesses):
        raise PicturesRefusedError(["REFERENCE_DIFFERS"])


def _sharpness(look: Look) -> float:
    portrait = look.sighting.portrait if look.sighting else None
    return portrait.sharpness if portrait else 0.0
