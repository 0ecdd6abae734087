"""Slides about risk: matrix, formula, scores, ladder of measures, bands of grades."""

from typing import Any

from tools.sample_courses.canvas import paragraph_height
from tools.sample_courses.look import (
    CARD,
    EDGE,
    FOOT,
    GHOST_INK,
    INK,
    INNER,
    LEFT,
    MUTED,
    RISK,
    TOP,
    Page,
    Stage,
)


def draw_matrix(page: Page) -> None:
    """A five by five risk matrix; points move onto it as they are spoken of."""
    canvas = page.canvas
    cell_width, cell_height, left, top = 108, 64, LEFT + 96, TOP + 4
    for likelihood in range(1, 6):
        for severity in range(1, 6):
            score = likelihood * severity
            colour = "red" if score >= 15 else "orange" if score >= 10 else "yellow" if score >= 5 else "blue"
            at = (left + (severity - 1) * cell_width, top + (5 - likelihood) * cell_height)
            canvas.box(at, (cell_width - 4, cell_height - 4), fill=RISK[colour], radius=6)
            ink = INK if colour == "yellow" else CARD
            canvas.text((at[0] + 12, at[1] + 16), str(score), 16, ink)
        canvas.text(
            (left - 18, top + (5 - likelihood + 0.5) * cell_height), str(likelihood), 22, MUTED, align="right"
        )
        canvas.text(
            (left + (likelihood - 0.5) * cell_width, top + 5 * cell_height + 16),
            str(likelihood),
            22,
            MUTED,
            align="centre",
        )
    canvas.text(
        (left + 2.5 * cell_width, top + 5 * cell_height + 48),
        "后果严重性 →",
        22,
        INK,
        bold=True,
        align="centre",
    )
    for index, character in enumerate("可能性"):
        canvas.text((LEFT + 26, top + 110 + index * 30), character, 22, INK, bold=True, align="centre")
    canvas.text((LEFT + 26, top + 78), "↑", 24, INK, bold=True, align="centre")
    points: list[dict[str, Any]] = page.field("items")
    column = left + 5 * cell_width + 32
    height = 92
    for index, point in enumerate(points):
        y = top + index * (height + 14)
        page.card(index, (column, y), (LEFT + INNER - column, height))
        canvas.disc((column + 40, y + height / 2), 20, fill=page.ink(index, page.palette.deep))
        letter = "ABCDE"[index]
        canvas.text((column + 40, y + height / 2), letter, 22, CARD, bold=True, align="centre")
        canvas.text((column + 76, y + 30), point["title"], 25, page.ink(index), bold=True)
        canvas.text((column + 76, y + 64), point["text"], 20, page.ink(index, MUTED))
        if page.stage(index) is not Stage.AHEAD:
            x = left + (point["severity"] - 0.5) * cell_width
            row = top + (5 - point["likelihood"] + 0.5) * cell_height
            canvas.disc((x, row), 22, fill=CARD)
            canvas.disc((x, row), 19, fill=page.palette.deep)
            canvas.text((x, row), letter, 22, CARD, bold=True, align="centre")


def draw_formula(page: Page) -> None:
    """A product of factors, with an example's numbers below if given."""
    canvas, palette = page.canvas, page.palette
    items: list[dict[str, Any]] = page.field("items")
    signs = page.field("signs")
    sign_width = 54
    width = (INNER - sign_width * (len(items) - 1)) / len(items)
    for index, item in enumerate(items):
        x = LEFT + index * (width + sign_width)
        page.card(index, (x, TOP), (width, 300))
        colour = page.ink(index, palette.accent if index == page.field("result") else palette.main)
        size = 92 if len(item["symbol"]) < 3 else 72
        canvas.text((x + width / 2, TOP + 84), item["symbol"], size, colour, bold=True, align="centre")
        canvas.text((x + width / 2, TOP + 166), item["title"], 30, page.ink(index), bold=True, align="centre")
        canvas.paragraph(
            (x + 20, TOP + 192), width - 40, item["text"], 25, page.ink(index, MUTED), align="centre"
        )
        if index < len(signs):
            canvas.text((x + width + 27, TOP + 150), signs[index], 48, MUTED, bold=True, align="centre")
    if page.shown >= len(items):
        canvas.box((LEFT, TOP + 322), (INNER, 72), fill=palette.pale)
        canvas.text(
            (LEFT + (INNER) / 2, TOP + 358),
            page.field("note"),
            27,
            palette.deep,
            bold=True,
            align="centre",
        )


def draw_scores(page: Page) -> None:
    """Columns of scores: what earns how many points."""
    canvas, palette = page.canvas, page.palette
    items: list[dict[str, Any]] = page.field("items")
    gap = 22
    width = (INNER - gap * (len(items) - 1)) / len(items)
    for index, item in enumerate(items):
        x = LEFT + index * (width + gap)
        page.card(index, (x, TOP), (width, FOOT - TOP - 14))
        canvas.disc((x + 46, TOP + 44), 28, fill=page.ink(index, palette.main))
        canvas.text((x + 46, TOP + 44), item["symbol"], 30, CARD, bold=True, align="centre")
        canvas.text((x + 88, TOP + 44), item["title"], 26, page.ink(index), bold=True)
        rows: list[list[str]] = item["rows"]
        step = (FOOT - TOP - 14 - 100) / len(rows)
        for number, (score, meaning) in enumerate(rows):
            middle = TOP + 88 + step * (number + 0.5)
            canvas.line(
                [(x + 20, middle - step / 2), (x + width - 20, middle - step / 2)], page.ink(index, EDGE), 1.5
            )
            canvas.text((x + 76, middle), score, 26, page.ink(index, palette.main), bold=True, align="right")
            canvas.text((x + 96, middle), meaning, 21, page.ink(index))


def draw_ladder(page: Page) -> None:
    """Measures from the best to the weakest: an upside-down pyramid."""
    canvas = page.canvas
    items: list[dict[str, Any]] = page.field("items")
    gap = 8
    height = (FOOT - TOP - 14 - gap * (len(items) - 1)) / len(items)
    shades = ("#1E6B43", "#3F8A4F", "#8A9A2F", "#D08A2B", "#C2532C")
    for index, item in enumerate(items):
        y = TOP + index * (height + gap)
        inset, next_inset = index * 34, (index + 0.86) * 34
        fill = page.ink(index, shades[index])
        canvas.shape(
            [
                (LEFT + inset, y),
                (LEFT + 430 - inset, y),
                (LEFT + 430 - next_inset, y + height),
                (LEFT + next_inset, y + height),
            ],
            fill,
        )
        canvas.text((LEFT + 215, y + height / 2), item["title"], 27, CARD, bold=True, align="centre")
        page.card(index, (LEFT + 460, y), (INNER - 460, height))
        canvas.text((LEFT + 488, y + height / 2), item["text"], 24, page.ink(index))


def draw_bands(page: Page) -> None:
    """Bands of risk in the four colours: score, grade, what to do."""
    canvas = page.canvas
    items: list[dict[str, Any]] = page.field("items")
    gap = 12
    height = (FOOT - TOP - 14 - gap * (len(items) - 1)) / len(items)
    for index, item in enumerate(items):
        y = TOP + index * (height + gap)
        page.card(index, (LEFT, y), (INNER, height))
        ahead = page.stage(index) is Stage.AHEAD
        canvas.box((LEFT, y), (250, height), fill=GHOST_INK if ahead else RISK[item["colour"]], radius=12)
        ink = INK if item["colour"] == "yellow" and not ahead else CARD
        canvas.text((LEFT + 125, y + height / 2), item["range"], 29, ink, bold=True, align="centre")
        canvas.text((LEFT + 282, y + height / 2), item["title"], 30, page.ink(index), bold=True)
        width = INNER - 540
        tall = paragraph_height(item["text"], 26, width)
        canvas.paragraph(
            (LEFT + 510, y + height / 2 - tall / 2), width, item["text"], 26, page.ink(index, MUTED)
        )
