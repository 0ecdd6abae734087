"""What a course package holds once it has been read: frozen values.

Knows the shape of a course and one rule about it, declared_fits(). How a
package is written down and checked is told by package.py.
"""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

from app.courses.package_captions import Cue
from app.courses.package_format import COURSE_FILE
from app.courses.package_questions import Question


@dataclass(frozen=True, slots=True)
class ChallengeSettings:
    """How often a learner of this course is checked, in seconds of learning time."""

    shortest_gap_seconds: int
    longest_gap_seconds: int


@dataclass(frozen=True, slots=True)
class Chapter:
    """A named place in a video."""

    at_ms: int
    title: str


@dataclass(frozen=True, slots=True)
class PackageLesson:
    """One lesson. File names are relative to the package's folder; class hours are the author's claim."""

    id: str
    title: str
    kind: str
    media: str
    captions: str
    questions_file: str
    poster: str | None
    declared_class_hours: Decimal
    chapters: tuple[Chapter, ...]
    cues: tuple[Cue, ...]
    questions: tuple[Question, ...]


@dataclass(frozen=True, slots=True)
class CoursePackage:
    """A course as its author packed it. An empty industry tuple means: fit for all industries."""

    folder: Path
    slug: str
    title: str
    summary: str
    category: str
    industry: tuple[str, ...]
    required: bool
    content: str
    topics: tuple[str, ...]
    institution: str
    language: str
    version: str
    challenge: ChallengeSettings | None
    lessons: tuple[PackageLesson, ...]

    @property
    def files(self) -> tuple[str, ...]:
        """The names of all files that belong to the package, sorted."""
        named = {COURSE_FILE}
        for lesson in self.lessons:
            named |= {lesson.media, lesson.captions, lesson.questions_file}
            named |= {lesson.poster} if lesson.poster else set()
        return tuple(sorted(named))


def declared_fits(declared: Decimal | Fraction, media_ms: int, minutes_per_class_hour: int) -> bool:
    """Return whether the declared class hours are covered by the measured media.

    Exact: 2699.4 s never make 1.0 class hour of 45 minutes. The caller refuses
    with DECLARED_HOURS_EXCEED_MEDIA (rules 5.2, last point).
    """
    return Fraction(declared) * minutes_per_class_hour * 60_000 <= media_ms
