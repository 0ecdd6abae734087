"""Whether a picture is good enough to be compared at all.

A picture that fails here says nothing about who is in it, so it is never held
against the trainee: they take another one. Codes only; sentences are in
`wording`.
"""

from dataclasses import dataclass

from plugins.identity_check.domain.faces import Face, Sighting


@dataclass(frozen=True, slots=True)
class QualityGate:
    """The least a picture must offer; belongs to a provider's profile.

    The camera's least size is 640 by 480, either way round: a phone held
    upright gives 480 by 640. The limits of brightness and sharpness were
    measured, see the README.
    """

    long_side_pixels: int = 640
    short_side_pixels: int = 480
    least_score: float = 0.8
    bystander_ratio: float = 0.25
    face_height_pixels: int = 100
    darkest: float = 50.0
    brightest: float = 225.0
    least_sharpness: float = 60.0


def counted_faces(faces: tuple[Face, ...], gate: QualityGate) -> tuple[Face, ...]:
    """Return the faces that count: certain ones, without passers-by far behind."""
    certain = [face for face in faces if face.score >= gate.least_score]
    tallest = max((face.height for face in certain), default=0.0)
    return tuple(face for face in certain if face.height >= gate.bystander_ratio * tallest)


def quality_faults(sighting: Sighting, gate: QualityGate) -> tuple[str, ...]:
    """Return the codes of all that is wrong with the picture, none if it is fit."""
    sides = sorted((sighting.width_pixels, sighting.height_pixels))
    if sides[0] < gate.short_side_pixels or sides[1] < gate.long_side_pixels:
        return ("PICTURE_TOO_SMALL",)
    faces = counted_faces(sighting.faces, gate)
    if not faces or sighting.portrait is None:
        return ("NO_FACE",)
    if len(faces) > 1:
        return ("SEVERAL_FACES",)
    faults = []
    if faces[0].height < gate.face_height_pixels:
        faults.append("FACE_TOO_SMALL")
    if sighting.portrait.brightness < gate.darkest:
        faults.append("TOO_DARK")
    if sighting.portrait.brightness > gate.brightest:
        faults.append("TOO_BRIGHT")
    if sighting.portrait.sharpness < gate.least_sharpness:
        faults.append("BLURRED")
    return tuple(faults)
