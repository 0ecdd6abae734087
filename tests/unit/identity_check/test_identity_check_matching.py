"""What a likeness means, and what several frames come to."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins.identity_check.domain.matching import Decision, FrameVerdict, MatchPolicy, answer_verdict

POLICY = MatchPolicy()
FRAMES = st.builds(FrameVerdict, st.sampled_from(list(Decision)))


@pytest.mark.parametrize(
    ("likeness", "decision"),
    [
        (1.0, Decision.MATCH),
        (0.45, Decision.MATCH),
        (0.4499, Decision.RETRY),
        (0.36, Decision.RETRY),
        (0.3599, Decision.NO_MATCH),
        (-1.0, Decision.NO_MATCH),
    ],
)
def test_the_limits_belong_to_the_better_side(likeness: float | None, decision: Decision) -> None:
    assert POLICY.judge(likeness) is decision


@pytest.mark.parametrize("likeness", [None, math.nan, math.inf, -math.inf])
def test_what_is_no_number_decides_nothing(likeness: float | None) -> None:
    assert POLICY.judge(likeness) is Decision.UNAVAILABLE


@given(st.floats(-1, 1), st.floats(-1, 1))
def test_a_greater_likeness_is_never_judged_worse(one: float, other: float) -> None:
    order = [Decision.NO_MATCH, Decision.RETRY, Decision.MATCH]
    lesser, greater = sorted((one, other))

    assert order.index(POLICY.judge(lesser)) <= order.index(POLICY.judge(greater))


def test_limits_that_cross_are_refused() -> None:
    with pytest.raises(ValueError, match="retry_from <= match_from"):
        MatchPolicy(match_from=0.3, retry_from=0.4)


@given(st.lists(FRAMES, max_size=5))
def test_one_frame_of_somebody_else_spoils_the_answer(frames: list[FrameVerdict]) -> None:
    stranger = FrameVerdict(Decision.NO_MATCH, ("NOT_SAME_PERSON",))

    assert answer_verdict([*frames, stranger]).decision is Decision.NO_MATCH


def test_a_poor_frame_beside_a_good_one_is_passed_over() -> None:
    frames = [FrameVerdict(Decision.RETRY, ("TOO_DARK",)), FrameVerdict(Decision.MATCH)]

    assert answer_verdict(frames) == FrameVerdict(Decision.MATCH)


def test_reasons_are_told_once_each() -> None:
    frames = [
        FrameVerdict(Decision.RETRY, ("TOO_DARK",)),
        FrameVerdict(Decision.RETRY, ("TOO_DARK", "BLURRED")),
    ]

    assert answer_verdict(frames).codes == ("TOO_DARK", "BLURRED")


def test_no_frame_at_all_asks_for_one() -> None:
    assert answer_verdict([]) == FrameVerdict(Decision.RETRY, ("NO_PICTURE",))


@given(st.lists(FRAMES))
def test_nothing_matches_without_a_matching_frame(frames: list[FrameVerdict]) -> None:
    matched = any(frame.decision is Decision.MATCH for frame in frames)

    assert matched or answer_verdict(frames).decision is not Decision.MATCH
