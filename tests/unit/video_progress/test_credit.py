"""What a passed check credits: rules.md 5.2 "pass"."""

from datetime import UTC, date, datetime

from hypothesis import given
from hypothesis import strategies as st

from plugins.video_progress.domain.credit import Grounds, Refused, Settlement, settle_credit
from plugins.video_progress.domain.intervals import total, union
from plugins.video_progress.domain.lesson import LessonRecord
from plugins.video_progress.domain.pieces import Piece, Pieces, lasting, media_of, server_of
from plugins.video_progress.domain.rules import PlaybackRules

RULES = PlaybackRules()
LESSON = LessonRecord(length_ms=2_700_000)
START = 1_760_925_600_000  # 2025-10-20T10:00+08:00
TODAY = date(2025, 10, 20)
MINUTE = (Piece(0, 60_000, START),)
MIDNIGHT = int(datetime(2025, 10, 20, 16, tzinfo=UTC).timestamp()) * 1000
CAP = 21_600_000


def settled(
    pieces: Pieces = MINUTE,
    *,
    passed_ms: int = START + 60_000,
    lesson: LessonRecord = LESSON,
    grounds: Grounds | None = None,
) -> Settlement:
    return settle_credit(
        pieces, passed_ms=passed_ms, lesson=lesson, grounds=grounds or Grounds(), rules=RULES
    )


def test_what_was_checked_is_credited() -> None:
    assert settled().credited == MINUTE


def test_what_was_credited_is_remembered_as_checked_and_credited() -> None:
    after = settled().lesson

    assert (after.checked, after.credited) == (((0, 60_000),), ((0, 60_000),))


def test_the_day_takes_eight_class_hours() -> None:
    result = settled(grounds=Grounds(confirmed_ms_by_day={TODAY: CAP - 20_000}))

    assert (result.credited, result.refused) == (
        (Piece(0, 20_000, START),),
        (Refused(piece=Piece(20_000, 60_000, START + 20_000), code="DAILY_CAP"),),
    )


def test_what_is_over_the_cap_is_checked_and_may_be_earned_again() -> None:
    after = settled(grounds=Grounds(confirmed_ms_by_day={TODAY: CAP})).lesson

    assert (after.checked, after.credited) == (((0, 60_000),), ())


def test_a_day_that_is_overfull_already_takes_nothing() -> None:
    assert settled(grounds=Grounds(confirmed_ms_by_day={TODAY: CAP + 1})).credited == ()


def test_stretches_of_one_day_fill_it_together() -> None:
    stretches = (Piece(0, 30_000, START), Piece(30_000, 60_000, START + 40_000))
    result = settled(stretches, grounds=Grounds(confirmed_ms_by_day={TODAY: CAP - 40_000}))

    assert result.credited == (Piece(0, 30_000, START), Piece(30_000, 40_000, START + 40_000))


def test_midnight_in_shanghai_begins_a_new_day() -> None:
    across = (Piece(0, 60_000, MIDNIGHT - 30_000),)
    result = settled(across, grounds=Grounds(confirmed_ms_by_day={TODAY: CAP}), passed_ms=MIDNIGHT + 40_000)

    assert result.credited == (Piece(30_000, 60_000, MIDNIGHT),)


def test_each_day_is_filled_apart() -> None:
    across = settled((Piece(0, 60_000, MIDNIGHT - 20_000),), passed_ms=MIDNIGHT + 40_000)

    assert across.credited_ms_by_day() == {TODAY: 20_000, date(2025, 10, 21): 40_000}


def test_the_deadline_itself_counts() -> None:
    assert settled(grounds=Grounds(deadline_ms=START + 60_000)).credited == MINUTE


def test_a_check_passed_after_the_deadline_credits_nothing() -> None:
    result = settled(grounds=Grounds(deadline_ms=START + 59_999))

    assert (result.credited, result.codes) == ((), ("AFTER_DEADLINE",))


def test_days_of_grace_move_the_deadline() -> None:
    result = settle_credit(
        MINUTE,
        passed_ms=START + 60_000,
        lesson=LESSON,
        grounds=Grounds(deadline_ms=START),
        rules=PlaybackRules(deadline_grace_ms=60_000),
    )

    assert result.credited == MINUTE


def test_signed_in_offline_time_earns_nothing_online() -> None:
    result = settled(grounds=Grounds(offline=((START + 10_000, START + 20_000),)))

    assert (result.credited, result.refused) == (
        (Piece(0, 10_000, START), Piece(20_000, 60_000, START + 20_000)),
        (Refused(piece=Piece(10_000, 20_000, START + 10_000), code="OVERLAP_OFFLINE"),),
    )


def test_what_overlaps_offline_time_does_not_use_up_the_day() -> None:
    grounds = Grounds(offline=((START, START + 20_000),), confirmed_ms_by_day={TODAY: CAP - 40_000})

    assert settled(grounds=grounds).credited_ms == 40_000


def test_time_before_the_identity_was_verified_earns_nothing() -> None:
    result = settled(grounds=Grounds(verified_from_ms=START + 45_000))

    assert (result.credited_ms, result.codes) == (15_000, ("IDENTITY_UNVERIFIED",))


def test_an_identity_that_was_never_verified_earns_nothing() -> None:
    result = settled(grounds=Grounds(verified_from_ms=None))

    assert (result.credited, result.lesson.checked) == ((), ((0, 60_000),))


def test_one_millisecond_is_refused_for_one_reason_only() -> None:
    grounds = Grounds(
        verified_from_ms=START + 10_000,
        deadline_ms=START,
        offline=((START, START + 60_000),),
        confirmed_ms_by_day={TODAY: CAP},
    )

    assert settled(grounds=grounds).refused == (
        Refused(piece=Piece(0, 10_000, START), code="IDENTITY_UNVERIFIED"),
        Refused(piece=Piece(10_000, 60_000, START + 10_000), code="AFTER_DEADLINE"),
    )


def test_what_a_reviewer_confirmed_meanwhile_is_not_credited_twice() -> None:
    confirmed = LessonRecord(length_ms=2_700_000, checked=((0, 30_000),), credited=((0, 30_000),))

    assert settled(lesson=confirmed).credited == (Piece(30_000, 60_000, START + 30_000),)


spans = st.tuples(st.integers(0, 80), st.integers(0, 40)).map(
    lambda ends: (START + ends[0] * 1000, START + (ends[0] + ends[1]) * 1000)
)
all_grounds = st.builds(
    Grounds,
    deadline_ms=st.sampled_from([None, None, None, START + 60_000]),
    offline=st.lists(spans, max_size=4).map(lambda parts: union((), parts)),
    verified_from_ms=st.sampled_from([None, 0, 0, 0]) | st.integers(START, START + 120_000),
    confirmed_ms_by_day=st.integers(CAP - 120_000, CAP).map(lambda ms: {TODAY: ms}),
)
some_pieces = st.lists(st.integers(1, 20_000), min_size=1, max_size=6).map(
    lambda lengths: tuple(
        Piece(sum(lengths[:n]), sum(lengths[: n + 1]), START + sum(lengths[:n]) + n * 3)
        for n in range(len(lengths))
    )
)


@given(some_pieces, all_grounds)
def test_every_checked_millisecond_earns_or_has_one_reason(pieces: Pieces, grounds: Grounds) -> None:
    result = settled(pieces, grounds=grounds, passed_ms=START + 120_000)
    parts = (*result.credited, *(refusal.piece for refusal in result.refused))

    assert lasting(parts) == lasting(pieces)
    assert server_of(parts) == server_of(pieces)
    assert result.lesson.checked == media_of(pieces)
    assert result.lesson.credited == media_of(result.credited)


@given(some_pieces, all_grounds)
def test_no_day_is_ever_overfilled(pieces: Pieces, grounds: Grounds) -> None:
    result = settled(pieces, grounds=grounds, passed_ms=START + 120_000)

    assert grounds.confirmed_ms_by_day[TODAY] + total(server_of(result.credited)) <= CAP
