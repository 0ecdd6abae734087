"""Captions: valid WebVTT is read, anything a browser would drop is named."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.courses.package_captions import Cue, read_captions
from app.courses.package_faults import FaultNotes


def faults(text: str) -> list[tuple[int, str]]:
    notes = FaultNotes("a.vtt")
    read_captions(text, notes)
    return [(fault.line, fault.reason) for fault in notes.faults]


def test_cues_are_read_in_milliseconds() -> None:
    text = "WEBVTT\n\n00:01.000 --> 00:02.500\n第一行\n第二行\n\n01:00:00.000 --> 01:00:01.000\n完\n"

    assert read_captions(text, FaultNotes("a.vtt")) == (
        Cue(1000, 2500, "第一行\n第二行"),
        Cue(3_600_000, 3_601_000, "完"),
    )


@pytest.mark.parametrize(
    "text",
    [
        "\ufeffWEBVTT - 标题\n\n00:01.000 --> 00:02.000\n好\n",
        "WEBVTT\r\n\r\n00:01.000 --> 00:02.000\r\n好\r\n",
        "WEBVTT\n\nNOTE 说明\n不显示\n\n00:01.000 --> 00:02.000\n好\n",
        "WEBVTT\n\nSTYLE\n::cue {}\n\n00:01.000 --> 00:02.000\n好\n",
        "WEBVTT\n\n第一条\n00:01.000 --> 00:02.000 line:0 align:start\n好\n",
    ],
    ids=["mark and title", "windows line ends", "note", "style", "cue name and settings"],
)
def test_every_legal_spelling_is_read(text: str) -> None:
    assert faults(text) == []


@pytest.mark.parametrize(
    ("text", "line", "word"),
    [
        ("", 1, "第一行应为"),
        ("WEBVTTX\n", 1, "第一行应为"),
        ("1\n00:00:01,000 --> 00:00:02,000\n好\n", 1, "第一行应为"),
        ("WEBVTT\n\n", 1, "没有一条字幕"),
        ("WEBVTT\n00:01.000 --> 00:02.000\n好\n", 2, "空一行"),
        ("WEBVTT\n\n00:01,000 --> 00:02,000\n好\n", 3, "时间写法不对"),
        ("WEBVTT\n\n00:61.000 --> 01:02.000\n好\n", 3, "时间写法不对"),
        ("WEBVTT\n\n00:02.000 --> 00:02.000\n好\n", 3, "不晚于"),
        ("WEBVTT\n\n00:02.000 --> 00:03.000\n", 3, "没有文字"),
        ("WEBVTT\n\n只有文字\n", 3, "既不是字幕也不是注释"),
        ("WEBVTT\n\n00:01.000 --> 00:02.000\n好\n00:02.000 --> 00:03.000\n再见\n", 3, "空一行"),
        ("WEBVTT\n\n00:05.000 --> 00:06.000\n后\n\n00:01.000 --> 00:02.000\n先\n", 6, "早于上一条"),
        ("WEBVTT\n\n00:01.000 --> 00:02.000\n好\n\nSTYLE\n::cue {}\n", 6, "第一条字幕之前"),
    ],
)
def test_a_faulty_caption_names_its_line(text: str, line: int, word: str) -> None:
    assert any(at == line and word in reason for at, reason in faults(text))


@given(st.text())
def test_no_text_breaks_the_reading_of_captions(text: str) -> None:
    notes = FaultNotes("a.vtt")
    cues = read_captions(f"WEBVTT\n\n{text}", notes)

    assert cues or notes.faults
