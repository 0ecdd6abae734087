"""docs/course-format.md names every key and every closed list that the reader knows, and no other."""

import re
from pathlib import Path

import pytest

from app.courses import package_format as known

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "course-format.md").read_text(encoding="utf-8")


def keys_under(heading: str) -> list[str]:
    """Return the first column of the table that follows the heading."""
    section = re.split(r"^#+ ", PAGE.split(heading, 1)[1], maxsplit=1, flags=re.MULTILINE)[0]
    return re.findall(r"^\| `([a-z_]+)` \|", section, flags=re.MULTILINE)


@pytest.mark.parametrize(
    ("heading", "keys"),
    [
        ("## course.toml\n", known.COURSE_KEYS),
        ("### `[challenge]`\n", known.CHALLENGE_KEYS),
        ("### `[[lessons]]`\n", known.LESSON_KEYS),
        ("### `chapters`\n", known.CHAPTER_KEYS),
        ("## The question file\n", known.QUESTION_KEYS),
        ("### Categories\n", known.CATEGORIES),
        ("### Industries\n", known.INDUSTRIES),
        ("### Topics\n", known.TOPICS),
        ("### Contents\n", known.CONTENTS),
    ],
)
def test_the_page_lists_exactly_the_known_words(heading: str, keys: tuple[str, ...]) -> None:
    assert keys_under(heading) == list(keys)


def test_the_page_names_every_file_type() -> None:
    suffixes = known.MEDIA_SUFFIXES + known.CAPTION_SUFFIXES + known.QUESTION_SUFFIXES + known.POSTER_SUFFIXES

    assert [suffix for suffix in suffixes if f"`{suffix}`" not in PAGE] == []
