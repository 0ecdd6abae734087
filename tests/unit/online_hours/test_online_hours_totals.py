"""Totals: sums of signed entries, cut once, when they are shown."""

from __future__ import annotations

from datetime import UTC, datetime
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from app.sdk.clock import SHANGHAI, epoch_ms
from app.sdk.events.learning_time import Stretch
from app.sdk.quantities import CreditRule, minutes_and_seconds
from plugins.online_hours.domain.totals import Entry, balance_ms, by_offering, credited_since_ms

RULE = CreditRule()
amounts = st.integers(-10_000_000, 10_000_000)


def entry(
    credited_ms: int, *, offering: str = "o", lesson: str = "l", stretches: tuple[Stretch, ...] = ()
) -> Entry:
    return Entry(
        id="e",
        kind="credit" if credited_ms > 0 else "reversal",
        offering_id=offering,
        lesson_id=lesson,
        credited_ms=credited_ms,
        stretches=stretches,
        method=None,
        reason=None,
        rule_version="v",
        recorded_at=datetime(2026, 3, 1, tzinfo=UTC),
    )


entries = st.lists(
    st.builds(
        lambda credited_ms, offering, lesson: entry(credited_ms, offering=offering, lesson=lesson),
        amounts,
        st.sampled_from(["o1", "o2"]),
        st.sampled_from(["l1", "l2", "l3"]),
    )
)


def test_ten_entries_of_269_seconds_are_nine_tenths_of_an_hour_and_not_none() -> None:
    assert RULE.shown(balance_ms([entry(269_000)] * 10)) == "0.9"


def test_one_second_short_of_a_class_hour_shows_nine_tenths() -> None:
    assert RULE.shown(balance_ms([entry(2_699_000)])) == "0.9"


def test_a_class_hour_to_the_millisecond_shows_one() -> None:
    assert RULE.shown(balance_ms([entry(2_699_999), entry(1)])) == "1.0"


def test_one_millisecond_short_of_a_class_hour_does_not_show_one() -> None:
    assert RULE.shown(balance_ms([entry(2_699_999)])) == "0.9"


def test_a_reversal_takes_back_exactly_what_was_given() -> None:
    assert balance_ms([entry(270_000), entry(600_000), entry(-270_000)]) == 600_000


@given(entries)
def test_the_total_is_the_sum_of_the_offerings(those: list[Entry]) -> None:
    assert sum(total.credited_ms for total in by_offering(those)) == balance_ms(those)


@given(entries)
def test_an_offering_is_the_sum_of_its_lessons(those: list[Entry]) -> None:
    assert all(
        total.credited_ms == sum(lesson.credited_ms for lesson in total.lessons)
        for total in by_offering(those)
    )


@given(entries)
def test_every_entry_stands_behind_exactly_one_figure(those: list[Entry]) -> None:
    behind = [one for total in by_offering(those) for lesson in total.lessons for one in lesson.entries]

    assert sorted(behind, key=repr) == sorted(those, key=repr)


@given(st.lists(st.integers(0, 10_000_000)))
def test_what_is_shown_is_never_more_than_what_was_earned(credited: list[int]) -> None:
    total_ms = balance_ms(map(entry, credited))

    assert Fraction(RULE.shown(total_ms)) <= RULE.class_hours(total_ms)


@given(st.lists(st.integers(0, 10_000_000)))
def test_what_is_shown_lacks_less_than_a_tenth_however_many_entries(credited: list[int]) -> None:
    total_ms = balance_ms(map(entry, credited))

    assert RULE.class_hours(total_ms) - Fraction(RULE.shown(total_ms)) < Fraction(1, 10)


@given(st.integers(0, 10_000_000))
def test_minutes_and_seconds_are_never_more_than_what_was_earned(credited_ms: int) -> None:
    minutes, seconds = map(int, minutes_and_seconds(credited_ms).split(":"))

    assert 0 <= credited_ms - (minutes * 60 + seconds) * 1000 < 1000


def test_a_stretch_across_midnight_in_shanghai_counts_on_the_day_it_was_watched() -> None:
    midnight = epoch_ms(datetime(2026, 3, 2, tzinfo=SHANGHAI))
    across = Stretch(media_from_ms=0, server_from_ms=midnight - 4_000, lasts_ms=10_000)

    assert credited_since_ms([entry(10_000, stretches=(across,))], midnight) == 6_000


def test_what_was_watched_yesterday_is_none_of_todays() -> None:
    midnight = epoch_ms(datetime(2026, 3, 2, tzinfo=SHANGHAI))
    before = Stretch(media_from_ms=0, server_from_ms=midnight - 10_000, lasts_ms=10_000)

    assert credited_since_ms([entry(10_000, stretches=(before,))], midnight) == 0
