"""How a prepared video lies in files: playlists and encrypted segments.

Pure. HTTP Live Streaming (RFC 8216): a segment is AES-128 in CBC mode, padded
(PKCS #7), with its media sequence number as initialisation vector (section
5.2). We encrypt ourselves rather than let ffmpeg do it: the key then never
lies in a file, and no two segments share a vector.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.padding import PKCS7

from app.media.facts import Rendition

KEY_BYTES = 16
_LENGTH = re.compile(r"#EXTINF:([0-9]+(?:\.[0-9]+)?),")


@dataclass(frozen=True, slots=True)
class PlainSegment:
    """A segment as ffmpeg wrote it."""

    file: str
    lasts_ms: int


def read_playlist(text: str) -> tuple[PlainSegment, ...]:
    """Return the segments of a media playlist written by ffmpeg."""
    segments: list[PlainSegment] = []
    lasts_ms = 0
    for line in text.splitlines():
        if found := _LENGTH.match(line):
            lasts_ms = round(float(found.group(1)) * 1000)
        elif line and not line.startswith("#"):
            segments.append(PlainSegment(line, lasts_ms))
    return tuple(segments)


def media_playlist(lengths_ms: Sequence[int]) -> str:
    """Return the playlist of one rendition; segments are 0.ts, 1.ts, …, the key lies one level up."""
    longest = max(math.ceil(lasts / 1000) for lasts in lengths_ms)
    lines = [
        "#EXTM3U",
        "#EXT-X-VERSION:3",
        f"#EXT-X-TARGETDURATION:{longest}",
        "#EXT-X-MEDIA-SEQUENCE:0",
        "#EXT-X-PLAYLIST-TYPE:VOD",
        "#EXT-X-INDEPENDENT-SEGMENTS",
        '#EXT-X-KEY:METHOD=AES-128,URI="../key"',
    ]
    for number, lasts in enumerate(lengths_ms):
        lines += [f"#EXTINF:{lasts / 1000:.3f},", f"{number}.ts"]
    return "\n".join([*lines, "#EXT-X-ENDLIST", ""])


def master_playlist(renditions: Iterable[tuple[Rendition, int]]) -> str:
    """Return the playlist of all renditions, each with its measured peak of bits per second."""
    lines = ["#EXTM3U", "#EXT-X-VERSION:3", "#EXT-X-INDEPENDENT-SEGMENTS"]
    for rendition, bits_per_second in renditions:
        size = f"{rendition.width}x{rendition.height}"
        lines += [
            f"#EXT-X-STREAM-INF:BANDWIDTH={bits_per_second},RESOLUTION={size}",
            f"{rendition.name}/index.m3u8",
        ]
    return "\n".join([*lines, ""])


def encrypted(plain: bytes, *, key: bytes, number: int) -> bytes:
    """Return segment number as it is delivered."""
    padder = PKCS7(128).padder()
    encryptor = _cipher(key, number).encryptor()
    return encryptor.update(padder.update(plain) + padder.finalize()) + encryptor.finalize()


def decrypted(sealed: bytes, *, key: bytes, number: int) -> bytes:
    """Return segment number as a player sees it. Raises ValueError for another key or number."""
    decryptor = _cipher(key, number).decryptor()
    unpadder = PKCS7(128).unpadder()
    return unpadder.update(decryptor.update(sealed) + decryptor.finalize()) + unpadder.finalize()


def starts_ms(lengths_ms: Iterable[int]) -> tuple[int, ...]:
    """Return where each segment begins."""
    starts, at = [], 0
    for lasts in lengths_ms:
        starts.append(at)
        at += lasts
    return tuple(starts)


def _cipher(key: bytes, number: int) -> Cipher[modes.CBC]:
    return Cipher(algorithms.AES(key), modes.CBC(number.to_bytes(16, "big")))
