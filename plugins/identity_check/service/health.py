"""What `anxue doctor` asks: are the models the measured ones, do seals hold, how many faces are stored."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.sdk.runtime import runtime
from app.sdk.vault import SealBrokenError, place, unseal
from plugins.identity_check import store
from plugins.identity_check.gateway.models import DETECTOR, RECOGNISER, ModelFileError, model_bytes
from plugins.identity_check.models import Picture, Reference
from plugins.identity_check.settings import IdentityCheckSettings


def unfit_models(_session: Session) -> Iterable[str]:
    """Yield what is wrong with the model files."""
    if runtime().settings_of(IdentityCheckSettings).provider != "built_in":
        return
    for model in (DETECTOR, RECOGNISER):
        try:
            model_bytes(model)
        except ModelFileError as error:
            yield str(error)


def broken_seals(session: Session) -> Iterable[str]:
    """Yield every sealed face that does not open where it lies."""
    for reference in session.scalars(select(Reference)):
        sealed = {"sealed_template": reference.sealed_template, "sealed_crop": reference.sealed_crop}
        yield from _broken(session, reference, sealed)
    for picture in session.scalars(select(Picture)).yield_per(200):
        images = {"sealed_scene": picture.sealed_scene, "sealed_image": picture.sealed_image}
        yield from _broken(session, picture, images)


def too_many_faces(session: Session) -> Iterable[str]:
    """Yield a warning before, and an alarm at, the number of faces that must be filed (rules.md 3.1)."""
    stored = store.people_with_faces(session)
    rules = runtime().plans.rules_for(None).values
    threshold, warn = _whole(rules["face.filing_threshold"]), _whole(rules["face.filing_warn"])
    if stored >= threshold:
        yield f"faces of {stored} persons are stored: filing is due within 30 working days"
    elif stored >= warn:
        yield f"faces of {stored} persons are stored: filing is due from {threshold} on"


def _broken(session: Session, row: Reference | Picture, sealed: Mapping[str, bytes | None]) -> Iterable[str]:
    for column, content in sealed.items():
        if content is None:
            continue
        try:
            unseal(session, row.person_id, content, at=place(row.__tablename__, row.id, column))
        except SealBrokenError:
            yield f"{row.__tablename__} {row.id}: {column} does not open where it lies"


def _whole(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError(f"a number of persons is expected, not {value!r}")
    return value
