"""The written source of a sample course: slides, spoken sentences, questions.

One readable file per course in content/. Knows how it is spelt and what a
slide's sentences are; it does not know what a slide looks like or sounds like.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

CONTENT = Path(__file__).parent / "content"
READINGS = Path(__file__).parent / "readings.toml"
_LONGEST_SENTENCE = 44


class SourceError(Exception):
    """A content file says something that cannot be made into a course."""


@dataclass(frozen=True, slots=True)
class SlideQuestion:
    """A question about what one slide says."""

    id: str
    text: str
    options: tuple[str, ...]
    answer: str
    explanation: str


@dataclass(frozen=True, slots=True)
class Slide:
    """One slide: how it is drawn (kind, fields), what is said, how much is shown at each sentence."""

    kind: str
    heading: str
    chapter: str | None
    fields: Mapping[str, Any]
    sentences: tuple[str, ...]
    shown: tuple[int, ...]
    questions: tuple[SlideQuestion, ...]


@dataclass(frozen=True, slots=True)
class CourseSource:
    """A whole course; readings say how to speak what the voice would misread."""

    slug: str
    course: Mapping[str, Any]
    lesson_id: str
    lesson_title: str
    frames_per_second: int
    keyframes: str
    readings: Mapping[str, str]
    slides: tuple[Slide, ...]

    @property
    def category(self) -> str:
        return str(self.course["category"])


def slugs() -> tuple[str, ...]:
    """Return the names of all content files."""
    return tuple(sorted(path.stem for path in CONTENT.glob("*.toml")))


def read_source(slug: str) -> CourseSource:
    """Return the course written in content/<slug>.toml."""
    values = tomllib.loads((CONTENT / f"{slug}.toml").read_text(encoding="utf-8"))
    common_readings = tomllib.loads(READINGS.read_text(encoding="utf-8"))
    lesson = values["lesson"]
    return CourseSource(
        slug=slug,
        course=values["course"],
        lesson_id=lesson["id"],
        lesson_title=lesson["title"],
        frames_per_second=lesson.get("frames_per_second", 10),
        keyframes=lesson.get("keyframes", "every 4 seconds"),
        readings=common_readings | values.get("readings", {}),
        slides=tuple(_slide(slide) for slide in values["slides"]),
    )


def _slide(values: dict[str, Any]) -> Slide:
    sentences = tuple(row.strip() for row in values["says"].strip().splitlines())
    for sentence in sentences:
        if not 0 < len(sentence) <= _LONGEST_SENTENCE:
            raise SourceError(f"a caption holds 1 to {_LONGEST_SENTENCE} characters: {sentence!r}")
    shown = tuple(values.get("shown", range(len(sentences))))
    if len(shown) != len(sentences):
        raise SourceError(f"{values['heading']}: one number in shown for each of {len(sentences)} sentences")
    return Slide(
        kind=values["kind"],
        heading=values["heading"],
        chapter=values.get("chapter"),
        fields=values,
        sentences=sentences,
        shown=shown,
        questions=tuple(
            SlideQuestion(q["id"], q["text"], tuple(q["options"]), q["answer"], q["explanation"])
            for q in values.get("questions", ())
        ),
    )
