"""A playback's state survives a database row."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins.video_progress.domain.intervals import union
from plugins.video_progress.domain.pieces import Claim, Piece
from plugins.video_progress.domain.state import Challenge, PlaybackState, StateError

instants = st.integers(1_700_000_000_000, 1_700_000_900_000)
positions = st.integers(0, 2_700_000)
spans = st.lists(st.tuples(instants, instants).filter(lambda ends: ends[0] < ends[1]), max_size=5).map(
    lambda parts: union((), parts)
)
states = st.builds(
    PlaybackState,
    opened_ms=instants,
    furthest_ms=positions,
    listening_from_ms=st.none() | instants,
    elapsed=spans,
    allowance=spans,
    reach_ms=positions,
    carry=st.lists(st.builds(Claim, positions, positions, st.booleans()), max_size=3).map(tuple),
    pending=st.lists(st.builds(Piece, positions, positions, instants), max_size=5).map(tuple),
    challenge=st.none()
    | st.builds(Challenge, issued_ms=instants, attempt_from_ms=instants, lost=st.integers(0, 2)),
    ended=st.sampled_from(["", "closed", "replaced"]),
)


@given(states)
def test_a_state_comes_back_from_json_as_it_was(state: PlaybackState) -> None:
    assert PlaybackState.from_json(json.loads(json.dumps(state.to_json()))) == state


@pytest.mark.parametrize("stored", [[], [2], ["x"]])
def test_a_state_of_another_format_is_refused(stored: list[object]) -> None:
    with pytest.raises(StateError):
        PlaybackState.from_json(stored)


def test_a_torn_row_is_refused() -> None:
    stored = PlaybackState(opened_ms=0, furthest_ms=0, listening_from_ms=0).to_json()
    stored[4] = [1, 2, 3]

    with pytest.raises(StateError):
        PlaybackState.from_json(stored)


def test_twenty_honest_minutes_take_less_than_two_kilobytes() -> None:
    pending = tuple(Piece(n * 15_000, n * 15_000 + 15_000, 10**12 + n * 15_020) for n in range(80))
    state = PlaybackState(
        opened_ms=10**12, furthest_ms=1_200_000, listening_from_ms=10**12 + 1_201_600, pending=pending
    )

    assert len(json.dumps(state.to_json(), separators=(",", ":"))) < 2048
