"""Cuts and encodes with ffmpeg. The only file that knows ffmpeg-python.

ffmpeg-python is unmaintained but sound: it only builds argument lists, which
we run ourselves (child.py) with limits, a deadline and someone who watches.
ffmpeg names are local and absolute, the container is named, nothing is asked
on the terminal.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ffmpeg

from app.media.facts import SEGMENT_MS, MediaFacts, Preparation, Rendition
from app.media.gateway.child import Bounds, ChildError, run_bounded
from app.media.gateway.probe import PROTOCOLS
from app.media.unfit import UnfitVideoError

PLAYLIST = "index.m3u8"
_SEGMENT_SECONDS = SEGMENT_MS // 1000
_FRAMES_PER_SECOND_AT_MOST = 30.0
_POSTER_WIDTH = 640
# On two busy cores encoding runs at about 1.8 times real time; a fifth of that is still in time.
_ENCODING_SECONDS_PER_SECOND = 3
_COPYING_SECONDS_PER_SECOND = 0.5
_SECONDS_AT_LEAST = 120


@dataclass(frozen=True, slots=True)
class Source:
    """A measured file."""

    path: Path
    facts: MediaFacts


def cut(
    source: Source, preparation: Preparation, folder: Path, *, at_ms: Callable[[int | None], None]
) -> None:
    """Write folder/<rendition>/index.m3u8 and plain segments for every rendition.

    at_ms hears the position reached, or None when there is nothing new, about
    twice a second; what it raises stops ffmpeg. Raises UnfitVideoError.
    """
    for rendition in preparation.renditions:
        (folder / rendition.name).mkdir(parents=True)
    streams = (
        _copied(source, preparation, folder) if preparation.copies else _encoded(source, preparation, folder)
    )
    pace = _COPYING_SECONDS_PER_SECOND if preparation.copies else _ENCODING_SECONDS_PER_SECOND
    seconds = _SECONDS_AT_LEAST + int(source.facts.duration_ms / 1000 * pace)
    told = _Position(at_ms)
    _run(
        ffmpeg.merge_outputs(*streams) if len(streams) > 1 else streams[0],
        folder / "ffmpeg.log",
        seconds=seconds,
        hear=told.hear,
        tick=lambda: at_ms(None),
    )


def draw_poster(source: Source, target: Path, *, tick: Callable[[], None]) -> None:
    """Write one frame as JPEG. Raises UnfitVideoError if no frame can be decoded."""
    at_seconds = min(2.0, source.facts.duration_ms / 2000)
    picture = _input(source, ss=f"{at_seconds:.3f}")[str(source.facts.picture_index)]
    picture = picture.filter("scale", _POSTER_WIDTH, -2)
    stream = picture.output(str(target), vframes=1, f="image2", update=1, **{"q:v": 4})
    _run(stream, target.with_suffix(".log"), seconds=60, hear=_ignore, tick=tick)
    if not target.is_file():
        raise UnfitVideoError("视频画面无法解码，请重新导出后上传。")


def _copied(source: Source, preparation: Preparation, folder: Path) -> list[Any]:
    facts = source.facts
    opened = _input(source)
    parts = [opened[str(facts.picture_index)]]
    if facts.sound is not None:
        parts.append(opened[str(facts.sound.index)])
    return [
        ffmpeg.output(*parts, **_hls(facts, folder / rendition.name), c="copy")
        for rendition in preparation.renditions
    ]


def _encoded(source: Source, preparation: Preparation, folder: Path) -> list[Any]:
    """Decode once; every rendition is scaled from the same frames, with keyframes at the same times."""
    facts = source.facts
    opened = _input(source)
    picture = opened[str(facts.picture_index)]
    # A frame is doubled or its fields joined only where the source marks it so.
    picture = picture.filter("yadif", mode=0, deint="interlaced")
    picture = picture.filter("fps", fps=min(facts.frames_per_second, _FRAMES_PER_SECOND_AT_MOST))
    copies = picture.split() if len(preparation.renditions) > 1 else None
    streams = []
    for number, rendition in enumerate(preparation.renditions):
        scaled = (picture if copies is None else copies[number]).filter(
            "scale", rendition.width, rendition.height
        )
        parts = [scaled.filter("setsar", 1)]
        if facts.sound is not None:
            parts.append(opened[str(facts.sound.index)])
        streams.append(
            ffmpeg.output(
                *parts,
                **_hls(facts, folder / rendition.name),
                **_picture(rendition),
                **_sound(facts, rendition),
            )
        )
    return streams


def _input(source: Source, **more: str) -> Any:
    return ffmpeg.input(
        str(source.path.resolve()),
        f=source.facts.container,
        protocol_whitelist=PROTOCOLS,
        threads=2,
        **more,
    )


def _hls(facts: MediaFacts, folder: Path) -> dict[str, Any]:
    return {
        "filename": str(folder / PLAYLIST),
        "f": "hls",
        "t": f"{facts.duration_ms / 1000:.3f}",
        "hls_time": _SEGMENT_SECONDS,
        "hls_playlist_type": "vod",
        "hls_list_size": 0,
        "hls_segment_filename": str(folder / "%d.plain"),
        "map_metadata": -1,
        "sn": None,
        "dn": None,
    }


def _picture(rendition: Rendition) -> dict[str, Any]:
    return {
        "c:v": "libx264",
        "preset": "veryfast",
        "profile:v": "main",
        "pix_fmt": "yuv420p",
        "crf": 24,
        "maxrate": rendition.bits_per_second,
        "bufsize": rendition.bits_per_second * 2,
        "force_key_frames": f"expr:gte(t,n_forced*{_SEGMENT_SECONDS})",
        "sc_threshold": 0,
        "threads": 2,
    }


def _sound(facts: MediaFacts, rendition: Rendition) -> dict[str, Any]:
    if facts.sound is None:
        return {}
    return {
        "c:a": "aac",
        "b:a": "64k" if min(rendition.width, rendition.height) <= 360 else "96k",
        "ar": 48_000,
        "ac": min(2, max(1, facts.sound.channels)),
        "af": "aresample=async=1:first_pts=0",
    }


def _run(
    stream: Any, log: Path, *, seconds: int, hear: Callable[[str], None], tick: Callable[[], None]
) -> None:
    stream = stream.global_args(
        *("-hide_banner", "-nostdin", "-v", "error", "-nostats"),
        *("-progress", "pipe:1", "-stats_period", "0.5", "-filter_threads", "2"),
    )
    argv = ffmpeg.compile(stream, cmd="ffmpeg", overwrite_output=True)
    try:
        run_bounded(argv, bounds=Bounds(seconds=seconds), log=log, hear=hear, tick=tick)
    except ChildError as error:
        raise UnfitVideoError("视频内容已损坏或编码不受支持，无法转换，请重新导出后上传。") from error


class _Position:
    """Reads -progress: out_time_us is where the slowest output is."""

    def __init__(self, at_ms: Callable[[int | None], None]) -> None:
        self._at_ms = at_ms
        self._furthest_ms = 0

    def hear(self, line: str) -> None:
        name, _, value = line.partition("=")
        if name != "out_time_us" or not value.lstrip("-").isascii() or not value.lstrip("-").isdigit():
            return
        self._furthest_ms = max(self._furthest_ms, int(value) // 1000)
        self._at_ms(self._furthest_ms)


def _ignore(_line: str) -> None:
    """Let it pass."""
