"""The built-in engine, not yet loaded.

OpenCV and the models are heavy: an application that never looks at a face must
not pay for them. This is the one place that imports the engine, at first use.
"""

import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING

from plugins.identity_check.domain.faces import Face, ProviderInfo, Sighting, Template

if TYPE_CHECKING:
    from plugins.identity_check.gateway.engine import OpenCvEngine

INFO = ProviderInfo("yunet-2023mar+sface-2021dec/int8bq/1", "本机人脸比对（YuNet + SFace）")


class BuiltInProvider:
    """FaceProvider on this machine; safe to share between threads."""

    def __init__(self) -> None:
        self._making = threading.Lock()
        self._made: OpenCvEngine | None = None

    def info(self) -> ProviderInfo:
        return INFO

    def analyze(self, picture: bytes) -> Sighting:
        return self._engine.analyze(picture)

    def enrol(self, sightings: Sequence[Sighting]) -> Template:
        return self._engine.enrol(sightings)

    def verify(self, sighting: Sighting, template: Template) -> float | None:
        return self._engine.verify(sighting, template)

    def residue(self, earlier: bytes, candidate: bytes) -> float:
        return self._engine.residue(earlier, candidate)

    def crop(self, picture: bytes, face: Face) -> bytes:
        return self._engine.crop(picture, face)

    def load(self) -> None:
        """Load the models now; raises ModelFileError if they are not the measured ones."""
        self._engine.load()

    @property
    def _engine(self) -> "OpenCvEngine":
        with self._making:
            if self._made is None:
                from plugins.identity_check.gateway.engine import OpenCvEngine  # noqa: PLC0415 - at first use

                self._made = OpenCvEngine()
            return self._made
