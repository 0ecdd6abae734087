"""A camera for tests: a portrait that moves like somebody sitting in front of a webcam.

Chromium plays the file as its fake camera, always at 30 pictures a second and
in a loop. Every picture differs by motion, light and noise, and the file is
long, so that a snapshot is not by chance a picture that was taken before.
"""

import hashlib
import io
import secrets
import subprocess
import tempfile
from functools import cache
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

FACES = Path(__file__).parent.parent / "data" / "faces"
KEPT_FEEDS = Path(tempfile.gettempdir()) / "anxue-test-feeds"
PICTURES_A_SECOND = 30

_MOTION = (
    "scale=720:540:force_original_aspect_ratio=increase,"
    "crop=640:480:'(iw-640)/2+18*sin(2*PI*t/5.3)+7*sin(2*PI*t/1.7)'"
    ":'(ih-480)/3+14*sin(2*PI*t/7.1)+5*sin(2*PI*t/2.3)',"
    "rotate='0.05*sin(2*PI*t/6.1)':fillcolor=gray,"
    "eq=brightness='0.05*sin(2*PI*t/4.7)':eval=frame,"
    "noise=alls=8:allf=t,format=yuvj420p"
)


def moving_feed(portrait: str, directory: Path, *, seconds: int = 60) -> Path:
    """Return a motion JPEG of seconds made from a portrait in tests/data/faces, made once per directory."""
    source = FACES / portrait
    recipe = hashlib.sha256(source.read_bytes() + f"{seconds}{_MOTION}".encode()).hexdigest()[:12]
    target = directory / f"{source.stem}-{seconds}s-{recipe}.mjpeg"
    if target.exists():
        return target
    directory.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_suffix(".part")
    command = ["ffmpeg", "-v", "error", "-y", "-loop", "1", "-framerate", str(PICTURES_A_SECOND)]
    command += ["-i", str(source), "-t", str(seconds), "-vf", _MOTION]
    command += ["-c:v", "mjpeg", "-q:v", "5", "-f", "mjpeg", str(unfinished)]
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL)
    unfinished.replace(target)
    return target


def kept_feed(portrait: str) -> Path:
    """Return the feed of a portrait, made once per machine: half a minute without a repetition."""
    return moving_feed(portrait, KEPT_FEEDS, seconds=30)


def begun_anywhere(feed: Path, directory: Path) -> Path:
    """Return a copy of feed that begins at another of its pictures.

    Chromium begins at the first picture whenever a page opens the camera, and
    a picture that was shown before is refused: two launches must not begin alike.
    """
    shots = pictures(feed)
    first = secrets.randbelow(len(shots))
    target = directory / f"{feed.stem}-{first}.mjpeg"
    target.write_bytes(b"".join(shots[first:] + shots[:first]))
    return target


def pictures(feed: Path) -> list[bytes]:
    """Return the single JPEGs of a feed."""
    start = b"\xff\xd8\xff"
    return [start + rest for rest in feed.read_bytes().split(start)[1:]]


@cache
def picture_at(portrait: str, moment: int, *, size: tuple[int, int] = (640, 480)) -> bytes:
    """Return what a camera sees of portrait at a moment: always the same, and never like another moment."""
    noise = np.random.default_rng([moment, *portrait.encode()])
    image = ImageOps.fit(Image.open(FACES / portrait).convert("RGB"), (720, 540), centering=(0.5, 0.25))
    left, top = (int(noise.integers(20, 60)) for _ in range(2))
    image = image.rotate(float(noise.uniform(-3, 3)), Image.Resampling.BICUBIC, fillcolor=(128, 128, 128))
    seen = np.asarray(image.crop((left, top, left + 640, top + 480)).resize(size), dtype=np.float64)
    pixels = seen * noise.uniform(0.94, 1.06) + noise.normal(0, 3, seen.shape)
    jpeg = io.BytesIO()
    Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8)).save(jpeg, "JPEG", quality=92)
    return jpeg.getvalue()


def chromium_arguments(feed: Path) -> list[str]:
    """Return the arguments that make Chromium see feed as its camera and allow it at once."""
    return [
        "--use-fake-ui-for-media-stream",
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-video-capture={feed.resolve()}",
    ]
