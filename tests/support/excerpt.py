"""The first half minute of a sample course as a course of its own, with a check after ten seconds.

Lessons play in real time. What is tested on the excerpt is what happens around
a check, so that a test need not play a sample lesson for it.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.support.server import ROOT, RunningServer

SOURCE = ROOT / "courses" / "leader-emergency"
SLUG = "leader-emergency-excerpt"
TITLE = "头几分钟怎么做（节选）"
LASTS_SECONDS = 30
CHECK_AFTER_SECONDS = 10

_COURSE = f"""\
format = 1
slug = "{SLUG}"
title = "{TITLE}"
summary = "异常先停，险情先撤：节选。"
category = "team_leader"
required = false
content = "professional"
topics = ["accident_prevention"]
institution = "安学示范培训中心"
language = "zh-CN"
version = "1.0.0"

[challenge]
interval_seconds = [{CHECK_AFTER_SECONDS}, {CHECK_AFTER_SECONDS}]

[[lessons]]
id = "first-half-minute"
title = "{TITLE}"
kind = "video"
media = "lesson.mp4"
captions = "lesson.vtt"
questions = "questions.toml"
declared_class_hours = 0.0
chapters = [ {{ at_seconds = 0, title = "开场" }}, {{ at_seconds = 10.065, title = "设备异常" }} ]
"""


@dataclass(frozen=True, slots=True)
class Answers:
    """The right answers of a lesson's questions, by the question's words."""

    by_question: dict[str, str]

    def right(self, question: str) -> str:
        """Return the words of the right option."""
        return self.by_question[question]


def answers_of(folder: Path) -> Answers:
    """Return the answers that stand in a course's question file."""
    return Answers({str(one["text"]): str(one["options"][int(one["answer"])]) for one in _questions(folder)})


def load_excerpt(server: RunningServer, parent: Path) -> None:
    """Write the excerpt below parent and publish it as an author would: with anxue courses load."""
    folder = parent / SLUG
    folder.mkdir(parents=True)
    film = ["ffmpeg", "-v", "error", "-nostdin", "-y", "-i", str(SOURCE / "lesson.mp4")]
    subprocess.run([*film, "-t", str(LASTS_SECONDS), "-c", "copy", str(folder / "lesson.mp4")], check=True)
    (folder / "course.toml").write_text(_COURSE, encoding="utf-8")
    (folder / "lesson.vtt").write_text(_first_captions(), encoding="utf-8")
    (folder / "questions.toml").write_text(_first_questions(), encoding="utf-8")
    subprocess.run(
        [sys.executable, "-P", "-m", "app.cli", "courses", "load", str(folder)],
        cwd=ROOT,
        env={**os.environ, "ANXUE_DATA_DIR": str(server.data)},
        check=True,
        stdout=subprocess.DEVNULL,
    )


def _questions(folder: Path) -> list[dict[str, Any]]:
    return list(tomllib.loads((folder / "questions.toml").read_text(encoding="utf-8"))["questions"])


def _first_questions() -> str:
    return "\n".join(
        f"""\
[[questions]]
id = "{question["id"]}"
from_seconds = {question["from_seconds"]}
to_seconds = {min(question["to_seconds"], LASTS_SECONDS)}
text = "{question["text"]}"
options = [{", ".join(f'"{option}"' for option in question["options"])}]
answer = {question["answer"]}
explanation = "{question["explanation"]}"
"""
        for question in _questions(SOURCE)
        if question["from_seconds"] < LASTS_SECONDS
    )


def _first_captions() -> str:
    cues = (SOURCE / "lesson.zh-CN.vtt").read_text(encoding="utf-8").split("\n\n")
    return "\n\n".join(cues[:8]) + "\n"
