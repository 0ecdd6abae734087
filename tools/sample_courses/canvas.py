"""Drawing with a steady hand: shapes, Chinese text, icons on a 1280 x 720 page.

Everything is drawn at twice the size and reduced once, which smooths edges.
Coordinates are page pixels. Knows nothing of courses.
"""

from functools import lru_cache
from typing import Literal

from PIL import Image, ImageDraw, ImageFont

WIDTH, HEIGHT = 1280, 720
_ZOOM = 2
_FONT_FOLDER = "/usr/share/fonts/opentype/noto"
_SIMPLIFIED_CHINESE = 2  # face number in the Noto Sans CJK collection
_NEVER_FIRST = "，。、；：！？）》”’%·"
_NEVER_LAST = "（《“‘"

Align = Literal["left", "centre", "right"]


@lru_cache(maxsize=64)
def _font(size: int, bold: bool) -> ImageFont.FreeTypeFont:
    name = "NotoSansCJK-Bold.ttc" if bold else "NotoSansCJK-Regular.ttc"
    return ImageFont.truetype(f"{_FONT_FOLDER}/{name}", size, index=_SIMPLIFIED_CHINESE)


def text_width(text: str, size: int, *, bold: bool = False) -> float:
    return _font(size * _ZOOM, bold).getlength(text) / _ZOOM


def wrapped(text: str, size: int, width: float, *, bold: bool = False) -> list[str]:
    """Return text in rows no wider than width, by the rules of Chinese line breaking."""
    rows: list[str] = []
    for paragraph in text.split("\n"):
        row = ""
        for unit in _units(paragraph):
            if not row or text_width(row + unit, size, bold=bold) <= width or unit in _NEVER_FIRST:
                row += unit
                continue
            carried = row[-1] if row[-1] in _NEVER_LAST else ""
            rows.append(row.removesuffix(carried).rstrip())
            row = carried + unit.lstrip()
        rows.append(row)
    return rows


def balanced(text: str, size: int, width: float, *, bold: bool = False) -> list[str]:
    """Return text in as few rows as width allows, of nearly equal length: no lonely last character."""
    rows = wrapped(text, size, width, bold=bold)
    narrower = width
    while narrower > 2 * size:
        narrower -= size / 2
        tighter = wrapped(text, size, narrower, bold=bold)
        if len(tighter) > len(rows):
            break
        rows = tighter
    return rows


def _units(text: str) -> list[str]:
    """Return what may not be broken: a Latin word or number, else one character."""
    units: list[str] = []
    for character in text:
        joins = character.isascii() and character not in " /"
        if units and joins and units[-1][-1].isascii() and units[-1][-1] not in " /":
            units[-1] += character
        else:
            units.append(character)
    return units


class Canvas:
    """One page being drawn."""

    def __init__(self, ground: str) -> None:
        self.image = Image.new("RGB", (WIDTH * _ZOOM, HEIGHT * _ZOOM), ground)
        self.pen = ImageDraw.Draw(self.image)

    def finished(self) -> Image.Image:
        return self.image.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS)

    def box(
        self,
        at: tuple[float, float],
        size: tuple[float, float],
        *,
        fill: str | None = None,
        edge: str | None = None,
        edge_width: float = 1.5,
        radius: float = 12,
    ) -> None:
        (x, y), (width, height) = at, size
        corners = (x * _ZOOM, y * _ZOOM, (x + width) * _ZOOM, (y + height) * _ZOOM)
        self.pen.rounded_rectangle(
            corners, radius * _ZOOM, fill=fill, outline=edge, width=round(edge_width * _ZOOM)
        )

    def disc(
        self, centre: tuple[float, float], radius: float, *, fill: str | None = None, edge: str | None = None
    ) -> None:
        x, y = centre
        corners = ((x - radius) * _ZOOM, (y - radius) * _ZOOM, (x + radius) * _ZOOM, (y + radius) * _ZOOM)
        self.pen.ellipse(corners, fill=fill, outline=edge, width=3 * _ZOOM)

    def line(self, points: list[tuple[float, float]], fill: str, width: float = 3) -> None:
        scaled = [(x * _ZOOM, y * _ZOOM) for x, y in points]
        self.pen.line(scaled, fill=fill, width=round(width * _ZOOM), joint="curve")

    def shape(self, points: list[tuple[float, float]], fill: str) -> None:
        self.pen.polygon([(x * _ZOOM, y * _ZOOM) for x, y in points], fill=fill)

    def arrow(
        self, start: tuple[float, float], end: tuple[float, float], fill: str, width: float = 4
    ) -> None:
        """A straight arrow, level or upright."""
        (x0, y0), (x1, y1) = start, end
        head = width * 3.2
        if y0 == y1:
            back = head if x1 > x0 else -head
            self.line([start, (x1 - back, y1)], fill, width)
            self.shape([(x1, y1), (x1 - back, y1 - head * 0.62), (x1 - back, y1 + head * 0.62)], fill)
        else:
            back = head if y1 > y0 else -head
            self.line([start, (x1, y1 - back)], fill, width)
            self.shape([(x1, y1), (x1 - head * 0.62, y1 - back), (x1 + head * 0.62, y1 - back)], fill)

    def text(
        self,
        at: tuple[float, float],
        text: str,
        size: int,
        fill: str,
        *,
        bold: bool = False,
        align: Align = "left",
    ) -> None:
        """One row of text; y is the middle of the row."""
        anchor = {"left": "lm", "centre": "mm", "right": "rm"}[align]
        x, y = at
        self.pen.text((x * _ZOOM, y * _ZOOM), text, fill, _font(size * _ZOOM, bold), anchor=anchor)

    def paragraph(
        self,
        at: tuple[float, float],
        width: float,
        text: str,
        size: int,
        fill: str,
        *,
        bold: bool = False,
        align: Align = "left",
        leading: float = 1.5,
    ) -> float:
        """Rows of text from y downwards; return the y below the last row."""
        x, y = at
        step = size * leading
        place = {"left": x, "centre": x + width / 2, "right": x + width}[align]
        rows = (
            balanced(text, size, width, bold=bold)
            if align == "centre"
            else wrapped(text, size, width, bold=bold)
        )
        for row in rows:
            self.text((place, y + step / 2), row, size, fill, bold=bold, align=align)
            y += step
        return y


def paragraph_height(
    text: str, size: int, width: float, *, bold: bool = False, leading: float = 1.5
) -> float:
    return len(wrapped(text, size, width, bold=bold)) * size * leading
