"""A drawn team leader before a camera, so that pictures of Anxue show nobody's face.

Writes the motion JPEG that Chromium plays as its fake camera: flat shapes,
hard hat, a head that sways a little. No face engine would take it for a person.
"""

from __future__ import annotations

import io
from math import pi, sin
from pathlib import Path

from PIL import Image, ImageDraw

WIDTH, HEIGHT = 640, 480
FRAMES = 60

_WALL, _WINDOW, _SKY = "#b9c4c0", "#8fa09a", "#dfe9ec"
_JACKET, _STRIPE = "#d9622b", "#e8e4c9"
_SKIN, _SHADE, _HAIR = "#e3b68f", "#cf9d75", "#2f2a28"
_HAT, _HAT_SHADE, _INK = "#f5b301", "#d99a00", "#3b2f2a"


def write_feed(target: Path) -> Path:
    """Write the feed to target and return it."""
    target.write_bytes(b"".join(_jpeg(_frame(number)) for number in range(FRAMES)))
    return target


def _frame(number: int) -> Image.Image:
    image = Image.new("RGB", (WIDTH, HEIGHT), _WALL)
    draw = ImageDraw.Draw(image)
    sway = round(6 * sin(2 * pi * number / FRAMES))
    _room(draw)
    _body(draw, 320 + sway // 2)
    _head(draw, 320 + sway, 232)
    return image


def _room(draw: ImageDraw.ImageDraw) -> None:
    draw.rectangle((36, 60, 176, 230), fill=_SKY, outline=_WINDOW, width=8)
    draw.line((106, 60, 106, 230), fill=_WINDOW, width=6)
    draw.rectangle((490, 70, 600, 220), fill="#f4f1e6", outline=_WINDOW, width=4)
    for row in range(4):
        draw.line((508, 100 + 28 * row, 582 - 12 * (row % 2), 100 + 28 * row), fill=_WINDOW, width=5)


def _body(draw: ImageDraw.ImageDraw, middle: int) -> None:
    draw.rounded_rectangle((middle - 38, 300, middle + 38, 390), 30, fill=_SHADE)
    draw.rounded_rectangle((middle - 168, 360, middle + 168, 560), 80, fill=_JACKET)
    draw.polygon([(middle - 44, 362), (middle + 44, 362), (middle, 424)], fill="#f2efe4")
    for side in (-1, 1):
        left, right = sorted((middle + side * 78, middle + side * 104))
        draw.rectangle((left, 366, right, HEIGHT), fill=_STRIPE)


def _head(draw: ImageDraw.ImageDraw, x: int, y: int) -> None:
    draw.ellipse((x - 92, y - 22, x - 66, y + 30), fill=_SHADE)
    draw.ellipse((x + 66, y - 22, x + 92, y + 30), fill=_SHADE)
    draw.rounded_rectangle((x - 78, y - 96, x + 78, y + 112), 76, fill=_SKIN)
    draw.rectangle((x - 80, y - 60, x + 80, y - 34), fill=_HAIR)
    draw.pieslice((x - 104, y - 168, x + 104, y + 40), 180, 360, fill=_HAT)
    draw.rounded_rectangle((x - 16, y - 176, x + 16, y - 64), 12, fill=_HAT_SHADE)
    draw.rounded_rectangle((x - 118, y - 72, x + 118, y - 46), 13, fill=_HAT_SHADE)
    for side in (-1, 1):
        eye = x + side * 34
        draw.rounded_rectangle((eye - 18, y - 22, eye + 18, y - 16), 3, fill=_HAIR)
        draw.ellipse((eye - 7, y - 8, eye + 7, y + 8), fill=_INK)
    draw.rounded_rectangle((x - 5, y + 6, x + 9, y + 42), 7, fill=_SHADE)
    draw.arc((x - 30, y + 38, x + 30, y + 78), 25, 155, fill=_INK, width=5)


def _jpeg(image: Image.Image) -> bytes:
    content = io.BytesIO()
    image.save(content, "JPEG", quality=90)
    return content.getvalue()
