"""Playlists and encrypted segments."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.media.facts import Rendition
from app.media.hls import (
    PlainSegment,
    decrypted,
    encrypted,
    master_playlist,
    media_playlist,
    read_playlist,
    starts_ms,
)

KEY = bytes(range(16))


def test_ffmpegs_playlist_is_read_with_its_lengths() -> None:
    text = "#EXTM3U\n#EXTINF:4.000000,\n0.plain\n#EXTINF:1.960000,\n1.plain\n#EXT-X-ENDLIST\n"

    assert read_playlist(text) == (PlainSegment("0.plain", 4000), PlainSegment("1.plain", 1960))


def test_the_players_playlist_names_the_key_and_every_segment() -> None:
    lines = media_playlist([4000, 1960]).splitlines()

    assert '#EXT-X-KEY:METHOD=AES-128,URI="../key"' in lines
    assert lines[-5:] == ["#EXTINF:4.000,", "0.ts", "#EXTINF:1.960,", "1.ts", "#EXT-X-ENDLIST"]


def test_no_segment_is_longer_than_the_target_duration() -> None:
    assert "#EXT-X-TARGETDURATION:5" in media_playlist([4000, 4040]).splitlines()


def test_the_master_playlist_lists_every_rendition() -> None:
    text = master_playlist(
        [(Rendition(360, 640, 600_000), 700_000), (Rendition(720, 1280, 1_800_000), 2_000_000)]
    )

    assert "#EXT-X-STREAM-INF:BANDWIDTH=700000,RESOLUTION=640x360\n360p/index.m3u8" in text
    assert "#EXT-X-STREAM-INF:BANDWIDTH=2000000,RESOLUTION=1280x720\n720p/index.m3u8" in text


def test_segments_begin_where_the_ones_before_end() -> None:
    assert starts_ms([4000, 4000, 1960]) == (0, 4000, 8000)


@given(plain=st.binary(max_size=500), number=st.integers(0, 2**32))
def test_a_segment_opens_with_its_key_and_number(plain: bytes, number: int) -> None:
    assert decrypted(encrypted(plain, key=KEY, number=number), key=KEY, number=number) == plain


def test_equal_segments_do_not_look_equal() -> None:
    assert encrypted(b"same" * 8, key=KEY, number=0) != encrypted(b"same" * 8, key=KEY, number=1)


def test_a_segment_does_not_open_with_another_key() -> None:
    sealed = encrypted(b"\x47" * 188, key=KEY, number=0)
    opened = b""
    with pytest.raises(ValueError, match=r"[Pp]adding"):
        opened = decrypted(sealed, key=bytes(16), number=0)

    assert opened == b""
