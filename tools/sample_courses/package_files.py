"""The text files of a course package: captions, questions, course.toml.

Knows how they are spelt; what is said when comes from the speech track.
"""

import json
from collections.abc import Iterable

from tools.sample_courses.source import CourseSource
from tools.sample_courses.speech import Track

MEDIA, CAPTIONS, QUESTIONS, POSTER = "lesson.mp4", "lesson.zh-CN.vtt", "questions.toml", "poster.jpg"
_MADE_BY = "# Written by tools/sample_courses; change the source there.\n"
_WIDEST_ROW = 22
# 0.1 class hour at 45 minutes a class hour; what a lesson claims is cut, never rounded up.
_MS_PER_TENTH = 270_000
_BREAK_AFTER = "，。、；：？！"


def captions(track: Track) -> str:
    """Return the lesson's captions as WebVTT, one cue for each sentence."""
    cues = [
        f"{_clock(said.start_ms)} --> {_clock(said.end_ms)}\n{_in_rows(said.text)}\n" for said in track.spoken
    ]
    return "WEBVTT\n\n" + "\n".join(cues)


def questions(source: CourseSource, track: Track) -> str:
    """Return the question file: each question asks about the slide it stands on."""
    tables: list[str] = []
    for number, slide in enumerate(source.slides):
        last = number == len(source.slides) - 1
        end_ms = track.lasts_ms if last else track.slide_start_ms(number + 1)
        for question in slide.questions:
            tables.append(
                "[[questions]]\n"
                f"id = {_quoted(question.id)}\n"
                f"from_seconds = {_seconds(track.slide_start_ms(number))}\n"
                f"to_seconds = {_seconds(end_ms)}\n"
                f"text = {_quoted(question.text)}\n"
                f"options = {_list(question.options)}\n"
                f"answer = {question.options.index(question.answer)}\n"
                f"explanation = {_quoted(question.explanation)}\n"
            )
    return _MADE_BY + "\n" + "\n".join(tables)


def course_file(source: CourseSource, track: Track) -> str:
    """Return course.toml."""
    course = source.course
    tenths = track.lasts_ms // _MS_PER_TENTH
    chapters = [
        f"  {{ at_seconds = {_seconds(track.slide_start_ms(number))}, title = {_quoted(slide.chapter)} }},\n"
        for number, slide in enumerate(source.slides)
        if slide.chapter
    ]
    industry = f"industry = {_list(course['industry'])}\n" if "industry" in course else ""
    return (
        f"{_MADE_BY}format = 1\n"
        f"slug = {_quoted(source.slug)}\n"
        f"title = {_quoted(course['title'])}\n"
        f"summary = {_quoted(course['summary'])}\n"
        f"category = {_quoted(course['category'])}\n"
        f"{industry}"
        f"required = {'true' if course['required'] else 'false'}\n"
        f"content = {_quoted(course['content'])}\n"
        f"topics = {_list(course['topics'])}\n"
        f"institution = {_quoted(course['institution'])}\n"
        f"language = {_quoted(course['language'])}\n"
        f"version = {_quoted(course['version'])}\n"
        "\n[challenge]\n"
        f"interval_seconds = {course['interval_seconds']}\n"
        "\n[[lessons]]\n"
        f"id = {_quoted(source.lesson_id)}\n"
        f"title = {_quoted(source.lesson_title)}\n"
        'kind = "video"\n'
        f"media = {_quoted(MEDIA)}\n"
        f"captions = {_quoted(CAPTIONS)}\n"
        f"questions = {_quoted(QUESTIONS)}\n"
        f"poster = {_quoted(POSTER)}\n"
        f"declared_class_hours = {tenths // 10}.{tenths % 10}\n"
        f"chapters = [\n{''.join(chapters)}]\n"
    )


def _in_rows(text: str) -> str:
    """Return text in one row or two, broken after the punctuation nearest to the middle."""
    if len(text) <= _WIDEST_ROW:
        return text
    middle = len(text) / 2
    places = [index + 1 for index, character in enumerate(text[:-1]) if character in _BREAK_AFTER]
    fitting = [place for place in places if place <= _WIDEST_ROW and len(text) - place <= _WIDEST_ROW]
    place = min(fitting or [round(middle)], key=lambda index: abs(index - middle))
    return f"{text[:place]}\n{text[place:]}"


def _clock(milliseconds: int) -> str:
    minutes, rest = divmod(milliseconds, 60_000)
    return f"{minutes:02d}:{rest // 1000:02d}.{rest % 1000:03d}"


def _seconds(milliseconds: int) -> str:
    return f"{milliseconds // 1000}.{milliseconds % 1000:03d}"


def _quoted(text: object) -> str:
    # A JSON string without escapes beyond the basic ones is a TOML basic string.
    return json.dumps(str(text), ensure_ascii=False)


def _list(values: Iterable[object]) -> str:
    return "[" + ", ".join(_quoted(value) for value in values) + "]"
