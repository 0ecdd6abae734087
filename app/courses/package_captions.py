"""Captions of a lesson: WebVTT, read strictly.

Browsers drop a bad cue in silence, so a learner who cannot hear would miss it.
Here every bad cue is named with its line. Source: W3C WebVTT, section 4.
"""

import re
from dataclasses import dataclass

from app.courses.package_faults import FaultNotes

_TIME = r"(?:(\d{2,}):)?([0-5]\d):([0-5]\d)\.(\d{3})"
_TIMING = re.compile(rf"{_TIME}[ \t]+-->[ \t]+{_TIME}(?:[ \t]+\S.*)?[ \t]*")
_HEADING = re.compile(r"WEBVTT(?:[ \t].*)?")
_PREAMBLE = ("STYLE", "REGION")


@dataclass(frozen=True, slots=True)
class Cue:
    """What is shown from start_ms to end_ms."""

    start_ms: int
    end_ms: int
    text: str


@dataclass(frozen=True, slots=True)
class _Block:
    line: int
    rows: tuple[str, ...]


def read_captions(text: str, notes: FaultNotes) -> tuple[Cue, ...]:
    """Return the cues of a WebVTT document, noting every fault."""
    rows = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if not _HEADING.fullmatch(rows[0]):
        notes.note(1, "不是 WebVTT 字幕：第一行应为 “WEBVTT”")
        return ()
    heading, *blocks = _blocks(rows)
    if any("-->" in row for row in heading.rows):
        notes.note(2, "“WEBVTT” 之后要空一行")
    cues: list[Cue] = []
    for block in blocks:
        first = block.rows[0]
        if first == "NOTE" or first.startswith(("NOTE ", "NOTE\t")):
            continue
        if first.rstrip() in _PREAMBLE:
            if cues:
                notes.note(block.line, f"“{first.strip()}” 只能放在第一条字幕之前")
            continue
        cue = _cue(block, notes)
        if cue is None:
            continue
        if cues and cue.start_ms < cues[-1].start_ms:
            notes.note(block.line, "字幕的开始时间早于上一条")
        cues.append(cue)
    if not cues and not notes.faults:
        notes.note(1, "字幕文件里没有一条字幕")
    return tuple(cues)


def _blocks(rows: list[str]) -> list[_Block]:
    """Return what stands between empty rows; the first block is the heading's."""
    blocks: list[_Block] = []
    start = 0
    for index, row in enumerate([*rows, ""]):
        if row.strip(" \t"):
            continue
        if index > start:
            blocks.append(_Block(start + 1, tuple(rows[start:index])))
        start = index + 1
    return blocks


def _cue(block: _Block, notes: FaultNotes) -> Cue | None:
    # A cue may have a name on the row above its times.
    offset = 0 if "-->" in block.rows[0] else 1
    if len(block.rows) <= offset or "-->" not in block.rows[offset]:
        notes.note(block.line, "这一段既不是字幕也不是注释（缺少 “-->” 时间行）")
        return None
    line = block.line + offset
    found = _TIMING.fullmatch(block.rows[offset])
    if found is None:
        notes.note(line, "时间写法不对，应为 “00:01.000 --> 00:04.500”")
        return None
    start_ms, end_ms = _milliseconds(found.groups()[:4]), _milliseconds(found.groups()[4:])
    if end_ms <= start_ms:
        notes.note(line, "字幕的结束时间不晚于开始时间")
        return None
    said = block.rows[offset + 1 :]
    if not said:
        notes.note(line, "这条字幕没有文字")
        return None
    if any("-->" in row for row in said):
        notes.note(line, "两条字幕之间要空一行")
        return None
    return Cue(start_ms, end_ms, "\n".join(said))


def _milliseconds(parts: tuple[str | None, ...]) -> int:
    hours, minutes, seconds, milliseconds = (int(part or 0) for part in parts)
    return ((hours * 60 + minutes) * 60 + seconds) * 1000 + milliseconds
