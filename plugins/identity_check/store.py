"""Rows in and out. Seals what must be sealed; decides nothing.

A ciphertext's place is table, row and column: moved to another row it does not
open (SealBrokenError).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.sdk.db import new_id
from app.sdk.errors import ConflictError
from app.sdk.vault import SealBrokenError, place, seal, unseal
from plugins.identity_check.domain.consent import Purpose
from plugins.identity_check.domain.faces import Fingerprint, Template
from plugins.identity_check.domain.reuse import bands, resembles
from plugins.identity_check.models import Check, Consent, Picture, Prompt, Reference

REFERENCE = "reference"
"""The decision on a frame that became part of a reference face."""
MOST_CANDIDATES = 400
"""Pictures that are opened for a closer look at one snapshot; the person's own and the newest first."""


def standing_answers(session: Session, person_id: int) -> dict[Purpose, Consent]:
    """Return the person's answers that are in force, by purpose."""
    rows = session.scalars(
        select(Consent)
        .where(Consent.person_id == person_id, Consent.ended_at.is_(None))
        .order_by(Consent.answered_at)
    )
    return {Purpose(row.purpose): row for row in rows}


def reference_of(session: Session, person_id: int) -> Reference | None:
    """Return the person's reference face."""
    return session.scalars(select(Reference).where(Reference.person_id == person_id)).one_or_none()


def template_of(session: Session, reference: Reference) -> Template:
    """Return the template inside reference. Raises SealBrokenError."""
    at = place(Reference.__tablename__, reference.id, "sealed_template")
    return Template(reference.profile, unseal(session, reference.person_id, reference.sealed_template, at=at))


def add_reference(
    session: Session, person_id: int, template: Template, *, crop: bytes, evidence_digest: str, at: datetime
) -> Reference:
    """Seal and add a reference face. Raises ConflictError if another one was added meanwhile."""
    row_id, table = new_id(), Reference.__tablename__
    reference = Reference(
        id=row_id,
        person_id=person_id,
        profile=template.profile,
        sealed_template=seal(session, person_id, template.body, at=place(table, row_id, "sealed_template")),
        sealed_crop=seal(session, person_id, crop, at=place(table, row_id, "sealed_crop")),
        evidence_digest=evidence_digest,
        enrolled_at=at,
    )
    session.add(reference)
    try:
        session.flush()
    except IntegrityError as error:
        raise ConflictError from error
    return reference


def remove_reference(session: Session, person_id: int) -> None:
    """Remove the person's reference face; its frames stay known, so that nobody can use them as snapshots."""
    session.execute(delete(Reference).where(Reference.person_id == person_id))


def forget_reference(session: Session, person_id: int) -> None:
    """Remove the person's reference face and every trace of frames that ever were part of one."""
    remove_reference(session, person_id)
    session.execute(delete(Picture).where(Picture.person_id == person_id, Picture.decision == REFERENCE))


def add_picture(
    session: Session,
    person_id: int,
    print_: Fingerprint,
    *,
    owner_id: str,
    challenge_id: str | None,
    decision: str,
    likeness: float | None,
    image: bytes | None,
    at: datetime,
) -> None:
    """Seal and add a picture; image None keeps only what knows a copy again."""
    row_id, table = new_id(), Picture.__tablename__
    band_0, band_1, band_2, band_3 = bands(print_.scene_hash)
    session.add(
        Picture(
            id=row_id,
            person_id=person_id,
            owner_id=owner_id,
            challenge_id=challenge_id,
            decision=decision,
            likeness=likeness,
            image_sha256=print_.image_sha256,
            pixels_sha256=print_.pixels_sha256,
            scene_hash=f"{print_.scene_hash:016x}",
            band_0=band_0,
            band_1=band_1,
            band_2=band_2,
            band_3=band_3,
            sealed_scene=seal(session, person_id, print_.scene, at=place(table, row_id, "sealed_scene")),
            sealed_image=image and seal(session, person_id, image, at=place(table, row_id, "sealed_image")),
            taken_at=at,
        )
    )


def earlier_pictures(
    session: Session, print_: Fingerprint, *, person_id: int, challenge_id: str | None
) -> Iterator[Fingerprint]:
    """Yield pictures that might be originals of print_, of anyone, but not of this challenge."""
    band_0, band_1, band_2, band_3 = bands(print_.scene_hash)
    near = or_(
        Picture.image_sha256 == print_.image_sha256,
        Picture.pixels_sha256 == print_.pixels_sha256,
        Picture.band_0 == band_0,
        Picture.band_1 == band_1,
        Picture.band_2 == band_2,
        Picture.band_3 == band_3,
    )
    elsewhere = or_(Picture.challenge_id.is_(None), Picture.challenge_id != challenge_id)
    found = session.execute(
        select(Picture.id, Picture.image_sha256, Picture.pixels_sha256, Picture.scene_hash)
        .where(near, elsewhere)
        .order_by(Picture.person_id != person_id, Picture.taken_at.desc())
    )
    opened = 0
    for row_id, image_sha256, pixels_sha256, scene_hash in found:
        scene = b""
        if opened < MOST_CANDIDATES and resembles(int(scene_hash, 16), print_.scene_hash):
            opened += 1
            scene = _scene(session, row_id)
        yield Fingerprint(image_sha256, pixels_sha256, int(scene_hash, 16), scene)


def retakes(session: Session, challenge_id: str, attempt: int) -> int:
    """Return how many answers of this attempt were pictures too poor to judge."""
    counted = select(func.count()).select_from(Check)
    return (
        session.scalar(
            counted.where(
                Check.challenge_id == challenge_id, Check.attempt == attempt, Check.decision == "retry"
            )
        )
        or 0
    )


def prompt_of(session: Session, challenge_id: str, attempt: int, nonce: str) -> Prompt | None:
    """Return what was shown for this very attempt."""
    return session.scalars(
        select(Prompt).where(
            Prompt.challenge_id == challenge_id, Prompt.attempt == attempt, Prompt.nonce == nonce
        )
    ).one_or_none()


def asked_questions(session: Session, challenge_id: str) -> set[str]:
    """Return the ids of the questions that this challenge has asked so far."""
    return set(session.scalars(select(Prompt.question_id).where(Prompt.challenge_id == challenge_id)))


def erase_images(session: Session, person_id: int) -> None:
    """Forget every image of the person; digests and decisions stay."""
    session.execute(
        update(Picture)
        .where(Picture.person_id == person_id)
        .values(sealed_image=None, sealed_scene=None, likeness=None)
    )


def people_with_faces(session: Session) -> int:
    """Return how many persons have a reference or an image stored here."""
    with_image = select(Picture.person_id).where(Picture.sealed_image.is_not(None))
    everyone = select(Reference.person_id).union(with_image).subquery()
    return session.scalar(select(func.count()).select_from(everyone)) or 0


def _scene(session: Session, picture_id: str) -> bytes:
    picture = session.get(Picture, picture_id)
    if picture is None or picture.sealed_scene is None:
        return b""
    try:
        at = place(Picture.__tablename__, picture.id, "sealed_scene")
        return unseal(session, picture.person_id, picture.sealed_scene, at=at)
    except SealBrokenError:
        # Erased, or tampered with: the digests still speak, and `anxue doctor` names broken seals.
        return b""
