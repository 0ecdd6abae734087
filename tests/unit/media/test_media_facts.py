"""How a measured video is to be prepared, and which one cannot be."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.media.facts import MediaFacts, SoundFacts, fits, preparation_of, refuse_short
from app.media.unfit import UnfitVideoError

SOUND = SoundFacts(index=1, codec="aac", profile="LC", channels=1)
FACTS = MediaFacts(
    container="mov",
    duration_ms=60_000,
    claimed_ms=60_000,
    picture_index=0,
    codec="h264",
    pixel_format="yuv420p",
    width=1280,
    height=720,
    frames_per_second=25.0,
    plain_picture=True,
    bits_per_second=400_000,
    longest_keyframe_gap_ms=4_000,
    sound=SOUND,
)


def test_what_fits_is_copied_as_one_rendition() -> None:
    preparation = preparation_of(FACTS)

    assert preparation.copies
    assert [rendition.name for rendition in preparation.renditions] == ["720p"]


def test_a_video_without_sound_fits() -> None:
    assert fits(replace(FACTS, sound=None))


@pytest.mark.parametrize(
    "difference",
    [
        {"codec": "hevc"},
        {"pixel_format": "yuv422p"},
        {"plain_picture": False},
        {"width": 2560, "height": 1440},
        {"bits_per_second": 9_000_000},
        {"longest_keyframe_gap_ms": 4_200},
        {"sound": replace(SOUND, codec="mp3")},
        {"sound": replace(SOUND, profile="HE-AAC")},
        {"sound": replace(SOUND, channels=6)},
    ],
)
def test_what_does_not_fit_is_encoded_in_two_renditions(difference: dict[str, Any]) -> None:
    preparation = preparation_of(replace(FACTS, **difference))

    assert not preparation.copies
    assert [rendition.name for rendition in preparation.renditions] == ["360p", "720p"]


def test_an_upright_video_stays_upright() -> None:
    odd = replace(FACTS, codec="hevc", width=720, height=1280)

    assert [(r.width, r.height) for r in preparation_of(odd).renditions] == [(360, 640), (720, 1280)]


def test_a_source_between_the_steps_keeps_its_own_height() -> None:
    odd = replace(FACTS, codec="hevc", width=854, height=480)

    assert [rendition.name for rendition in preparation_of(odd).renditions] == ["360p", "480p"]


@given(width=st.integers(16, 4096), height=st.integers(16, 2304))
def test_no_rendition_is_larger_than_the_source_and_all_sides_are_even(width: int, height: int) -> None:
    renditions = preparation_of(replace(FACTS, codec="vp9", width=width, height=height)).renditions

    assert all(min(r.width, r.height) <= min(width, height) for r in renditions)
    assert all(r.width % 2 == r.height % 2 == 0 for r in renditions)


@given(width=st.integers(16, 4096), height=st.integers(16, 2304))
def test_renditions_have_different_names(width: int, height: int) -> None:
    renditions = preparation_of(replace(FACTS, codec="vp9", width=width, height=height)).renditions

    assert len({rendition.name for rendition in renditions}) == len(renditions)


@pytest.mark.parametrize(
    ("difference", "reason"),
    [
        ({"width": 8000, "height": 8000}, "画面过大"),
        ({"width": 8, "height": 8}, "画面过小"),
        ({"duration_ms": 400, "claimed_ms": 400}, "不足 1 秒"),
        ({"duration_ms": 7 * 3_600_000, "claimed_ms": None}, "超过 6 小时"),
        ({"duration_ms": 30_000}, "标称 1:00，实际只有 0:30"),
    ],
)
def test_what_cannot_become_a_lesson_is_refused_with_the_reason(
    difference: dict[str, Any], reason: str
) -> None:
    with pytest.raises(UnfitVideoError, match=reason):
        preparation_of(replace(FACTS, **difference))


def test_a_header_that_claims_a_moment_more_is_believed_no_fault() -> None:
    assert preparation_of(replace(FACTS, duration_ms=59_100)).copies


def test_an_output_that_ends_early_is_refused() -> None:
    with pytest.raises(UnfitVideoError, match="应有 1:00，只能读到 0:40"):
        refuse_short(40_000, 60_000)
