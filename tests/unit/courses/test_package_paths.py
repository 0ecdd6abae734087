"""A package may name only real files inside its own folder."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.courses.package_paths import file_fault, path_fault


@pytest.mark.parametrize(
    "name",
    [
        "/etc/passwd",
        "../secret.mp4",
        "a/../../secret.mp4",
        "a//b.mp4",
        "./a.mp4",
        "a/.",
        "..",
        "a\\b.mp4",
        "C:a.mp4",
        "file:a.mp4",
        "a\x00.mp4",
        "a\n.mp4",
        "",
        " ",
        " a.mp4",
        ".hidden.mp4",
        "a" * 201,
    ],
)
def test_a_name_that_leads_elsewhere_is_refused(name: str) -> None:
    assert path_fault(name) is not None


@pytest.mark.parametrize("name", ["lesson.mp4", "第一课/lesson.mp4", "a b.vtt"])
def test_a_name_inside_the_folder_is_accepted(name: str) -> None:
    assert path_fault(name) is None


@given(st.text(alphabet="ab./\\:~ \x00", max_size=20))
def test_an_accepted_name_stays_below_the_folder(name: str) -> None:
    inside = os.path.normpath(os.path.join("/packages/course", name)).startswith("/packages/course/")

    assert path_fault(name) is not None or inside


def test_a_link_to_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "real.mp4").write_bytes(b"x")
    (tmp_path / "link.mp4").symlink_to(tmp_path / "real.mp4")

    assert file_fault(tmp_path, "link.mp4", most_bytes=10) == "文件 “link.mp4” 是链接，请放入文件本身"


def test_a_link_to_a_folder_on_the_way_is_refused(tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "a.mp4").write_bytes(b"x")
    (tmp_path / "package").mkdir()
    (tmp_path / "package" / "media").symlink_to(tmp_path / "outside")

    fault = file_fault(tmp_path / "package", "media/a.mp4", most_bytes=10)
    assert fault == "文件 “media/a.mp4” 是链接，请放入文件本身"


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    (tmp_path / "a.mp4").mkdir()

    assert file_fault(tmp_path, "a.mp4", most_bytes=10) == "“a.mp4” 不是普通文件"


def test_a_pipe_is_no_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.mp4")

    assert file_fault(tmp_path, "a.mp4", most_bytes=10) == "“a.mp4” 不是普通文件"


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.mp4").touch()

    assert file_fault(tmp_path, "a.mp4", most_bytes=10) == "文件 “a.mp4” 是空的"


def test_a_file_of_exactly_the_limit_is_accepted(tmp_path: Path) -> None:
    (tmp_path / "a.mp4").write_bytes(b"0123456789")

    assert file_fault(tmp_path, "a.mp4", most_bytes=10) is None


def test_a_file_below_a_file_is_not_found(tmp_path: Path) -> None:
    (tmp_path / "a.mp4").write_bytes(b"x")

    assert file_fault(tmp_path, "a.mp4/b.mp4", most_bytes=10) == "找不到文件 “a.mp4/b.mp4”"
