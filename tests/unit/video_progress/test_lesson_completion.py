"""When a lesson is complete, and what an author may declare."""

import pytest

from plugins.video_progress.domain.lesson import complete, declared_hours_fit
from plugins.video_progress.domain.rules import PlaybackRules

RULES = PlaybackRules()


@pytest.mark.parametrize(
    ("checked_ms", "lesson_ms", "is_complete"),
    [
        (2_646_000, 2_700_000, True),
        (2_645_999, 2_700_000, False),
        (58_500, 60_000, True),
        (58_799, 60_300, False),
        (0, 60_000, False),
        (0, 1_000, False),
        (0, 0, False),
    ],
)
def test_a_lesson_needs_98_percent_or_misses_a_second_and_a_half(
    checked_ms: int, lesson_ms: int, is_complete: bool
) -> None:
    checked = ((0, checked_ms),) if checked_ms else ()

    assert complete(checked, lesson_ms, RULES) is is_complete


def test_what_lies_beyond_the_film_completes_nothing() -> None:
    assert not complete(((0, 30_000), (60_000, 120_000)), 60_000, RULES)


def test_the_last_five_seconds_complete_nothing() -> None:
    assert not complete(((295_000, 300_000),), 300_000, RULES)


def test_declared_hours_stay_within_the_measured_media() -> None:
    one_class_hour = 2_700_000

    assert (declared_hours_fit(one_class_hour, 2_699_400), declared_hours_fit(one_class_hour, 2_700_000)) == (
        False,
        True,
    )
