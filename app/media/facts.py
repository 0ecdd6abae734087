"""What was measured of a video, and how it is to be prepared.

Pure. A duration is what the packets of the picture really cover, not what a
header claims: class hours are paid by it. Milliseconds everywhere.
"""

from __future__ import annotations

from dataclasses import dataclass

from app.media.unfit import UnfitVideoError

SEGMENT_MS = 4_000
"""Segments begin with a keyframe every four seconds, so that the gate can open in small steps."""

SHORTEST_MS = 1_000
LONGEST_MS = 6 * 3_600_000
MOST_PIXELS = 4096 * 2304
# Beyond this a remuxed lesson stalls on a phone in a mine; better to encode it once more.
MOST_REMUX_BITS_PER_SECOND = 4_000_000
_KEYFRAME_SLACK_MS = 100
_MISSING_MS = 1_000
_MISSING_SHARE = 0.02


@dataclass(frozen=True, slots=True, kw_only=True)
class SoundFacts:
    """The first sound track."""

    index: int
    codec: str
    profile: str
    channels: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaFacts:
    """A video as it is. width and height are shown ones (after rotation and pixel shape)."""

    container: str
    duration_ms: int
    claimed_ms: int | None
    picture_index: int
    codec: str
    pixel_format: str
    width: int
    height: int
    frames_per_second: float
    plain_picture: bool
    """Progressive, square pixels, not rotated: what is stored is what is shown."""
    bits_per_second: int
    longest_keyframe_gap_ms: int
    sound: SoundFacts | None


@dataclass(frozen=True, slots=True, order=True)
class Rendition:
    """One quality of a prepared video."""

    height: int
    width: int
    bits_per_second: int

    @property
    def name(self) -> str:
        """The name in addresses. The short side counts, as people say 720p of an upright video too."""
        return f"{min(self.height, self.width)}p"


@dataclass(frozen=True, slots=True)
class Preparation:
    """How a video becomes a lesson: copied as it is, or encoded into renditions."""

    copies: bool
    renditions: tuple[Rendition, ...]


# (short side, picture bits per second at most): enough for slides and speech on a weak network.
_LADDER = ((360, 600_000), (720, 1_800_000))
_BETWEEN_BITS_PER_SECOND = 1_200_000


def preparation_of(facts: MediaFacts) -> Preparation:
    """Return how to prepare the video. Raises UnfitVideoError if it cannot become a lesson."""
    _refuse_unfit(facts)
    if fits(facts):
        return Preparation(True, (Rendition(facts.height, facts.width, facts.bits_per_second),))
    short = min(facts.width, facts.height)
    sides = [(side, bits) for side, bits in _LADDER if side <= short]
    if short < _LADDER[-1][0] and short != _LADDER[0][0]:
        # Never larger than the source, but what the source has beyond 360 is kept.
        sides.append((short, _BETWEEN_BITS_PER_SECOND))
    return Preparation(False, tuple(_scaled(facts, side, bits) for side, bits in sides))


def fits(facts: MediaFacts) -> bool:
    """Return whether browsers play the streams as they are and segments of four seconds can be cut."""
    sound = facts.sound
    return (
        facts.codec == "h264"
        and facts.pixel_format in ("yuv420p", "yuvj420p")
        and facts.plain_picture
        and min(facts.width, facts.height) <= 1080
        and facts.bits_per_second <= MOST_REMUX_BITS_PER_SECOND
        and facts.longest_keyframe_gap_ms <= SEGMENT_MS + _KEYFRAME_SLACK_MS
        and (sound is None or (sound.codec == "aac" and sound.profile == "LC" and sound.channels <= 2))
    )


def refuse_short(produced_ms: int, measured_ms: int) -> None:
    """Raise UnfitVideoError if what was produced ends clearly before what was measured."""
    if measured_ms - produced_ms > max(_MISSING_MS, measured_ms * _MISSING_SHARE):
        raise UnfitVideoError(
            f"视频内容已损坏：应有 {clock_text(measured_ms)}，只能读到 {clock_text(produced_ms)}，"
            "请重新导出后上传。"
        )


def clock_text(milliseconds: int) -> str:
    """Return minutes:seconds, truncated, as people read a length."""
    seconds = milliseconds // 1000
    return f"{seconds // 60}:{seconds % 60:02d}"


def _refuse_unfit(facts: MediaFacts) -> None:
    if facts.width * facts.height > MOST_PIXELS:
        raise UnfitVideoError(f"画面过大（{facts.width}×{facts.height}），请导出为 1080p 或以下。")
    if min(facts.width, facts.height) < 16:
        raise UnfitVideoError(f"画面过小（{facts.width}×{facts.height}），无法作为课程视频。")
    if facts.duration_ms < SHORTEST_MS:
        raise UnfitVideoError("视频不足 1 秒，无法作为课程视频。")
    if facts.duration_ms > LONGEST_MS:
        raise UnfitVideoError("视频超过 6 小时，请分成几个课时。")
    claimed = facts.claimed_ms
    if claimed is not None and claimed - facts.duration_ms > max(_MISSING_MS, claimed * _MISSING_SHARE):
        raise UnfitVideoError(
            f"视频文件不完整：标称 {clock_text(claimed)}，实际只有 {clock_text(facts.duration_ms)}，"
            "请重新导出后上传。"
        )


def _scaled(facts: MediaFacts, side: int, bits_per_second: int) -> Rendition:
    short, long = sorted((facts.width, facts.height))
    # Even numbers: yuv420p halves both.
    longer = max(2, round(long * side / short / 2) * 2)
    shorter = max(2, side // 2 * 2)
    upright = facts.height > facts.width
    return Rendition(longer if upright else shorter, shorter if upright else longer, bits_per_second)
