"""Real ffmpeg on tiny clips: what is measured, what is cut, what is refused."""

import time
from pathlib import Path

import pytest

from app.media.facts import preparation_of
from app.media.gateway.child import (
    Bounds,
    ChildError,
    ChildInterruptedError,
    ChildTooSlowError,
    run_bounded,
)
from app.media.gateway.ffmpeg import Source, cut
from app.media.gateway.probe import measure
from app.media.hls import read_playlist
from app.media.unfit import UnfitVideoError
from tests.support import clips
from tests.support.clips import clip, turned


def test_the_length_is_measured_to_the_frame() -> None:
    assert measure(clip(clips.FITS)).duration_ms == 6000


def test_keyframes_every_four_seconds_are_seen() -> None:
    assert measure(clip(clips.FITS)).longest_keyframe_gap_ms == 4000


def test_the_gap_after_the_last_keyframe_counts_too() -> None:
    assert measure(clip(clips.SPARSE_KEYFRAMES)).longest_keyframe_gap_ms == 6000


def test_a_turned_video_is_measured_as_it_is_shown(tmp_path: Path) -> None:
    facts = measure(turned(clip(clips.SILENT), tmp_path / "turned.mp4"))

    assert (facts.width, facts.height, facts.plain_picture) == (180, 320, False)


@pytest.mark.parametrize(
    ("recipe", "copies"),
    [(clips.FITS, True), (clips.SILENT, True), (clips.ODD, False), (clips.SPARSE_KEYFRAMES, False)],
)
def test_only_what_fits_is_copied(recipe: tuple[str, str], copies: bool) -> None:
    assert preparation_of(measure(clip(recipe))).copies is copies


def test_a_copy_is_cut_every_four_seconds(tmp_path: Path) -> None:
    source = Source(clip(clips.FITS), measure(clip(clips.FITS)))
    cut(source, preparation_of(source.facts), tmp_path, at_ms=lambda _: None)

    segments = read_playlist((tmp_path / "180p" / "index.m3u8").read_text())
    assert [segment.lasts_ms for segment in segments] == [4000, 2000]


def test_all_renditions_are_cut_at_the_same_times(tmp_path: Path) -> None:
    source = Source(clip(clips.ODD), measure(clip(clips.ODD)))
    cut(source, preparation_of(source.facts), tmp_path, at_ms=lambda _: None)

    playlists = [(tmp_path / name / "index.m3u8").read_text() for name in ("360p", "720p")]
    assert read_playlist(playlists[0]) == read_playlist(playlists[1])


def test_sparse_keyframes_become_segments_of_four_seconds(tmp_path: Path) -> None:
    source = Source(clip(clips.SPARSE_KEYFRAMES), measure(clip(clips.SPARSE_KEYFRAMES)))
    cut(source, preparation_of(source.facts), tmp_path, at_ms=lambda _: None)

    segments = read_playlist((tmp_path / "180p" / "index.m3u8").read_text())
    assert [segment.lasts_ms for segment in segments] == [4000, 2000]


def test_the_position_only_grows_and_reaches_the_end(tmp_path: Path) -> None:
    heard: list[int | None] = []
    source = Source(clip(clips.ODD), measure(clip(clips.ODD)))
    cut(source, preparation_of(source.facts), tmp_path, at_ms=heard.append)

    positions = [position for position in heard if position is not None]
    assert positions == sorted(positions)
    assert positions[-1] >= 2_900


def test_whoever_watches_can_stop_ffmpeg(tmp_path: Path) -> None:
    class StopHereError(Exception):
        pass

    def stop(_position: int | None) -> None:
        raise StopHereError

    source = Source(clip(clips.LONG), measure(clip(clips.LONG)))
    began = time.monotonic()
    with pytest.raises(StopHereError):
        cut(source, preparation_of(source.facts), tmp_path, at_ms=stop)

    assert time.monotonic() - began < 5


@pytest.mark.parametrize(
    ("recipe", "reason"), [(clips.ONLY_SOUND, "没有视频画面"), (clips.BLINK, "不足 1 秒")]
)
def test_what_is_no_lesson_is_refused_with_the_reason(recipe: tuple[str, str], reason: str) -> None:
    with pytest.raises(UnfitVideoError, match=reason):
        preparation_of(measure(clip(recipe)))


def test_a_truncated_file_is_refused_as_incomplete(tmp_path: Path) -> None:
    broken = tmp_path / "broken.mp4"
    whole = clip(clips.FITS).read_bytes()
    broken.write_bytes(whole[: len(whole) // 2])

    with pytest.raises(UnfitVideoError, match="不完整"):
        preparation_of(measure(broken))


def test_a_playlist_called_mp4_opens_no_other_file(tmp_path: Path) -> None:
    secret = clip(clips.FITS)
    disguised = tmp_path / "lesson.mp4"
    disguised.write_text(f"#EXTM3U\n#EXTINF:6,\nfile://{secret}\n#EXT-X-ENDLIST\n")

    with pytest.raises(UnfitVideoError, match="播放列表"):
        measure(disguised)


def test_a_program_that_takes_too_long_is_killed(tmp_path: Path) -> None:
    began = time.monotonic()
    with pytest.raises(ChildTooSlowError):
        run_bounded(["sleep", "30"], bounds=Bounds(seconds=1), log=tmp_path / "log", hear=lambda _: None)

    assert time.monotonic() - began < 10


def test_a_program_that_closes_its_output_and_stays_is_killed_too(tmp_path: Path) -> None:
    with pytest.raises(ChildTooSlowError):
        run_bounded(
            ["sh", "-c", "exec >&-; sleep 30"],
            bounds=Bounds(seconds=1),
            log=tmp_path / "log",
            hear=lambda _: None,
        )


def test_a_complaint_is_handed_on(tmp_path: Path) -> None:
    with pytest.raises(ChildError) as refused:
        run_bounded(
            ["sh", "-c", "echo no such thing >&2; exit 3"],
            bounds=Bounds(seconds=5),
            log=tmp_path / "log",
            hear=lambda _: None,
        )

    assert (refused.value.code, refused.value.complaint) == (3, "no such thing\n")


def test_a_program_killed_from_outside_is_interrupted_not_wrong(tmp_path: Path) -> None:
    with pytest.raises(ChildInterruptedError):
        run_bounded(
            ["sh", "-c", "kill -9 $$"], bounds=Bounds(seconds=5), log=tmp_path / "log", hear=lambda _: None
        )


def test_memory_has_a_ceiling(tmp_path: Path) -> None:
    greedy = "import sys\ntry:\n  bytearray(400 << 20)\nexcept MemoryError:\n  sys.exit(7)"
    with pytest.raises(ChildError) as refused:
        run_bounded(
            ["python3", "-c", greedy],
            bounds=Bounds(seconds=20, memory_bytes=300 << 20),
            log=tmp_path / "log",
            hear=lambda _: None,
        )

    assert refused.value.code == 7
