"""Configuration keys become rules, with or without their prefix."""

from typing import Any

import pytest

from plugins.video_progress.domain.rules import PlaybackRules, RuleError


def test_without_keys_the_defaults_hold() -> None:
    assert PlaybackRules.from_keys({}) == PlaybackRules()


@pytest.mark.parametrize(
    ("keys", "field", "value"),
    [
        ({"play.max_gap_seconds": 90}, "max_gap_ms", 90_000),
        ({"max_gap_seconds": 90}, "max_gap_ms", 90_000),
        ({"play.jitter_seconds": 0}, "jitter_ms", 0),
        ({"play.max_rate": 1.25}, "max_rate", 1.25),
        ({"play.position_max_rate": 3}, "position_max_rate", 3.0),
        ({"play.heartbeat_seconds": 5}, "heartbeat_ms", 5_000),
        ({"play.seek_forward": "allow"}, "seek_forward_forbidden", False),
        ({"challenge.window_seconds": 30.5}, "window_ms", 30_500),
        ({"challenge.attempts": 2}, "attempts", 2),
        ({"challenge.interval_minutes": [5, 7]}, "challenge_interval_ms", (300_000, 420_000)),
        ({"challenge.interval_seconds": [20, 40]}, "challenge_interval_ms", (20_000, 40_000)),
        ({"challenge.accessible_window_factor": 4}, "accessible_window_factor", 4),
        ({"hours.daily_cap_hours": 4}, "daily_cap_ms", 10_800_000),
        ({"hours.online_minutes_per_class_hour": 30}, "daily_cap_ms", 14_400_000),
        ({"deadline.grace_seconds": 60}, "deadline_grace_ms", 60_000),
    ],
)
def test_a_key_sets_its_rule(keys: dict[str, Any], field: str, value: object) -> None:
    assert getattr(PlaybackRules.from_keys(keys), field) == value


def test_the_cap_is_class_hours_times_their_length() -> None:
    keys = {"hours.daily_cap_hours": 6, "hours.online_minutes_per_class_hour": 30}

    assert PlaybackRules.from_keys(keys).daily_cap_ms == 6 * 30 * 60_000


def test_seconds_of_a_course_win_over_minutes() -> None:
    keys = {"challenge.interval_seconds": [20, 40], "challenge.interval_minutes": [10, 20]}

    assert PlaybackRules.from_keys(keys).challenge_interval_ms == (20_000, 40_000)


def test_keys_of_other_subjects_are_passed_over() -> None:
    assert PlaybackRules.from_keys({"exam.pass_mark": 60, "hours.rounding": "truncate"}) == PlaybackRules()


def test_longer_windows_are_three_times_as_long() -> None:
    assert PlaybackRules().accessible().window_ms == 180_000


@pytest.mark.parametrize(
    "keys",
    [
        {"play.max_gap_second": 90},
        {"max_gap_seconds": "90"},
        {"max_gap_seconds": True},
        {"max_gap_seconds": -1},
        {"max_gap_seconds": 0},
        {"max_gap_seconds": float("nan")},
        {"attempts": 2.5},
        {"attempts": 0},
        {"interval_minutes": [20, 10]},
        {"interval_minutes": 15},
        {"interval_seconds": [0, 10]},
        {"seek_forward": "sometimes"},
        {"daily_cap_hours": "8"},
    ],
)
def test_a_value_no_rule_can_be_made_of_is_refused(keys: dict[str, Any]) -> None:
    with pytest.raises(RuleError):
        PlaybackRules.from_keys(keys)
