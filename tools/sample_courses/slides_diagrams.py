"""Slides that mainly speak in pictures: flow, barriers, table, scale, numbers, timeline."""

from typing import Any

from tools.sample_courses.canvas import paragraph_height
from tools.sample_courses.icons import draw_icon
from tools.sample_courses.look import (
    CARD,
    EDGE,
    FOOT,
    GHOST_INK,
    GREEN,
    INK,
    INNER,
    LEFT,
    MUTED,
    PAPER,
    RED,
    TOP,
    Page,
    Stage,
)


def draw_flow(page: Page) -> None:
    """Three to five steps as a chain of arrows, each with a card below."""
    items: list[dict[str, Any]] = page.field("items")
    canvas = page.canvas
    width = INNER / len(items)
    tip = 24
    for index, item in enumerate(items):
        x = LEFT + index * width
        fill = {
            Stage.AHEAD: GHOST_INK,
            Stage.NOW: page.palette.accent,
            Stage.SAID: page.palette.main,
        }[page.stage(index)]
        left, right = x + 4, x + width - 4
        notch = tip if index else 0
        point = 0 if index == len(items) - 1 else tip
        canvas.shape(
            [
                (left, TOP),
                (right + point - tip - 4, TOP),
                (right + point - 8, TOP + 48),
                (right + point - tip - 4, TOP + 96),
                (left, TOP + 96),
                (left + notch, TOP + 48),
            ],
            fill,
        )
        ink = page.palette.deep if page.stage(index) is Stage.NOW else CARD
        canvas.text((x + width / 2 + 8, TOP + 48), item["title"], 31, ink, bold=True, align="centre")
        card_top = TOP + 116
        page.card(index, (x + 6, card_top), (width - 12, FOOT - card_top - 14))
        ground = page.card_ground(index)
        draw_icon(
            canvas,
            item["icon"],
            (x + width / 2, card_top + 72),
            80,
            page.ink(index, page.palette.main),
            ground,
        )
        canvas.paragraph(
            (x + 22, card_top + 136), width - 44, item["text"], 27, page.ink(index), align="centre"
        )


def draw_barriers(page: Page) -> None:
    """Danger at the left, people at the right; each barrier spoken of stops one more arrow."""
    canvas, palette = page.canvas, page.palette
    items: list[dict[str, Any]] = page.field("items")
    middle = TOP + 140
    draw_icon(canvas, "warning", (LEFT + 70, middle - 10), 110, RED, PAPER)
    canvas.text((LEFT + 70, middle + 76), page.field("source"), 26, INK, bold=True, align="centre")
    draw_icon(canvas, "people", (LEFT + INNER - 80, middle - 10), 120, palette.main, PAPER)
    canvas.text((LEFT + INNER - 80, middle + 76), page.field("target"), 26, INK, bold=True, align="centre")
    start, end = LEFT + 150.0, LEFT + INNER - 160.0
    step = (end - start) / len(items)
    walls = [start + step * (index + 0.5) for index in range(len(items))]
    arrows = 2 * len(items)
    for row in range(arrows):
        y = middle + (row - (arrows - 1) / 2) * 48
        wall = row % len(items)
        stopped = wall < page.shown
        canvas.arrow((start, y), (walls[wall] - 24 if stopped else end, y), MUTED if stopped else RED, 4)
    for index, item in enumerate(items):
        now = page.stage(index) is Stage.NOW
        fill = page.ink(index, palette.accent if now else palette.main)
        canvas.box((walls[index] - 17, TOP + 6), (34, 268), fill=fill, radius=8)
        left = walls[index] - step / 2 + 12
        page.card(index, (left, TOP + 292), (step - 24, 104))
        canvas.text((walls[index], TOP + 322), item["title"], 27, page.ink(index), bold=True, align="centre")
        canvas.text((walls[index], TOP + 364), item["text"], 22, page.ink(index, MUTED), align="centre")


def draw_table(page: Page) -> None:
    """A table whose rows light up one after another."""
    canvas = page.canvas
    columns: list[str] = page.field("columns")
    shares: list[float] = page.field("shares")
    rows: list[list[str]] = page.field("rows")
    size = page.slide.fields.get("size", 24)
    widths = [INNER * share / sum(shares) for share in shares]
    canvas.box((LEFT, TOP), (INNER, 54), fill=page.palette.main, radius=10)
    height = (FOOT - TOP - 54 - 14) / len(rows)
    for index in range(len(rows)):
        y = TOP + 54 + index * height + 6
        page.card(index, (LEFT, y), (INNER, height - 6))
    x = float(LEFT)
    for number, (name, width) in enumerate(zip(columns, widths, strict=True)):
        canvas.text((x + 24, TOP + 27), name, 23, CARD, bold=True)
        for index, row in enumerate(rows):
            middle = TOP + 57 + (index + 0.5) * height
            colour = page.ink(index, page.palette.main if number == 0 else INK)
            bold = number == 0
            tall = paragraph_height(row[number], size, width - 40, bold=bold, leading=1.35)
            canvas.paragraph(
                (x + 24, middle - tall / 2), width - 40, row[number], size, colour, bold=bold, leading=1.35
            )
        x += width


def draw_scale(page: Page) -> None:
    """A measuring scale with marks; above the limit it turns red."""
    canvas = page.canvas
    low, high, limit = (float(page.field(name)) for name in ("low", "high", "limit"))
    bar_y = TOP + 176

    def place(value: float) -> float:
        return LEFT + 30 + (INNER - 60) * (value - low) / (high - low)

    canvas.box((place(low), bar_y), (place(high) - place(low), 30), fill=GREEN, radius=15)
    canvas.box((place(limit), bar_y), (place(high) - place(limit), 30), fill=RED, radius=15)
    canvas.box((place(limit), bar_y), (20, 30), fill=RED, radius=0)
    for index, item in enumerate(page.field("items")):
        x = place(item["value"])
        over = item["value"] >= limit
        colour = page.ink(index, RED if over else GREEN)
        canvas.line([(x, bar_y - 36), (x, bar_y + 44)], colour, 3)
        canvas.text((x, bar_y - 108), item["label"], 36, colour, bold=True, align="centre")
        canvas.text((x, bar_y - 62), page.field("unit"), 19, page.ink(index, MUTED), align="centre")
        width = 250
        page.card(index, (x - width / 2, bar_y + 54), (width, 142))
        canvas.text((x, bar_y + 86), item["title"], 27, page.ink(index), bold=True, align="centre")
        canvas.paragraph(
            (x - width / 2 + 14, bar_y + 108),
            width - 28,
            item["text"],
            23,
            page.ink(index, MUTED),
            align="centre",
            leading=1.4,
        )


def draw_numbers(page: Page) -> None:
    """A few large figures with what they mean."""
    canvas, palette = page.canvas, page.palette
    items: list[dict[str, Any]] = page.field("items")
    gap = 24
    width = (INNER - gap * (len(items) - 1)) / len(items)
    size = 84 if max(len(item["value"]) for item in items) < 6 else 66
    for index, item in enumerate(items):
        x = LEFT + index * (width + gap)
        page.card(index, (x, TOP), (width, FOOT - TOP - 14))
        colour = page.ink(index, palette.main)
        canvas.text(
            (x + width / 2, TOP + 100),
            item["value"],
            size,
            colour,
            bold=True,
            align="centre",
        )
        canvas.text((x + width / 2, TOP + 178), item["title"], 31, page.ink(index), bold=True, align="centre")
        canvas.line(
            [(x + width / 2 - 40, TOP + 210), (x + width / 2 + 40, TOP + 210)],
            page.ink(index, palette.accent),
            4,
        )
        canvas.paragraph(
            (x + 26, TOP + 232), width - 52, item["text"], 27, page.ink(index, MUTED), align="centre"
        )


def draw_timeline(page: Page) -> None:
    """Events on a line, from left to right."""
    canvas, palette = page.canvas, page.palette
    items: list[dict[str, Any]] = page.field("items")
    step = INNER / len(items)
    line_y = TOP + 70
    canvas.line([(LEFT, line_y), (LEFT + INNER, line_y)], EDGE, 6)
    reached = LEFT + step * (page.shown - 0.5) if page.shown else LEFT
    canvas.line([(LEFT, line_y), (reached, line_y)], palette.main, 6)
    for index, item in enumerate(items):
        x = LEFT + step * (index + 0.5)
        bad = item.get("bad", False)
        colour = page.ink(index, RED if bad else palette.main)
        canvas.text((x, TOP + 22), item["at"], 27, colour, bold=True, align="centre")
        canvas.disc((x, line_y), 17, fill=colour)
        canvas.disc((x, line_y), 8, fill=CARD)
        page.card(index, (x - step / 2 + 8, TOP + 108), (step - 16, FOOT - TOP - 122))
        canvas.text((x, TOP + 150), item["title"], 27, colour, bold=True, align="centre")
        canvas.paragraph(
            (x - step / 2 + 30, TOP + 182), step - 60, item["text"], 26, page.ink(index), align="centre"
        )
