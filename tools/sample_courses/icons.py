"""Small pictures made of discs, boxes and polygons, drawn in a square of 100 units.

Each function draws one icon around the origin, in one colour on a ground
colour for its inner parts. Knows shapes only.
"""

import math
from collections.abc import Callable
from typing import Final

from tools.sample_courses.canvas import Canvas

Point = tuple[float, float]


class IconPen:
    """Draws in units of a hundredth of the icon's size around its centre."""

    def __init__(self, canvas: Canvas, centre: Point, size: float, colour: str, ground: str) -> None:
        self.canvas = canvas
        self.centre = centre
        self.unit = size / 100
        self.colour = colour
        self.ground = ground

    def at(self, x: float, y: float) -> Point:
        return self.centre[0] + x * self.unit, self.centre[1] + y * self.unit

    def disc(self, x: float, y: float, radius: float, *, hollow: bool = False) -> None:
        fill = self.ground if hollow else self.colour
        self.canvas.disc(self.at(x, y), radius * self.unit, fill=fill)

    def box(
        self, x: float, y: float, width: float, height: float, radius: float = 4, *, hollow: bool = False
    ) -> None:
        fill = self.ground if hollow else self.colour
        size = (width * self.unit, height * self.unit)
        self.canvas.box(self.at(x, y), size, fill=fill, radius=radius * self.unit)

    def shape(self, *points: Point, hollow: bool = False) -> None:
        self.canvas.shape([self.at(*point) for point in points], self.ground if hollow else self.colour)

    def line(self, *points: Point, width: float = 8, hollow: bool = False) -> None:
        fill = self.ground if hollow else self.colour
        self.canvas.line([self.at(*point) for point in points], fill, width * self.unit)
        for point in (points[0], points[-1]):
            self.disc(*point, width / 2, hollow=hollow)

    def arc(self, x: float, y: float, radius: float, start: int, end: int, width: float = 7) -> None:
        points = [
            (x + radius * math.cos(math.radians(angle)), y + radius * math.sin(math.radians(angle)))
            for angle in range(start, end + 1, 4)
        ]
        self.line(*points, width=width)


def _helmet(pen: IconPen) -> None:
    pen.disc(0, 4, 36)
    pen.box(-50, 4, 100, 50, 0, hollow=True)
    pen.box(-48, 4, 96, 13, 6)
    pen.box(-8, -40, 16, 40, 6)
    pen.line((-20, -22), (-20, 0), width=4, hollow=True)
    pen.line((20, -22), (20, 0), width=4, hollow=True)


def _warning(pen: IconPen) -> None:
    pen.shape((0, -44), (48, 40), (-48, 40))
    pen.box(-5, -16, 10, 30, 5, hollow=True)
    pen.disc(0, 26, 6, hollow=True)


def _clock(pen: IconPen) -> None:
    pen.disc(0, 0, 44)
    pen.disc(0, 0, 34, hollow=True)
    pen.line((0, -22), (0, 0), (16, 10), width=7)


def _person(pen: IconPen) -> None:
    pen.disc(0, -22, 19)
    pen.disc(0, 40, 36)
    pen.box(-50, 42, 100, 40, 0, hollow=True)


def _people(pen: IconPen) -> None:
    for x, y, scale in ((-26, 2, 0.7), (26, 2, 0.7), (0, 8, 0.9)):
        pen.disc(x, y - 22 * scale, 22 * scale, hollow=True)
        pen.disc(x, y + 38 * scale, 40 * scale, hollow=True)
        pen.disc(x, y - 22 * scale, 18 * scale)
        pen.disc(x, y + 38 * scale, 35 * scale)
    pen.box(-62, 42, 124, 40, 0, hollow=True)


def _clipboard(pen: IconPen) -> None:
    pen.box(-34, -40, 68, 84, 8)
    pen.box(-26, -30, 52, 66, 3, hollow=True)
    pen.box(-16, -48, 32, 18, 6)
    for y in (-14, 4, 22):
        pen.line((-16, y), (16, y), width=6)


def _megaphone(pen: IconPen) -> None:
    pen.shape((-16, -16), (30, -40), (30, 36), (-16, 14))
    pen.box(-44, -16, 34, 30, 8)
    pen.shape((-34, 10), (-18, 10), (-12, 42), (-28, 42))
    pen.arc(26, -2, 20, -40, 40)


def _shield(pen: IconPen) -> None:
    pen.shape((0, -46), (40, -32), (38, 6), (24, 30), (0, 46), (-24, 30), (-38, 6), (-40, -32))
    pen.line((-17, -2), (-4, 13), (19, -16), width=9, hollow=True)


def _lens(pen: IconPen) -> None:
    pen.line((14, 14), (42, 42), width=14)
    pen.disc(-8, -8, 34)
    pen.disc(-8, -8, 24, hollow=True)


def _gas(pen: IconPen) -> None:
    pen.box(-28, -32, 56, 76, 10)
    pen.box(-19, -22, 38, 26, 4, hollow=True)
    pen.line((-8, -44), (8, -44), width=10)
    for x in (-11, 0, 11):
        pen.disc(x, 24, 4, hollow=True)


def _phone(pen: IconPen) -> None:
    pen.box(-25, -46, 50, 92, 9)
    pen.box(-19, -34, 38, 62, 2, hollow=True)
    pen.disc(0, 37, 5, hollow=True)


def _check(pen: IconPen) -> None:
    pen.disc(0, 0, 44)
    pen.line((-20, 1), (-5, 17), (22, -15), width=10, hollow=True)


def _cross(pen: IconPen) -> None:
    pen.disc(0, 0, 44)
    pen.line((-16, -16), (16, 16), width=10, hollow=True)
    pen.line((16, -16), (-16, 16), width=10, hollow=True)


def _fire(pen: IconPen) -> None:
    pen.shape((4, -48), (30, -8), (34, 18), (20, 40), (-20, 40), (-34, 18), (-26, -12), (-12, 2))
    pen.shape((2, -6), (15, 16), (10, 32), (-10, 32), (-15, 16), hollow=True)


def _stop(pen: IconPen) -> None:
    corners = [(46 * math.cos(math.radians(a)), 46 * math.sin(math.radians(a))) for a in range(22, 382, 45)]
    pen.shape(*corners)
    pen.box(-26, -7, 52, 14, 3, hollow=True)


def _lock(pen: IconPen) -> None:
    pen.arc(0, -10, 22, 180, 360, width=10)
    pen.box(-34, -10, 68, 52, 8)
    pen.disc(0, 10, 8, hollow=True)
    pen.line((0, 12), (0, 26), width=7, hollow=True)


def _bolt(pen: IconPen) -> None:
    pen.shape((8, -48), (-28, 8), (-4, 8), (-10, 48), (28, -10), (4, -10))


def _eye(pen: IconPen) -> None:
    pen.shape((-48, 0), (-24, -24), (0, -31), (24, -24), (48, 0), (24, 24), (0, 31), (-24, 24))
    pen.disc(0, 0, 20, hollow=True)
    pen.disc(0, 0, 10)


def _book(pen: IconPen) -> None:
    pen.shape((-46, -32), (-4, -22), (-4, 38), (-46, 28))
    pen.shape((46, -32), (4, -22), (4, 38), (46, 28))
    for y in (-12, 4):
        pen.line((-36, y - 3), (-14, y + 2), width=5, hollow=True)
        pen.line((36, y - 3), (14, y + 2), width=5, hollow=True)


def _ear(pen: IconPen) -> None:
    pen.arc(0, -6, 34, 180, 360, width=9)
    pen.box(-44, -8, 20, 42, 9)
    pen.box(24, -8, 20, 42, 9)


def _dust(pen: IconPen) -> None:
    for x, y, radius in ((-22, 6, 20), (6, -8, 26), (28, 10, 17), (2, 14, 20)):
        pen.disc(x, y, radius)
    for x, y in ((-34, 40), (-8, 44), (20, 40), (-34, -30), (34, -34)):
        pen.disc(x, y, 5)


def _heart(pen: IconPen) -> None:
    pen.disc(-20, -14, 23)
    pen.disc(20, -14, 23)
    pen.shape((-40, -3), (40, -3), (0, 44))
    pen.line((-32, 2), (-12, 2), (-4, -14), (6, 16), (12, 2), (32, 2), width=5, hollow=True)


def _fan(pen: IconPen) -> None:
    for angle in (90, 210, 330):
        x, y = 25 * math.cos(math.radians(angle)), 25 * math.sin(math.radians(angle))
        pen.disc(x, y, 20)
    pen.disc(0, 0, 14, hollow=True)
    pen.disc(0, 0, 8)


def _gear(pen: IconPen) -> None:
    for angle in range(0, 360, 45):
        a, b = math.cos(math.radians(angle)), math.sin(math.radians(angle))
        pen.line((20 * a, 20 * b), (40 * a, 40 * b), width=16)
    pen.disc(0, 0, 33)
    pen.disc(0, 0, 14, hollow=True)


def _coins(pen: IconPen) -> None:
    for y in (34, 18, 2, -14):
        pen.box(-40, y - 8, 58, 12, 6)
    pen.disc(22, -20, 26, hollow=True)
    pen.disc(22, -20, 22)
    pen.line((22, -32), (22, -8), width=5, hollow=True)
    pen.line((12, -20), (32, -20), width=5, hollow=True)


def _run(pen: IconPen) -> None:
    pen.disc(14, -36, 11)
    pen.line((6, -18), (-6, 10), width=15)
    pen.line((-6, 10), (14, 24), (10, 46), width=10)
    pen.line((-8, 12), (-20, 28), (-42, 26), width=10)
    pen.line((6, -16), (26, -2), (42, -10), width=8)
    pen.line((2, -18), (-20, -12), (-26, 6), width=8)


_ICONS: Final[dict[str, Callable[[IconPen], None]]] = {
    "helmet": _helmet,
    "warning": _warning,
    "clock": _clock,
    "person": _person,
    "people": _people,
    "clipboard": _clipboard,
    "megaphone": _megaphone,
    "shield": _shield,
    "lens": _lens,
    "gas": _gas,
    "phone": _phone,
    "check": _check,
    "cross": _cross,
    "fire": _fire,
    "stop": _stop,
    "lock": _lock,
    "bolt": _bolt,
    "eye": _eye,
    "book": _book,
    "ear": _ear,
    "dust": _dust,
    "heart": _heart,
    "fan": _fan,
    "gear": _gear,
    "coins": _coins,
    "run": _run,
}


def draw_icon(canvas: Canvas, name: str, centre: Point, size: float, colour: str, ground: str) -> None:
    """Draw the icon called name; ground is the colour of what shows through it."""
    _ICONS[name](IconPen(canvas, centre, size, colour, ground))
