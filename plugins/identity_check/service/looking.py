"""From uploaded bytes to what the engine saw, with the quality gate between."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from plugins.identity_check.domain.faces import Sighting, UnreadablePictureError
from plugins.identity_check.domain.quality import quality_faults
from plugins.identity_check.service.face_way import FaceTools


@dataclass(frozen=True, slots=True)
class Look:
    """One picture: fit to be compared if there are no codes."""

    picture: bytes
    sighting: Sighting | None
    codes: tuple[str, ...]


def look_at(picture: bytes, tools: FaceTools) -> Look:
    """Return what is to be said of a picture before anybody is recognised in it."""
    try:
        sighting = tools.provider.analyze(picture)
    except UnreadablePictureError as error:
        return Look(picture, None, (error.code,))
    return Look(picture, sighting, quality_faults(sighting, tools.gate))


def digest_of(pictures: Sequence[bytes]) -> str:
    """Return the evidence digest: SHA-256 over the pictures' own SHA-256, one a line."""
    lines = "\n".join(hashlib.sha256(picture).hexdigest() for picture in pictures)
    return hashlib.sha256(lines.encode()).hexdigest()
