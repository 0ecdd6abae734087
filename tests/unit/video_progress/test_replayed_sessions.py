"""A session replayed: the order of events, the lease between devices, the form of the answer."""

from typing import Any

import pytest

from plugins.video_progress.domain.replay import replay

Event = dict[str, Any]


def at(seconds: float, kind: str, **more: Any) -> Event:
    return {"at": seconds, "type": kind, **more}


def opening(seconds: float = 0, device: str = "a") -> Event:
    return at(seconds, "open", device=device, position=0)


def beat(seconds: float, seq: int, start: float, end: float, device: str = "a", **more: Any) -> Event:
    claim = {"device": device, "seq": seq, "played": [start, end], "rate": 1.0, "visible": True}
    return at(seconds, "beat", **claim | more)


def told(*events: Event, **given: Any) -> dict[str, Any]:
    head = {"lesson_seconds": 600, "rules": {}, "first_event_at": "2025-10-20T10:00:00+08:00"}
    return replay(head | given | {"events": list(events)})


def test_close_alone_confirms_nothing() -> None:
    assert told(opening(), beat(30, 1, 0, 30), at(31, "close"))["confirmed_seconds"] == 0


def test_a_second_device_takes_the_lease_and_the_first_earns_nothing_more() -> None:
    result = told(
        opening(0, "a"),
        opening(10, "b"),
        beat(15, 1, 0, 15, "a"),
        beat(25, 1, 0, 15, "b"),
        at(26, "challenge_issued"),
        at(30, "challenge_passed"),
    )

    assert result == {
        "confirmed_seconds": 15,
        "codes": ["SESSION_REPLACED", "CONCURRENT_SESSION"],
        "checked": [[0, 15]],
    }


def test_what_the_first_device_had_pending_is_discarded() -> None:
    result = told(opening(0, "a"), beat(30, 1, 0, 30, "a"), opening(31, "b"), at(32, "challenge_passed"))

    assert result["confirmed_seconds"] == 0


def test_a_replaced_device_stays_replaced_after_the_other_has_closed() -> None:
    result = told(opening(0, "a"), opening(10, "b"), at(20, "close"), beat(30, 1, 0, 15, "a"))

    assert result["codes"] == ["SESSION_REPLACED", "CONCURRENT_SESSION"]


def test_a_device_that_never_opened_has_no_lease() -> None:
    assert told(opening(0, "a"), beat(15, 1, 0, 15, "b"))["codes"] == ["CONCURRENT_SESSION"]


def test_opening_again_on_the_same_device_ends_the_first_playback() -> None:
    result = told(opening(0), beat(30, 1, 0, 30), opening(40), beat(55, 1, 0, 15), at(56, "challenge_passed"))

    assert (result["confirmed_seconds"], result["codes"]) == (15, ["SESSION_REPLACED"])


def test_a_beat_after_closing_counts_nothing() -> None:
    assert told(opening(), at(5, "close"), beat(15, 1, 0, 15))["codes"] == ["PLAYBACK_CLOSED"]


def test_a_check_without_a_playback_does_nothing() -> None:
    assert told(at(0, "challenge_passed"), at(1, "challenge_failed"), at(2, "close"))["codes"] == []


def test_a_refused_jump_leaves_its_seq_free() -> None:
    result = told(
        opening(),
        beat(15, 1, 0, 15),
        beat(30, 2, 100, 115),
        beat(31, 2, 15, 31),
        at(32, "challenge_passed"),
    )

    assert (result["confirmed_seconds"], result["codes"]) == (31, ["SEEK_FORWARD_REJECTED"])


def test_another_body_under_a_known_seq_is_a_conflict() -> None:
    result = told(opening(), beat(15, 1, 0, 15), beat(30, 1, 15, 30), at(31, "challenge_passed"))

    assert (result["confirmed_seconds"], result["codes"]) == (15, ["SEQUENCE_CONFLICT"])


def test_withdrawn_consent_is_noted_and_another_way_counts_the_same() -> None:
    result = told(
        opening(),
        beat(30, 1, 0, 30),
        at(31, "consent_withdrawn"),
        at(31, "challenge_issued"),
        at(40, "alternative_passed"),
    )

    assert (result["confirmed_seconds"], result["codes"]) == (30, ["CONSENT_WITHDRAWN", "ALT_CHALLENGE"])


def test_each_code_is_told_once_in_the_order_of_its_first_occurrence() -> None:
    result = told(opening(), beat(10, 1, 0, 60), beat(20, 2, 0, 10), beat(30, 3, 10, 80), beat(40, 4, 0, 10))

    assert result["codes"] == ["RATE_EXCEEDED", "REPEAT_NOT_COUNTED"]


def test_seconds_are_whole_where_they_are_whole() -> None:
    result = told(opening(), beat(30.5, 1, 0, 30.5), at(31, "challenge_passed"))

    assert (result["confirmed_seconds"], result["checked"]) == (30.5, [[0, 30.5]])


def test_what_was_confirmed_today_counts_on_the_day_of_the_first_event() -> None:
    result = told(
        opening(),
        beat(60, 1, 0, 60),
        at(61, "challenge_passed"),
        first_event_at="2025-10-20T23:59:30+08:00",
        confirmed_today_seconds=21_600,
    )

    assert (result["confirmed_seconds"], result["codes"]) == (30, ["DAILY_CAP"])


def test_the_day_fills_up_from_check_to_check() -> None:
    result = told(
        opening(),
        beat(60, 1, 0, 60),
        at(61, "challenge_passed"),
        beat(121, 2, 60, 120),
        at(122, "challenge_passed"),
        confirmed_today_seconds=21_510,
    )

    assert (result["confirmed_seconds"], result["checked"]) == (90, [[0, 120]])


@pytest.mark.parametrize(
    "attendance",
    [
        [10, 30],
        {"from": 10, "to": 30},
        ["2025-10-20T10:00:10+08:00", "2025-10-20T02:00:30Z"],
        {"from": "2025-10-20T10:00:10+08:00", "to": 30},
    ],
)
def test_attendance_is_read_in_seconds_or_in_iso_8601(attendance: object) -> None:
    result = told(opening(), beat(60, 1, 0, 60), at(61, "challenge_passed"), offline_attendance=[attendance])

    assert (result["confirmed_seconds"], result["codes"]) == (40, ["OVERLAP_OFFLINE"])


def test_attendance_may_have_begun_before_the_trace() -> None:
    result = told(opening(), beat(60, 1, 0, 60), at(61, "challenge_passed"), offline_attendance=[[-600, 30]])

    assert result["confirmed_seconds"] == 30


@pytest.mark.parametrize(("verified", "seconds"), [(20, 40), ("2025-10-20T10:00:20+08:00", 40), (None, 0)])
def test_time_before_the_identity_was_verified_is_not_credited(verified: object, seconds: int) -> None:
    result = told(opening(), beat(60, 1, 0, 60), at(61, "challenge_passed"), identity_verified_at=verified)

    assert (result["confirmed_seconds"], result["codes"]) == (seconds, ["IDENTITY_UNVERIFIED"])


def test_a_second_prompt_begins_the_window_of_the_next_attempt() -> None:
    result = told(
        opening(),
        beat(30, 1, 0, 30),
        at(30, "challenge_issued"),
        at(90, "challenge_expired"),
        at(120, "challenge_issued"),
        at(180, "challenge_passed"),
    )

    assert (result["confirmed_seconds"], result["codes"]) == (30, ["CHALLENGE_RETRY"])


def test_rules_of_the_trace_override_the_defaults() -> None:
    result = told(
        opening(),
        beat(30, 1, 0, 30),
        at(30, "challenge_issued"),
        at(51, "challenge_passed"),
        rules={"challenge.window_seconds": 20},
    )

    assert result["codes"] == ["CHALLENGE_EXPIRED"]
