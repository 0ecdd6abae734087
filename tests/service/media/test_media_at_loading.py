"""Loading a course measures its videos first."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest
from flask import Flask

from app.courses.loader import load_package
from app.courses.package import PackageFaults, read_package
from app.enrolment.models import ProgrammeCycle
from app.sdk.uow import unit_of_work
from tests.support import clips
from tests.support.clips import clip
from tests.support.course_package import write_package


def reasons_of_loading(app: Flask, folder: Path) -> list[str]:
    """Return the faults that loading the package in folder reports."""
    package = read_package(folder)
    with app.app_context(), unit_of_work() as uow:
        cycle = ProgrammeCycle(name="2025", begins_on=date(2023, 1, 1), ends_on=date(2027, 12, 31))
        uow.session.add(cycle)
        uow.session.flush()
        with pytest.raises(PackageFaults) as refused:
            load_package(uow, package, cycle=cycle)
    return [f"{fault.file}:{fault.line}: {fault.reason}" for fault in refused.value.faults]


def test_more_hours_than_the_video_holds_are_refused(app: Flask, tmp_path: Path) -> None:
    folder = write_package(tmp_path)
    shutil.copyfile(clip(clips.FITS), folder / "first.mp4")
    (reason,) = reasons_of_loading(app, folder)

    assert "DECLARED_HOURS_EXCEED_MEDIA" in reason


def test_a_video_that_cannot_be_measured_is_a_fault_of_its_file(app: Flask, tmp_path: Path) -> None:
    folder = write_package(tmp_path)
    (folder / "first.mp4").write_bytes(b"#EXTM3U\nfile:///etc/passwd\n")
    (reason,) = reasons_of_loading(app, folder)

    assert reason == "first.mp4:1: 这是播放列表或脚本，不是视频文件，已拒绝。"
