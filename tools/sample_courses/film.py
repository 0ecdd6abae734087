"""The video: pictures in time with the speech, encoded once.

Knows frames and the encoder's options. Most masters are H.264 with a key
frame exactly every four seconds, so that HLS segments can be cut without
encoding again; a master with irregular key frames is made on purpose, so that
the other way is used as well.
"""

import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from PIL import Image

from tools.sample_courses.canvas import HEIGHT, WIDTH
from tools.sample_courses.slides import header_picture, slide_picture
from tools.sample_courses.source import CourseSource
from tools.sample_courses.speech import Track

_FADE_MS = 400
_SEGMENT_SECONDS = 4


@dataclass(frozen=True, slots=True)
class _Scene:
    """What is shown from start_ms on."""

    start_ms: int
    slide: int
    shown: int


def make_film(source: CourseSource, track: Track, *, sound: Path, film: Path) -> None:
    """Write the master video of a lesson; sound is its speech as a WAV file."""
    encoder = subprocess.Popen(_encoder_arguments(source, sound=sound, film=film), stdin=subprocess.PIPE)
    assert encoder.stdin is not None  # noqa: S101 - asked for above
    with encoder.stdin as frames:
        for frame in _frames(source, track):
            frames.write(frame)
    if encoder.wait() != 0:
        raise RuntimeError(f"ffmpeg could not write {film.name}")


def poster(source: CourseSource) -> Image.Image:
    """Return the title page with all its themes lit."""
    return slide_picture(source, 0, len(source.slides[0].sentences))


def _scenes(source: CourseSource, track: Track) -> list[_Scene]:
    scenes: list[_Scene] = []
    for said in track.spoken:
        start_ms = track.slide_start_ms(said.slide) if said.sentence == 0 else said.start_ms - _FADE_MS // 2
        scene = _Scene(start_ms, said.slide, source.slides[said.slide].shown[said.sentence])
        if not scenes or (scene.slide, scene.shown) != (scenes[-1].slide, scenes[-1].shown):
            scenes.append(scene)
    return scenes


def _frames(source: CourseSource, track: Track) -> Iterator[bytes]:
    scenes = _scenes(source, track)
    frame_ms = 1000 // source.frames_per_second
    picture = lru_cache(maxsize=4)(lambda slide, shown: slide_picture(source, slide, shown))
    header = lru_cache(maxsize=4)(
        lambda slide, second: header_picture(
            source, slide, at_seconds=second, lasts_seconds=track.lasts_ms // 1000
        )
    )
    current = 0
    last: tuple[tuple[int, int, int], bytes] | None = None
    for at_ms in range(0, track.lasts_ms, frame_ms):
        while current + 1 < len(scenes) and scenes[current + 1].start_ms <= at_ms:
            current += 1
        scene = scenes[current]
        # In hundredths: equal frames are made once.
        fade = min(100, (at_ms - scene.start_ms + frame_ms) * 100 // _FADE_MS) if current else 100
        key = (current, fade, at_ms // 1000)
        if last is None or last[0] != key:
            image = picture(scene.slide, scene.shown).copy()
            if fade < 100:
                before = scenes[current - 1]
                image = Image.blend(picture(before.slide, before.shown), image, fade / 100)
            image.paste(header(scene.slide, at_ms // 1000), (0, 0))
            last = (key, image.tobytes())
        yield last[1]


def _encoder_arguments(source: CourseSource, *, sound: Path, film: Path) -> list[str]:
    rate = source.frames_per_second
    if source.keyframes == "irregular":
        # Where the encoder likes: after cuts, and at most ten seconds apart.
        groups = ["-g", str(10 * rate)]
    else:
        every = str(_SEGMENT_SECONDS * rate)
        groups = ["-g", every, "-keyint_min", every, "-sc_threshold", "0"]
    return [
        *("ffmpeg", "-nostdin", "-hide_banner", "-loglevel", "error", "-y"),
        *("-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{WIDTH}x{HEIGHT}", "-r", str(rate), "-i", "pipe:0"),
        *("-i", str(sound)),
        *("-vf", "scale=out_color_matrix=bt709:out_range=tv,format=yuv420p"),
        *("-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709"),
        *("-c:v", "libx264", "-preset", "slow", "-profile:v", "high", "-crf", "27", *groups),
        *("-c:a", "aac", "-b:a", "48k", "-ac", "1", "-ar", "44100"),
        # The same bytes from the same programs: no date, no version, a fixed number of threads.
        *("-threads", "2", "-map_metadata", "-1", "-fflags", "+bitexact"),
        *("-flags:v", "+bitexact", "-flags:a", "+bitexact"),
        *("-movflags", "+faststart", str(film)),
    ]
