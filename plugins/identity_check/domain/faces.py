"""What can be said about one picture, and who can say it.

Knows the values that pass between the rules and whichever engine looks at
pictures. Knows no pixels, no model and no threshold: a template is opaque and
bears the version of the profile that made it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Face:
    """One face found in a picture; the box is in pixels of the upright picture."""

    left: float
    top: float
    width: float
    height: float
    score: float


@dataclass(frozen=True, slots=True)
class Portrait:
    """The largest face, looked at closely.

    brightness is the mean grey of the face (0 to 255), sharpness the variance
    of its Laplacian. features are the engine's own and mean nothing to anyone else.
    """

    brightness: float
    sharpness: float
    features: bytes


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What is kept of a picture to know a copy of it again.

    scene_hash is a 64-bit difference hash of the whole picture, for looking
    up; scene is a small grey reduction of it, for certainty. The reduction is
    a picture of a person and is kept sealed.
    """

    image_sha256: str
    pixels_sha256: str
    scene_hash: int
    scene: bytes


@dataclass(frozen=True, slots=True)
class Sighting:
    """What the engine saw in one picture. mirrored is the fingerprint the picture has in a mirror."""

    fingerprint: Fingerprint
    width_pixels: int
    height_pixels: int
    faces: tuple[Face, ...]
    portrait: Portrait | None
    mirrored: Fingerprint | None = None

    @property
    def fingerprints(self) -> tuple[Fingerprint, ...]:
        """Return what to look for among earlier pictures: faces match in a mirror too."""
        return (self.fingerprint,) if self.mirrored is None else (self.fingerprint, self.mirrored)


@dataclass(frozen=True, slots=True)
class Template:
    """A person's face as one profile's engine remembers it."""

    profile: str
    body: bytes


@dataclass(frozen=True, slots=True)
class ProviderInfo:
    """Who compares, and whether it can do so now (else why not, in Chinese)."""

    profile: str
    label: str
    unavailable_because: str | None = None


class UnreadablePictureError(ValueError):
    """The bytes are not a picture we accept; code says which of the reasons it is."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class FaceProvider(Protocol):
    """An engine of ours, or a city's own service behind a gateway."""

    def info(self) -> ProviderInfo:
        """Return name and readiness; cheap enough to ask for every page."""
        ...

    def analyze(self, picture: bytes) -> Sighting:
        """Return what is in picture; raises UnreadablePictureError."""
        ...

    def enrol(self, sightings: Sequence[Sighting]) -> Template:
        """Return one template for several sightings of the same person."""
        ...

    def verify(self, sighting: Sighting, template: Template) -> float | None:
        """Return the cosine likeness, None if they cannot be compared."""
        ...

    def residue(self, earlier: bytes, candidate: bytes) -> float:
        """Return how far the scene candidate is from being made of the scene earlier, in grey levels."""
        ...

    def crop(self, picture: bytes, face: Face) -> bytes:
        """Return only the face of picture, as a small JPEG."""
        ...
