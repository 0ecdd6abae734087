"""A provider that compares nothing: faces are off, courses stay usable."""

from collections.abc import Sequence

from plugins.identity_check.domain.faces import (
    Face,
    ProviderInfo,
    Sighting,
    Template,
    UnreadablePictureError,
)

PROFILE = "none"


class NullProvider:
    """FaceProvider that always says it is unavailable, so that another way is offered."""

    def info(self) -> ProviderInfo:
        return ProviderInfo(PROFILE, "未启用人脸比对", "人脸核验未启用，请使用其他方式。")

    def analyze(self, picture: bytes) -> Sighting:  # noqa: ARG002
        raise UnreadablePictureError("FACE_UNAVAILABLE")

    def enrol(self, sightings: Sequence[Sighting]) -> Template:  # noqa: ARG002
        return Template(PROFILE, b"")

    def verify(self, sighting: Sighting, template: Template) -> float | None:  # noqa: ARG002
        return None

    def residue(self, earlier: bytes, candidate: bytes) -> float:  # noqa: ARG002
        return float("inf")

    def crop(self, picture: bytes, face: Face) -> bytes:  # noqa: ARG002
        raise UnreadablePictureError("FACE_UNAVAILABLE")
