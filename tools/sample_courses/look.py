"""The look all slides share: palette, heading, ghosted items, the quiet foot of the page.

The foot (below FOOT) carries no content: a player shows captions there.
Knows colours and places; what a slide says comes in its fields.
"""

from dataclasses import dataclass
from enum import Enum
from typing import Any, Final

from tools.sample_courses.canvas import HEIGHT, WIDTH, Canvas
from tools.sample_courses.source import Slide

LEFT: Final = 72
INNER: Final = WIDTH - 2 * LEFT
TOP: Final = 208
FOOT: Final = 612

INK: Final = "#1C2733"
MUTED: Final = "#586472"
PAPER: Final = "#F7F5F0"
CARD: Final = "#FFFFFF"
EDGE: Final = "#DCD7CC"
GHOST_CARD: Final = "#F1EEE7"
GHOST_INK: Final = "#D3CDC1"
RED: Final = "#B3372B"
GREEN: Final = "#2C7A4B"
RISK: Final = {"red": "#C5392D", "orange": "#E1842B", "yellow": "#E9C53C", "blue": "#3D7FB8"}


@dataclass(frozen=True, slots=True)
class Palette:
    """Colours of one category of trainees; word is the category in Chinese."""

    word: str
    main: str
    deep: str
    pale: str
    accent: str


PALETTES: Final = {
    "manager_in_charge": Palette("分管负责人", "#24507F", "#16324F", "#E3EBF3", "#DE9B2C"),
    "safety_health_officer": Palette("专职管理人员", "#0E6B66", "#084541", "#DDEDEA", "#E07A3A"),
    "team_leader": Palette("班组长", "#A8451F", "#5E2410", "#F6E4DB", "#E5A93B"),
}


class Stage(Enum):
    """How far the speaker has come with an item."""

    AHEAD = "ahead"
    NOW = "now"
    SAID = "said"


@dataclass(frozen=True, slots=True)
class Page:
    """A slide being drawn, with shown of its items already spoken of."""

    canvas: Canvas
    slide: Slide
    palette: Palette
    shown: int

    def field(self, name: str) -> Any:
        return self.slide.fields[name]

    def stage(self, index: int) -> Stage:
        if index >= self.shown:
            return Stage.AHEAD
        return Stage.NOW if index == self.shown - 1 else Stage.SAID

    def ink(self, index: int, colour: str = INK) -> str:
        return GHOST_INK if self.stage(index) is Stage.AHEAD else colour

    def card(self, index: int, at: tuple[float, float], size: tuple[float, float]) -> None:
        """The ground of an item: ghosted, plain, or framed while it is spoken of."""
        stage = self.stage(index)
        if stage is Stage.AHEAD:
            self.canvas.box(at, size, fill=GHOST_CARD)
        elif stage is Stage.NOW:
            self.canvas.box(at, size, fill=CARD, edge=self.palette.accent, edge_width=4)
        else:
            self.canvas.box(at, size, fill=CARD, edge=EDGE)

    def card_ground(self, index: int) -> str:
        return GHOST_CARD if self.stage(index) is Stage.AHEAD else CARD


def draw_heading(page: Page) -> None:
    canvas = page.canvas
    lead = page.slide.fields.get("lead")
    middle = 124 if lead else 142
    canvas.box((LEFT, middle - 23), (8, 46), fill=page.palette.accent, radius=4)
    canvas.text((LEFT + 26, middle), page.slide.heading, 42, INK, bold=True)
    if lead:
        canvas.text((LEFT + 26, 174), lead, 24, MUTED)


def draw_foot(page: Page) -> None:
    """A pale skyline of works: mine tower, hall, chimney, crane, mast."""
    canvas, colour = page.canvas, "#ECE8DE"
    base = HEIGHT - 24
    canvas.box((0, base), (WIDTH, 24), fill=colour, radius=0)
    canvas.shape([(90, base), (120, base - 66), (134, base - 66), (164, base)], colour)
    canvas.disc((127, base - 66), 13, fill=colour)
    canvas.box((164, base - 26), (110, 30), fill=colour, radius=0)
    for x in (360, 410, 460):
        canvas.shape([(x, base), (x, base - 34), (x + 50, base - 52), (x + 50, base)], colour)
    canvas.box((530, base - 78), (16, 80), fill=colour, radius=0)
    canvas.box((556, base - 58), (14, 60), fill=colour, radius=0)
    canvas.box((760, base - 84), (8, 86), fill=colour, radius=0)
    canvas.box((700, base - 84), (170, 7), fill=colour, radius=0)
    canvas.line([(764, base - 96), (706, base - 82)], colour, 3)
    canvas.line([(764, base - 96), (860, base - 82)], colour, 3)
    canvas.line([(840, base - 78), (840, base - 44)], colour, 3)
    canvas.box((822, base - 46), (36, 20), fill=colour, radius=2)
    canvas.box((960, base - 44), (120, 46), fill=colour, radius=4)
    canvas.box((1084, base - 30), (36, 30), fill=colour, radius=4)
    for x in (984, 1050, 1102):
        canvas.disc((x, base), 11, fill=colour)
