"""The contract's traces and the public cases of playback, replayed."""

import json
from pathlib import Path
from typing import Any

import pytest

from plugins.video_progress.domain.replay import replay

DATA = Path(__file__).parents[2] / "data"
EXPECTED: dict[str, dict[str, Any]] = json.loads((DATA / "traces/expected.json").read_text("utf-8"))
VECTORS: dict[str, dict[str, Any]] = {
    vector["id"]: vector for vector in json.loads((DATA / "vectors/playback.json").read_text("utf-8"))
}
NOT_A_SESSION = {"V23"}
"""Declared hours: see test_lesson_completion.py."""


def trace(name: str) -> dict[str, Any]:
    read: dict[str, Any] = json.loads((DATA / f"traces/{name}.json").read_text("utf-8"))
    return read


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_a_recorded_trace_comes_to_what_is_expected(name: str) -> None:
    result = replay(trace(name))

    assert {key: result[key] for key in EXPECTED[name]} == EXPECTED[name]


def test_every_public_case_has_a_trace() -> None:
    assert VECTORS.keys() - NOT_A_SESSION <= EXPECTED.keys()


def test_every_trace_has_an_expectation() -> None:
    assert {path.stem for path in (DATA / "traces").glob("*.json")} == {*EXPECTED, "expected"}


@pytest.mark.parametrize("name", sorted(VECTORS.keys() - NOT_A_SESSION))
def test_a_public_case_notes_its_code_and_no_other(name: str) -> None:
    assert EXPECTED[name]["codes"] == [code for code in [VECTORS[name]["code"]] if code]


@pytest.mark.parametrize(
    "name", sorted(name for name, vector in VECTORS.items() if isinstance(vector["confirmed_seconds"], int))
)
def test_a_public_case_confirms_its_seconds(name: str) -> None:
    assert EXPECTED[name]["confirmed_seconds"] == VECTORS[name]["confirmed_seconds"]


def test_twice_the_speed_is_checked_only_as_far_as_real_time_went() -> None:
    checked = replay(trace("V09"))["checked"]

    assert sum(end - start for start, end in checked) == 1350


def test_a_trace_is_the_same_json_when_it_is_written_again() -> None:
    result = replay(trace("contract-1"))

    assert json.loads(json.dumps(result)) == result
