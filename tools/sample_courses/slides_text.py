"""Slides that mainly speak in words: title, cards, rows, contrast, law, recap."""

from typing import Any

from tools.sample_courses.canvas import WIDTH, paragraph_height, text_width, wrapped
from tools.sample_courses.icons import draw_icon
from tools.sample_courses.look import CARD, FOOT, GREEN, INNER, LEFT, MUTED, RED, TOP, Page, Stage


def draw_title(page: Page) -> None:
    """The first page: the course's name on its colour, three themes as chips."""
    canvas, palette = page.canvas, page.palette
    canvas.box((0, 76), (WIDTH, FOOT - 76), fill=palette.main, radius=0)
    canvas.shape([(860, FOOT), (1060, 76), (WIDTH, 76), (WIDTH, FOOT)], palette.deep)
    draw_icon(canvas, page.field("icon"), (1090, 330), 200, palette.accent, palette.deep)
    canvas.text((LEFT, 172), page.field("lead"), 24, palette.pale)
    y = 204.0
    for row in page.slide.heading.split("\n"):
        canvas.text((LEFT, y + 42), row, 60, "#FFFFFF", bold=True)
        y += 84
    canvas.box((LEFT, y + 16), (96, 6), fill=palette.accent, radius=3)
    x = float(LEFT)
    for index, chip in enumerate(page.field("chips")):
        width = text_width(chip, 24, bold=True) + 44
        lit = page.shown > index
        canvas.box(
            (x, y + 62),
            (width, 52),
            fill="#FFFFFF" if lit else None,
            edge="#FFFFFF" if lit else palette.pale,
            radius=26,
        )
        canvas.text((x + 22, y + 88), chip, 24, palette.deep if lit else palette.pale, bold=True)
        x += width + 18


def draw_cards(page: Page) -> None:
    """Two to four cards side by side, each with an icon, a name and a sentence."""
    items: list[dict[str, Any]] = page.field("items")
    gap = 24
    width = (INNER - gap * (len(items) - 1)) / len(items)
    height = FOOT - TOP - 14
    for index, item in enumerate(items):
        x = LEFT + index * (width + gap)
        page.card(index, (x, TOP), (width, height))
        colour = page.ink(index, page.palette.main)
        draw_icon(page.canvas, item["icon"], (x + width / 2, TOP + 92), 108, colour, page.card_ground(index))
        page.canvas.text(
            (x + width / 2, TOP + 190), item["title"], 34, page.ink(index), bold=True, align="centre"
        )
        page.canvas.paragraph(
            (x + 26, TOP + 228), width - 52, item["text"], 27, page.ink(index, MUTED), align="centre"
        )


def draw_rows(page: Page) -> None:
    """Three to five numbered rows: a short name at the left, a sentence at the right."""
    items: list[dict[str, Any]] = page.field("items")
    gap = 14
    height = (FOOT - TOP - 14 - gap * (len(items) - 1)) / len(items)
    for index, item in enumerate(items):
        y = TOP + index * (height + gap)
        page.card(index, (LEFT, y), (INNER, height))
        middle = y + height / 2
        colour = page.ink(index, page.palette.main)
        page.canvas.disc((LEFT + 54, middle), 26, fill=colour)
        page.canvas.text((LEFT + 54, middle), str(index + 1), 28, CARD, bold=True, align="centre")
        page.canvas.text((LEFT + 104, middle), item["title"], 31, page.ink(index), bold=True)
        text_x = LEFT + 330
        tall = paragraph_height(item["text"], 26, INNER - 360)
        page.canvas.paragraph(
            (text_x, middle - tall / 2), INNER - 360, item["text"], 26, page.ink(index, MUTED)
        )


def draw_contrast(page: Page) -> None:
    """What not to do at the left, what to do at the right."""
    width = (INNER - 28) / 2
    tones = {"red": RED, "green": GREEN, "main": page.palette.main}
    sides = (("wrong", LEFT, "red", "cross"), ("right", LEFT + width + 28, "green", "check"))
    for index, (side, x, usual_tone, usual_icon) in enumerate(sides):
        column: dict[str, Any] = page.field(side)
        colour, icon = tones[column.get("tone", usual_tone)], column.get("icon", usual_icon)
        page.card(index, (x, TOP), (width, FOOT - TOP - 14))
        page.canvas.box((x, TOP), (width, 66), fill=page.ink(index, colour), radius=12)
        page.canvas.box((x, TOP + 40), (width, 26), fill=page.ink(index, colour), radius=0)
        page.canvas.text((x + 28, TOP + 33), column["title"], 30, CARD, bold=True)
        y = TOP + 96.0
        for row in column["items"]:
            draw_icon(
                page.canvas, icon, (x + 48, y + 23), 36, page.ink(index, colour), page.card_ground(index)
            )
            y = page.canvas.paragraph((x + 84, y), width - 110, row, 30, page.ink(index)) + 24


def draw_law(page: Page) -> None:
    """A clause in its own words, and what it means for the listener."""
    canvas, palette = page.canvas, page.palette
    canvas.box((LEFT, TOP), (INNER, 196), fill=palette.pale)
    canvas.box((LEFT, TOP), (10, 196), fill=palette.main, radius=5)
    canvas.text((LEFT + 40, TOP + 36), page.field("law"), 23, palette.main, bold=True)
    canvas.paragraph((LEFT + 40, TOP + 62), INNER - 80, page.field("quote"), 30, palette.deep, bold=True)
    items: list[dict[str, Any]] = page.field("items")
    gap = 20
    width = (INNER - gap * (len(items) - 1)) / len(items)
    top = TOP + 216
    for index, item in enumerate(items):
        x = LEFT + index * (width + gap)
        page.card(index, (x, top), (width, FOOT - top - 14))
        middle = top + (FOOT - top - 14) / 2
        ground = page.card_ground(index)
        draw_icon(canvas, item["icon"], (x + 60, middle), 64, page.ink(index, palette.main), ground)
        rows = len(wrapped(item["text"], 24, width - 140))
        canvas.text((x + 112, middle - 18 * rows - 4), item["title"], 30, page.ink(index), bold=True)
        canvas.paragraph(
            (x + 112, middle + 18 - 18 * rows), width - 132, item["text"], 24, page.ink(index, MUTED)
        )


def draw_recap(page: Page) -> None:
    """The last page: what to take to work, ticked off."""
    items: list[str] = page.field("items")
    canvas, palette = page.canvas, page.palette
    canvas.box((LEFT, TOP - 6), (INNER, FOOT - TOP - 8), fill=palette.deep)
    step = (FOOT - TOP - 40) / len(items)
    for index, item in enumerate(items):
        middle = TOP + 12 + step * (index + 0.5)
        said = page.stage(index) is not Stage.AHEAD
        tick = palette.accent if said else palette.main
        draw_icon(canvas, "check", (LEFT + 62, middle), 52, tick, palette.deep)
        canvas.text((LEFT + 112, middle), item, 30, "#FFFFFF" if said else palette.main, bold=True)
        if index:
            y = middle - step / 2
            canvas.line([(LEFT + 36, y), (LEFT + INNER - 36, y)], palette.main, 1.5)
