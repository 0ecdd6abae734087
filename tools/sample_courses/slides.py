"""Every kind of slide by its name, and the page around it with the running clock."""

from collections.abc import Callable, Mapping
from typing import Final

from PIL import Image

from tools.sample_courses import slides_diagrams as diagrams
from tools.sample_courses import slides_risk as risk
from tools.sample_courses import slides_text as texts
from tools.sample_courses.canvas import WIDTH, Canvas
from tools.sample_courses.look import EDGE, INK, LEFT, MUTED, PALETTES, PAPER, Page, draw_foot, draw_heading
from tools.sample_courses.source import CourseSource

HEADER_HEIGHT: Final = 76

_KINDS: Final[Mapping[str, Callable[[Page], None]]] = {
    "title": texts.draw_title,
    "cards": texts.draw_cards,
    "rows": texts.draw_rows,
    "contrast": texts.draw_contrast,
    "law": texts.draw_law,
    "recap": texts.draw_recap,
    "flow": diagrams.draw_flow,
    "barriers": diagrams.draw_barriers,
    "matrix": risk.draw_matrix,
    "table": diagrams.draw_table,
    "formula": risk.draw_formula,
    "scores": risk.draw_scores,
    "ladder": risk.draw_ladder,
    "bands": risk.draw_bands,
    "scale": diagrams.draw_scale,
    "numbers": diagrams.draw_numbers,
    "timeline": diagrams.draw_timeline,
}


def slide_picture(source: CourseSource, number: int, shown: int) -> Image.Image:
    """Return slide number (from 0) with shown of its items spoken of, without the header."""
    slide = source.slides[number]
    page = Page(Canvas(PAPER), slide, PALETTES[source.category], shown)
    draw_foot(page)
    if slide.kind != "title":
        draw_heading(page)
    _KINDS[slide.kind](page)
    return page.canvas.finished()


def header_picture(source: CourseSource, number: int, *, at_seconds: int, lasts_seconds: int) -> Image.Image:
    """Return the strip at the top: category, course, page number, running clock, progress line."""
    canvas, palette = Canvas(PAPER), PALETTES[source.category]
    canvas.box((LEFT, 20), (158, 36), fill=palette.main, radius=18)
    canvas.text((LEFT + 79, 38), palette.word, 19, "#FFFFFF", bold=True, align="centre")
    canvas.text((LEFT + 180, 38), str(source.course["title"]), 20, MUTED)
    canvas.text((1050, 38), f"{number + 1} / {len(source.slides)}", 20, MUTED, align="right")
    canvas.box((1078, 16), (130, 44), fill=INK, radius=22)
    minutes, seconds = divmod(at_seconds, 60)
    canvas.text((1143, 38), f"{minutes:02d}:{seconds:02d}", 26, "#FFFFFF", bold=True, align="centre")
    canvas.box((0, HEADER_HEIGHT - 4), (WIDTH, 4), fill=EDGE, radius=0)
    done = WIDTH * min(1, at_seconds / max(1, lasts_seconds))
    if done:
        canvas.box((0, HEADER_HEIGHT - 4), (done, 4), fill=palette.accent, radius=0)
    return canvas.finished().crop((0, 0, WIDTH, HEADER_HEIGHT))
