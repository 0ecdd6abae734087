"""A small course package without faults, to be written down whole or with one thing changed."""

from pathlib import Path

SLUG = "crane-lifting"
COURSE = """\
format = 1
slug = "crane-lifting"
title = "吊装作业安全"
summary = "起重吊装怎样指挥、怎样避险。"
category = "team_leader"
industry = ["construction"]
required = true
content = "professional"
topics = ["accident_prevention"]
institution = "示范培训中心"
language = "zh-CN"
version = "1.0"

[challenge]
interval_seconds = [20, 40]

[[lessons]]
id = "first"
title = "吊装前检查"
kind = "video"
media = "first.mp4"
captions = "first.vtt"
questions = "questions.toml"
declared_class_hours = 0.1
chapters = [
  { at_seconds = 0, title = "开场" },
  { at_seconds = 12.5, title = "检查吊具" },
]
"""
CAPTIONS = "WEBVTT\n\n00:00.500 --> 00:04.000\n各位好。\n"
QUESTIONS = """\
[[questions]]
id = "hook"
from_seconds = 0
to_seconds = 20
text = "吊装前先查什么？"
options = ["吊具", "天气预报", "午餐"]
answer = 0
explanation = "吊具是直接受力的部件。"
"""


def write_package(parent: Path, course: str = COURSE) -> Path:
    """Write the package below parent and return its folder."""
    folder = parent / SLUG
    folder.mkdir()
    (folder / "course.toml").write_text(course, encoding="utf-8")
    (folder / "first.mp4").write_bytes(b"a video")
    (folder / "first.vtt").write_text(CAPTIONS, encoding="utf-8")
    (folder / "questions.toml").write_text(QUESTIONS, encoding="utf-8")
    return folder
