"""An author's poster, decoded and written anew: what we serve was made by us."""

from __future__ import annotations

import io
import warnings
from pathlib import Path

from PIL import Image

from app.media.unfit import UnfitVideoError

_SIDE_PIXELS = 1280
_MOST_PIXELS = 40_000_000


def redrawn(source: Path) -> bytes:
    """Return the picture at source as a JPEG without its metadata. Raises UnfitVideoError."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(source, formats=("JPEG", "PNG", "WEBP")) as picture:
                if picture.width * picture.height > _MOST_PIXELS:
                    raise UnfitVideoError("封面图片过大，请缩小后重新上传。")
                plain = picture.convert("RGB")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombWarning) as error:
        raise UnfitVideoError("封面图片无法读取，请换一张 JPEG、PNG 或 WebP 图片。") from error
    plain.thumbnail((_SIDE_PIXELS, _SIDE_PIXELS))
    written = io.BytesIO()
    plain.save(written, "JPEG", quality=85)
    return written.getvalue()
