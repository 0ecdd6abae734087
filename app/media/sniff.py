"""What kind of file this really is: judged by its first bytes, never by its name.

Knows the few containers we take. Whatever begins otherwise is refused before
any ffmpeg sees it, and ffmpeg is told the container's name: so a playlist or a
concat script in disguise, which would make ffmpeg open other files, is never
interpreted as one.
"""

from __future__ import annotations

from pathlib import Path

from app.media.unfit import UnfitVideoError

HEAD_BYTES = 512
_TS_PACKET_BYTES = 188
_PLAYLISTS = (b"#EXTM3U", b"ffconcat", b"[playlist]", b"<?xml", b"<MPD", b"<smil", b"v=0\r\n", b"v=0\n")


def container_of(head: bytes) -> str:
    """Return ffmpeg's name of the container that head begins. Raises UnfitVideoError."""
    if not head:
        raise UnfitVideoError("文件是空的（0 字节），请重新上传。")
    if head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(_PLAYLISTS):
        raise UnfitVideoError("这是播放列表或脚本，不是视频文件，已拒绝。")
    if head[4:8] in (b"ftyp", b"moov", b"mdat", b"free", b"skip", b"wide"):
        return "mov"
    if head.startswith(b"\x1a\x45\xdf\xa3"):
        return "matroska"
    if head[:1] == b"\x47" and head[_TS_PACKET_BYTES : _TS_PACKET_BYTES + 1] == b"\x47":
        return "mpegts"
    if head.startswith(b"\x00\x00\x01\xba"):
        return "mpeg"
    if head.startswith(b"RIFF") and head[8:12] == b"AVI ":
        return "avi"
    if head.startswith(b"FLV\x01"):
        return "flv"
    raise UnfitVideoError("无法识别为视频文件，请上传 MP4（H.264 + AAC）等常见格式。")


def container_at(path: Path) -> str:
    """Return ffmpeg's name of the container of the file at path. Raises UnfitVideoError."""
    with path.open("rb") as file:
        return container_of(file.read(HEAD_BYTES))
