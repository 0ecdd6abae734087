"""The examples of docs/hours-algorithm.md come to what the page says."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from plugins.video_progress.domain import playback
from plugins.video_progress.domain.intervals import total
from plugins.video_progress.domain.lesson import LessonRecord
from plugins.video_progress.domain.replay import Session, replay
from plugins.video_progress.domain.trace import trace_from

PAGE = (Path(__file__).parents[2] / "docs" / "hours-algorithm.md").read_text("utf-8")
BLOCKS = re.findall(r"```json (trace|result)\n(.*?)```", PAGE, flags=re.DOTALL)
TRACES = [json.loads(text) for kind, text in BLOCKS if kind == "trace"]
RESULTS = [json.loads(text) for kind, text in BLOCKS if kind == "result"]
STEPS = {"open": "open", "issued": "challenge_issued", "passed": "challenge_passed", "close": "close"}


def rows() -> list[dict[str, str]]:
    """Return the rows of the worked session by their headings."""
    table = re.search(r"^\| at \| event .*?(?=\n\n)", PAGE, flags=re.DOTALL | re.MULTILINE)
    assert table
    lines = [[cell.strip() for cell in line.split("|")[1:-1]] for line in table.group().splitlines()]
    return [dict(zip(lines[0], line, strict=True)) for line in lines[2:]]


def event_of(row: dict[str, str]) -> dict[str, Any]:
    """Return the trace event that a row describes."""
    at = int(row["at"])
    name, _, rest = row["event"].partition(" ")
    if name != "beat":
        return {"at": at, "type": STEPS[name], "device": "a"}
    seq, _, hidden = rest.partition(" ")
    played = [int(edge) for edge in row["claim"].split("–")]
    shown = {"rate": 1.0, "visible": not hidden}
    return {"at": at, "type": "beat", "device": "a", "seq": int(seq), "played": played, **shown}


def worked_out() -> list[dict[str, str]]:
    """Return the figures that the rules give for every row."""
    trace = trace_from({"lesson_seconds": 120, "events": [event_of(row) for row in rows()]})
    lesson = LessonRecord(length_ms=trace.lesson_ms)
    session = Session(rules=trace.rules, grounds=trace.grounds, lesson=lesson, confirmed_ms_by_day={})
    figures = []
    for row, event in zip(rows(), trace.events, strict=True):
        before = session.playbacks.get("a")
        g = total(playback._elapsed(before.state, event.at_ms)) if before and event.beat else None
        spent = total(before.state.allowance) + g if before and g is not None else None
        noted = len(session.noted)
        session.receive(event)
        state = session.playbacks["a"].state
        refused = "SEEK_FORWARD_REJECTED" in session.noted[noted:]
        believed = 0 if refused else None if spent is None else spent - total(state.allowance)
        figures.append(
            {
                "at": row["at"],
                "event": row["event"],
                "claim": row["claim"],
                "g": _shown(g),
                "believed": _shown(believed),
                "left": _shown(total(state.allowance)),
                "waiting": _shown(sum(claim.lasts for claim in state.carry)),
                "F": _shown(state.furthest_ms),
                "pending": _shown(sum(piece.lasts for piece in state.pending)),
                "credited": _shown(sum(piece.lasts for piece in session.credited)),
                "codes": " ".join(session.noted[noted:]),
            }
        )
    return figures


def _shown(milliseconds: int | None) -> str:
    return "" if milliseconds is None else f"{milliseconds / 1000:g}"


def test_the_worked_session_has_all_its_rows() -> None:
    assert len(rows()) == 12


@pytest.mark.parametrize("number", range(12))
def test_each_row_of_the_worked_session_is_what_the_rules_give(number: int) -> None:
    assert worked_out()[number] == rows()[number]


def test_every_trace_of_the_page_has_its_result() -> None:
    assert len(TRACES) == len(RESULTS) == 3


@pytest.mark.parametrize(("trace", "result"), list(zip(TRACES, RESULTS, strict=False)))
def test_each_trace_of_the_page_comes_to_its_result(trace: dict[str, Any], result: dict[str, Any]) -> None:
    assert replay(trace) == result
