"""From bytes that somebody sent to upright pixels, or a code why not.

Knows Pillow and the limits of size. JPEG, PNG and WebP only, one frame each;
what is too large is refused before it is unpacked. Says nothing about faces.
"""

import hashlib
import io
import warnings

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from plugins.identity_check.domain.faces import Face, Fingerprint, UnreadablePictureError
from plugins.identity_check.gateway.scene import scene, scene_hash

LARGEST_BYTES = 2 * 1024 * 1024
LONGEST_SIDE_PIXELS = 4096
FORMATS = ("JPEG", "PNG", "WEBP")

_CROP_MARGIN = 0.3
_CROP_PIXELS = 320
_SIGNATURES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF")


def upright_pixels(picture: bytes) -> NDArray[np.uint8]:
    """Return the picture as rows of RGB, turned as its EXIF orientation says.

    Raises UnreadablePictureError; nothing else, whatever the bytes are.
    """
    if not picture:
        raise UnreadablePictureError("NO_PICTURE")
    if len(picture) > LARGEST_BYTES:
        raise UnreadablePictureError("PICTURE_TOO_LARGE")
    if not picture.startswith(_SIGNATURES):
        raise UnreadablePictureError("PICTURE_UNREADABLE")
    try:
        # A warning about odd metadata is no reason to refuse a picture, nor to fail.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return _decoded(picture)
    except UnreadablePictureError:
        raise
    except Exception as error:
        # Decoders meet hostile bytes with every kind of error; all mean the same here.
        raise UnreadablePictureError("PICTURE_UNREADABLE") from error


def fingerprint(picture: bytes, pixels: NDArray[np.uint8]) -> Fingerprint:
    """Return what is kept of picture to know a copy of it again."""
    height, width = pixels.shape[:2]
    grey = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY).astype(np.uint8)
    return Fingerprint(
        image_sha256=hashlib.sha256(picture).hexdigest(),
        pixels_sha256=hashlib.sha256(b"%dx%d:" % (width, height) + pixels.tobytes()).hexdigest(),
        scene_hash=scene_hash(grey),
        scene=scene(grey),
    )


def face_crop(picture: bytes, face: Face) -> bytes:
    """Return only the face with a margin, as a small JPEG: the room behind is nobody's business."""
    image = Image.fromarray(upright_pixels(picture))
    across, down = face.width * _CROP_MARGIN, face.height * _CROP_MARGIN
    image = image.crop(
        (
            max(0, round(face.left - across)),
            max(0, round(face.top - down)),
            min(image.width, round(face.left + face.width + across)),
            min(image.height, round(face.top + face.height + down)),
        )
    )
    image.thumbnail((_CROP_PIXELS, _CROP_PIXELS))
    jpeg = io.BytesIO()
    image.save(jpeg, "JPEG", quality=90)
    return jpeg.getvalue()


def _decoded(picture: bytes) -> NDArray[np.uint8]:
    with Image.open(io.BytesIO(picture), formats=FORMATS) as opened:
        if max(opened.size) > LONGEST_SIDE_PIXELS:
            raise UnreadablePictureError("PICTURE_TOO_LARGE")
        if getattr(opened, "n_frames", 1) != 1:
            raise UnreadablePictureError("PICTURE_UNREADABLE")
        return np.asarray(ImageOps.exif_transpose(opened).convert("RGB"), dtype=np.uint8)
