"""A file is what its first bytes say, whatever it is called."""

import pytest

from app.media.sniff import container_of
from app.media.unfit import UnfitVideoError


@pytest.mark.parametrize(
    ("head", "container"),
    [
        (b"\x00\x00\x00\x20ftypisom", "mov"),
        (b"\x1a\x45\xdf\xa3\x01\x00", "matroska"),
        (b"\x47" + b"\x00" * 187 + b"\x47", "mpegts"),
        (b"\x00\x00\x01\xba\x44", "mpeg"),
        (b"RIFF\x00\x00\x00\x00AVI LIST", "avi"),
        (b"FLV\x01\x05", "flv"),
    ],
)
def test_known_containers_are_told_by_their_first_bytes(head: bytes, container: str) -> None:
    assert container_of(head) == container


@pytest.mark.parametrize(
    "head",
    [
        b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd",
        b"\xef\xbb\xbf#EXTM3U\n",
        b"\n\n  #EXTM3U\n",
        b"ffconcat version 1.0\nfile /etc/passwd",
        b"<?xml version='1.0'?><MPD>",
        b"[playlist]\nFile1=http://example.invalid/",
        b"v=0\r\no=- 0 0 IN IP4 127.0.0.1",
    ],
)
def test_playlists_and_scripts_are_refused_as_such(head: bytes) -> None:
    with pytest.raises(UnfitVideoError, match="播放列表或脚本"):
        container_of(head)


def test_an_empty_file_is_refused_as_empty() -> None:
    with pytest.raises(UnfitVideoError, match="0 字节"):
        container_of(b"")


@pytest.mark.parametrize("head", [b"GIF89a", b"PK\x03\x04", b"%PDF-1.7", b"\x00" * 64, b"G", b"<svg>"])
def test_anything_else_is_refused(head: bytes) -> None:
    with pytest.raises(UnfitVideoError, match="无法识别"):
        container_of(head)
