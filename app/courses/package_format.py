"""The vocabulary of a course package: its keys, its closed lists, its limits.

Knows names and numbers only. It reads nothing and judges nothing; the page
docs/course-format.md says the same in prose, and a test compares the two.
"""

from dataclasses import dataclass
from typing import Final

FORMAT: Final = 1
COURSE_FILE: Final = "course.toml"

COURSE_KEYS: Final = (
    "format",
    "slug",
    "title",
    "summary",
    "category",
    "industry",
    "required",
    "content",
    "topics",
    "institution",
    "language",
    "version",
    "challenge",
    "lessons",
)
CHALLENGE_KEYS: Final = ("interval_seconds",)
LESSON_KEYS: Final = (
    "id",
    "title",
    "kind",
    "media",
    "captions",
    "questions",
    "poster",
    "declared_class_hours",
    "chapters",
)
CHAPTER_KEYS: Final = ("at_seconds", "title")
QUESTION_FILE_KEYS: Final = ("questions",)
QUESTION_KEYS: Final = ("id", "from_seconds", "to_seconds", "text", "options", "answer", "explanation")

# Programme document, section on trainees: 三类人员, 六类行业; section on content: 重点学习 … 重点培训 …
CATEGORIES: Final = ("manager_in_charge", "safety_health_officer", "team_leader")
INDUSTRIES: Final = (
    "mining",
    "metallurgy",
    "building_materials",
    "construction",
    "transport",
    "machinery_manufacturing",
)
TOPICS: Final = (
    "important_exposition",
    "policy_law",
    "accident_prevention",
    "occupational_disease_prevention",
    "warning_education",
)
CONTENTS: Final = ("general", "professional")
LESSON_KINDS: Final = ("video",)

MEDIA_SUFFIXES: Final = (".mp4", ".m4v", ".mov", ".mkv", ".webm")
CAPTION_SUFFIXES: Final = (".vtt",)
QUESTION_SUFFIXES: Final = (".toml",)
POSTER_SUFFIXES: Final = (".png", ".jpg", ".jpeg", ".webp")


@dataclass(frozen=True, slots=True)
class PackageLimits:
    """How large a package and its parts may be; an installation may set its own."""

    toml_bytes: int = 256 * 1024
    captions_bytes: int = 1024 * 1024
    poster_bytes: int = 4 * 1024 * 1024
    media_bytes: int = 2 * 1024 * 1024 * 1024
    lessons: int = 100
    questions: int = 500
    chapters: int = 100
    # challenge.interval_minutes is [10, 20] by default: a course may only ask more often.
    shortest_interval_seconds: int = 10
    longest_interval_seconds: int = 1200
