"""Days in Shanghai as the time zone database knows them."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from plugins.video_progress.domain.days import day_of, day_spans, ms_of

instants = st.integers(694_224_000, 4_102_444_800).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))


@given(instants)
def test_a_day_is_the_one_of_the_time_zone_database(instant: datetime) -> None:
    assert day_of(ms_of(instant)) == instant.astimezone(ZoneInfo("Asia/Shanghai")).date()


@given(st.integers(0, 10**13), st.integers(1, 4 * 86_400_000))
def test_days_cut_a_span_without_loss(start: int, length: int) -> None:
    parts = list(day_spans((start, start + length)))

    assert [part[0] for part in parts] == [start, *(part[1] for part in parts[:-1])]
    assert parts[-1][1] == start + length
    assert all(day_of(left) == day_of(right - 1) for left, right in parts)
