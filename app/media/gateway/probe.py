"""Measures a video with ffprobe: what it is, and how long its picture really lasts.

Believes packets, not headers. The container is named from outside (sniff.py)
and only local files may be opened, so no playlist can lead anywhere else.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

from app.media.facts import MOST_PIXELS, MediaFacts, SoundFacts
from app.media.gateway.child import Bounds, ChildError, nothing, run_bounded
from app.media.sniff import container_at
from app.media.unfit import UnfitVideoError

PROTOCOLS = "file,crypto,data"
_ANSWER_CHARACTERS_AT_MOST = 2_000_000
_SECONDS = 30
_BYTES_PER_SECOND = 20_000_000
_STREAM = (
    "index,codec_type,codec_name,profile,pix_fmt,width,height,sample_aspect_ratio,avg_frame_rate,"
    "field_order,duration,channels"
)
_ASKED = (
    f"format=duration:stream={_STREAM}:stream_disposition=attached_pic:"
    "stream_side_data=rotation:stream_tags=rotate"
)
_PROGRESSIVE = ("progressive", "unknown", "")


def measure(path: Path, *, tick: Callable[[], None] = nothing) -> MediaFacts:
    """Return what the video at path really is. Raises UnfitVideoError with the reason."""
    container = container_at(path)
    with tempfile.TemporaryDirectory(prefix="anxue-probe-") as folder:
        probe = _Probe(path.resolve(), container, Path(folder) / "complaints", tick)
        try:
            return probe.facts()
        except ChildError as error:
            raise UnfitVideoError("视频文件已损坏或不完整，无法读取，请重新导出后上传。") from error


class _Probe:
    """Two looks at one file: its headers, then the packets of its picture."""

    def __init__(self, path: Path, container: str, log: Path, tick: Callable[[], None]) -> None:
        self.path = path
        self.container = container
        self.log = log
        self.tick = tick

    def facts(self) -> MediaFacts:
        answer = self._headers()
        streams: list[dict[str, Any]] = answer.get("streams", [])
        picture = next((stream for stream in streams if _is_picture(stream)), None)
        if picture is None:
            raise UnfitVideoError("文件里没有视频画面，请上传带画面的视频。")
        sound = next((stream for stream in streams if stream.get("codec_type") == "audio"), None)
        packets = _Packets()
        self._ask(
            [
                *("-select_streams", str(picture["index"])),
                *("-show_entries", "packet=pts_time,duration_time,flags", "-of", "compact=p=0"),
            ],
            packets.hear,
        )
        if not packets.count:
            raise UnfitVideoError("文件里没有视频画面，请上传带画面的视频。")
        claims = (picture.get("duration"), answer.get("format", {}).get("duration"))
        width, height, plain = _shown(picture)
        duration_ms = packets.lasts_ms
        return MediaFacts(
            container=self.container,
            duration_ms=duration_ms,
            claimed_ms=next((round(float(claim) * 1000) for claim in claims if claim), None),
            picture_index=int(picture["index"]),
            codec=str(picture.get("codec_name", "")),
            pixel_format=str(picture.get("pix_fmt", "")),
            width=width,
            height=height,
            frames_per_second=float(_fraction(picture.get("avg_frame_rate"), Fraction(25))),
            plain_picture=plain,
            bits_per_second=self.path.stat().st_size * 8 * 1000 // max(duration_ms, 1),
            longest_keyframe_gap_ms=packets.longest_gap_ms,
            sound=None if sound is None else _sound(sound),
        )

    def _headers(self) -> dict[str, Any]:
        lines: list[str] = []
        room = _ANSWER_CHARACTERS_AT_MOST

        def keep(line: str) -> None:
            nonlocal room
            room -= len(line)
            if room < 0:
                raise UnfitVideoError("视频文件的结构异常，已拒绝。")
            lines.append(line)

        self._ask(["-show_entries", _ASKED, "-of", "json"], keep)
        try:
            answer = json.loads("\n".join(lines))
        except ValueError as error:
            raise UnfitVideoError("视频文件的结构异常，已拒绝。") from error
        return answer if isinstance(answer, dict) else {}

    def _ask(self, questions: Sequence[str], hear: Callable[[str], None]) -> None:
        seconds = _SECONDS + self.path.stat().st_size // _BYTES_PER_SECOND
        run_bounded(
            [
                *("ffprobe", "-v", "error", "-protocol_whitelist", PROTOCOLS, "-f", self.container),
                *("-max_pixels", str(MOST_PIXELS * 2), "-threads", "1"),
                *questions,
                *("-i", str(self.path)),
            ],
            bounds=Bounds(seconds=seconds, memory_bytes=1 << 30),
            log=self.log,
            hear=hear,
            tick=self.tick,
        )


class _Packets:
    """Listens to packets of the picture, one line each, and keeps only sums."""

    def __init__(self) -> None:
        self.count = 0
        self._first: float | None = None
        self._end = 0.0
        self._keyframe: float | None = None
        self._longest_gap = 0.0

    def hear(self, line: str) -> None:
        fields = dict(part.split("=", 1) for part in line.strip().split("|") if "=" in part)
        flags = fields.get("flags", "")
        # D: cut off by an edit list, never shown. A packet without a time shows nothing certain.
        if "D" in flags or fields.get("pts_time", "N/A") == "N/A":
            return
        at = float(fields["pts_time"])
        lasts = fields.get("duration_time", "N/A")
        self.count += 1
        self._first = at if self._first is None else min(self._first, at)
        self._end = max(self._end, at + (0.0 if lasts == "N/A" else float(lasts)))
        if "K" in flags:
            if self._keyframe is not None:
                self._longest_gap = max(self._longest_gap, at - self._keyframe)
            self._keyframe = at

    @property
    def lasts_ms(self) -> int:
        return max(0, int((self._end - (self._first or 0.0)) * 1000 + 1e-6))

    @property
    def longest_gap_ms(self) -> int:
        """From keyframe to keyframe, and from the last one to the end."""
        if self._keyframe is None:
            return self.lasts_ms
        return round(max(self._longest_gap, self._end - self._keyframe) * 1000)


def _is_picture(stream: Mapping[str, Any]) -> bool:
    cover = stream.get("disposition", {}).get("attached_pic", 0)
    return stream.get("codec_type") == "video" and not cover


def _shown(picture: Mapping[str, Any]) -> tuple[int, int, bool]:
    """Return the shown width and height, and whether the picture is stored just so."""
    width, height = int(picture.get("width") or 0), int(picture.get("height") or 0)
    if not width or not height:
        raise UnfitVideoError("视频文件已损坏：读不到画面尺寸，请重新导出后上传。")
    shape = _fraction(str(picture.get("sample_aspect_ratio", "1:1")).replace(":", "/"), Fraction(1))
    turned = _rotation(picture) % 360
    shown_width = round(width * shape)
    size = (height, shown_width) if turned in (90, 270) else (shown_width, height)
    progressive = picture.get("field_order", "") in _PROGRESSIVE
    return *size, shape == 1 and turned == 0 and progressive


def _rotation(picture: Mapping[str, Any]) -> int:
    sides = picture.get("side_data_list", ())
    told = next((side["rotation"] for side in sides if "rotation" in side), None)
    return int(float(picture.get("tags", {}).get("rotate", 0) if told is None else told))


def _fraction(text: object, otherwise: Fraction) -> Fraction:
    try:
        value = Fraction(str(text))
    except (ValueError, ZeroDivisionError):
        return otherwise
    return value if value > 0 else otherwise


def _sound(stream: Mapping[str, Any]) -> SoundFacts:
    return SoundFacts(
        index=int(stream["index"]),
        codec=str(stream.get("codec_name", "")),
        profile=str(stream.get("profile", "")),
        channels=int(stream.get("channels") or 0),
    )
