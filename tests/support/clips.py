"""Tiny videos for tests, made by ffmpeg from a recipe, once per machine."""

from __future__ import annotations

import hashlib
import subprocess
import tempfile
from pathlib import Path

FOLDER = Path(tempfile.gettempdir()) / "anxue-test-clips"

_H264 = "-c:v libx264 -preset ultrafast -pix_fmt yuv420p -g 100 -keyint_min 100 -sc_threshold 0"
_AAC = "-c:a aac -b:a 48k"


def picture(seconds: float, size: str = "320x180", rate: int = 25) -> str:
    """Return the input of a moving test picture."""
    return f"-f lavfi -i testsrc2=size={size}:rate={rate}:duration={seconds}"


def sound(seconds: float) -> str:
    """Return the input of a tone."""
    return f"-f lavfi -i sine=frequency=440:duration={seconds}"


FITS = (f"{picture(6)} {sound(6)} {_H264} {_AAC} -movflags +faststart", "mp4")
"""Six seconds that need no encoding: segments of 4 s and 2 s."""

SILENT = (f"{picture(5)} {_H264}", "mp4")
ODD = (f"{picture(3, '1280x720')} {sound(3)} -c:v mpeg4 -q:v 5 -c:a libmp3lame", "avi")
"""Three seconds that must be encoded: another codec, high enough for two renditions."""

SPARSE_KEYFRAMES = (
    f"{picture(6)} -c:v libx264 -preset ultrafast -pix_fmt yuv420p -g 250 -sc_threshold 0",
    "mp4",
)
ONLY_SOUND = (f"{sound(2)} {_AAC}", "mp4")
BLINK = (f"{picture(0.4)} {_H264}", "mp4")
LONG = (f"{picture(24, '640x360')} {sound(24)} -c:v mpeg4 -q:v 8 -c:a libmp3lame", "avi")
"""Takes some seconds to encode: time enough to be killed."""


def clip(recipe: tuple[str, str]) -> Path:
    """Return the video of a recipe."""
    arguments, suffix = recipe
    name = hashlib.sha256(arguments.encode()).hexdigest()[:16]
    target = FOLDER / f"{name}.{suffix}"
    if not target.exists():
        FOLDER.mkdir(exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=FOLDER, suffix=f".{suffix}") as unfinished:
            command = ["ffmpeg", "-v", "error", "-nostdin", "-y", *arguments.split(), unfinished.name]
            subprocess.run(command, check=True, stdin=subprocess.DEVNULL)
            target.write_bytes(Path(unfinished.name).read_bytes())
    return target


def turned(source: Path, target: Path) -> Path:
    """Write source with its picture marked as turned by 90 degrees, as phones do, and return it."""
    upright = bytes.fromhex("00010000" + "00" * 12 + "00010000" + "00" * 12 + "40000000")
    by_90 = bytes.fromhex("00000000" + "00010000" + "00000000" + "ffff0000" + "00" * 16 + "40000000")
    content = source.read_bytes()
    track = content.index(b"tkhd")
    target.write_bytes(content[:track] + content[track:].replace(upright, by_90, 1))
    return target
