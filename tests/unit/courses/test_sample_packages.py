"""The sample courses: sound, complete for each category, with a question for every stretch."""

import json
import subprocess
from collections import Counter
from pathlib import Path

import pytest

from app.courses.package import CoursePackage, PackageLesson, declared_fits, read_package
from app.courses.package_format import CATEGORIES
from app.courses.package_questions import questions_about, unasked_stretches

COURSES = Path(__file__).resolve().parents[3] / "courses"
FOLDERS = sorted(path.parent for path in COURSES.glob("*/course.toml"))
PACKAGES = {folder.name: read_package(folder) for folder in FOLDERS}
every_package = pytest.mark.parametrize("package", PACKAGES.values(), ids=PACKAGES)


def measured(package: CoursePackage) -> tuple[PackageLesson, int]:
    """Return the only lesson and how many milliseconds its video really lasts."""
    (lesson,) = package.lessons
    found = subprocess.run(
        [
            "ffprobe",
            "-v",
            "error",
            "-show_entries",
            "format=duration",
            "-of",
            "json",
            package.folder / lesson.media,
        ],
        capture_output=True,
        check=True,
    )
    return lesson, round(float(json.loads(found.stdout)["format"]["duration"]) * 1000)


def key_frames_ms(package: CoursePackage) -> list[int]:
    media = package.folder / package.lessons[0].media
    found = subprocess.run(
        [
            *("ffprobe", "-v", "error", "-select_streams", "v", "-skip_frame", "nokey"),
            *("-show_entries", "frame=pts_time", "-of", "json", str(media)),
        ],
        capture_output=True,
        check=True,
    )
    return [round(float(frame["pts_time"]) * 1000) for frame in json.loads(found.stdout)["frames"]]


def test_each_category_has_one_required_and_one_elective_course() -> None:
    offered = Counter((package.category, package.required) for package in PACKAGES.values())

    assert offered == {(category, required): 1 for category in CATEGORIES for required in (True, False)}


@every_package
def test_a_sample_course_checks_every_20_to_40_seconds(package: CoursePackage) -> None:
    assert package.challenge is not None
    assert (package.challenge.shortest_gap_seconds, package.challenge.longest_gap_seconds) == (20, 40)


@every_package
def test_declared_hours_are_what_was_measured_cut_to_a_tenth(package: CoursePackage) -> None:
    lesson, media_ms = measured(package)

    assert lesson.declared_class_hours * 10 == media_ms // 270_000
    assert declared_fits(lesson.declared_class_hours, media_ms, 45)


def test_one_sample_lesson_is_long_enough_for_a_tenth_of_a_class_hour() -> None:
    assert any(package.lessons[0].declared_class_hours > 0 for package in PACKAGES.values())


@every_package
def test_questions_chapters_and_captions_lie_within_the_lesson(package: CoursePackage) -> None:
    lesson, media_ms = measured(package)

    assert max(question.to_ms for question in lesson.questions) <= media_ms
    assert max(chapter.at_ms for chapter in lesson.chapters) < media_ms
    assert max(cue.end_ms for cue in lesson.cues) <= media_ms


@every_package
def test_no_part_of_a_lesson_is_without_a_question(package: CoursePackage) -> None:
    lesson, media_ms = measured(package)

    assert unasked_stretches(lesson.questions, media_ms=media_ms, stretch_ms=1) == ()


@every_package
def test_every_stretch_of_20_seconds_has_two_questions(package: CoursePackage) -> None:
    lesson, media_ms = measured(package)
    starts = range(0, media_ms - 20_000, 500)

    assert min(len(questions_about(lesson.questions, start, start + 20_000)) for start in starts) >= 2


@every_package
def test_the_right_option_is_not_always_in_the_same_place(package: CoursePackage) -> None:
    assert len({question.answer for question in package.lessons[0].questions}) == 3


def test_all_masters_but_one_have_a_key_frame_every_four_seconds() -> None:
    regular = [
        slug
        for slug, package in PACKAGES.items()
        if all(at == index * 4000 for index, at in enumerate(key_frames_ms(package)))
    ]

    assert set(PACKAGES) - set(regular) == {"manager-injury-cost"}


def test_the_masters_together_stay_below_40_megabytes() -> None:
    assert sum(path.stat().st_size for path in COURSES.glob("*/*.mp4")) <= 40_000_000
