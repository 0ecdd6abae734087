"""The committed sample packages say what their sources in tools/sample_courses say."""

from pathlib import Path

import pytest

from app.courses.package import read_package
from tools.sample_courses.canvas import text_width, wrapped
from tools.sample_courses.source import CourseSource, read_source, slugs

COURSES = Path(__file__).resolve().parents[3] / "courses"
every_source = pytest.mark.parametrize("source", [read_source(slug) for slug in slugs()], ids=slugs())


def test_every_package_has_a_source() -> None:
    assert {path.parent.name for path in COURSES.glob("*/course.toml")} == set(slugs())


@every_source
def test_captions_are_the_spoken_sentences(source: CourseSource) -> None:
    (lesson,) = read_package(COURSES / source.slug).lessons

    assert [cue.text.replace("\n", "") for cue in lesson.cues] == [
        sentence for slide in source.slides for sentence in slide.sentences
    ]


@every_source
def test_questions_are_those_of_the_slides(source: CourseSource) -> None:
    (lesson,) = read_package(COURSES / source.slug).lessons

    assert [(q.id, q.text, q.options, q.options[q.answer], q.explanation) for q in lesson.questions] == [
        (q.id, q.text, q.options, q.answer, q.explanation) for slide in source.slides for q in slide.questions
    ]


@every_source
def test_a_caption_row_fits_a_phone(source: CourseSource) -> None:
    (lesson,) = read_package(COURSES / source.slug).lessons

    assert max(len(row) for cue in lesson.cues for row in cue.text.split("\n")) <= 24
    assert max(len(cue.text.split("\n")) for cue in lesson.cues) <= 2


@every_source
def test_course_file_keeps_title_category_and_kind(source: CourseSource) -> None:
    package = read_package(COURSES / source.slug)
    written = (package.title, package.summary, package.category, package.required, list(package.topics))

    assert written == tuple(
        source.course[key] for key in ("title", "summary", "category", "required", "topics")
    )


def test_a_row_never_begins_with_a_comma() -> None:
    rows = wrapped("一二三四，五六七八，九十", 20, 80)

    assert [row[0] for row in rows if row[0] in "，。"] == []


def test_a_number_is_never_broken() -> None:
    assert wrapped("氧含量低于19.5%", 20, 5 * 20) == ["氧含量低于", "19.5%"]


def test_a_row_is_as_wide_as_was_asked() -> None:
    assert max(text_width(row, 20) for row in wrapped("安全生产人人有责" * 5, 20, 130)) <= 130
