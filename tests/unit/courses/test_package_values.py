"""Declared hours against measured media; the fingerprint of a package."""

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.courses.package import declared_fits, read_package
from app.courses.package_digest import package_digest
from tests.support.course_package import write_package


@pytest.mark.parametrize(
    ("declared", "media_ms", "minutes", "fits"),
    [
        ("1.0", 2_699_400, 45, False),
        ("1.0", 2_699_999, 45, False),
        ("1.0", 2_700_000, 45, True),
        ("0.9", 2_699_400, 45, True),
        ("0.1", 270_000, 45, True),
        ("0.1", 269_999, 45, False),
        ("1.0", 1_800_000, 30, True),
        ("0", 0, 45, True),
    ],
)
def test_declared_hours_may_not_exceed_the_media(
    declared: str, media_ms: int, minutes: int, fits: bool
) -> None:
    assert declared_fits(Decimal(declared), media_ms, minutes) is fits


@given(st.integers(0, 240), st.integers(0, 86_400_000))
def test_what_fits_is_never_more_than_was_measured(tenths: int, media_ms: int) -> None:
    assert declared_fits(Decimal(tenths) / 10, media_ms, 45) == (tenths * 270_000 <= media_ms)


def test_the_same_bytes_elsewhere_have_the_same_digest(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()

    digests = {package_digest(read_package(write_package(tmp_path / parent))) for parent in ("a", "b")}
    assert len(digests) == 1


@pytest.mark.parametrize("name", ["course.toml", "first.mp4", "first.vtt", "questions.toml"])
def test_a_changed_file_changes_the_digest(tmp_path: Path, name: str) -> None:
    package = read_package(write_package(tmp_path))
    before = package_digest(package)
    with (package.folder / name).open("ab") as file:
        file.write(b"\n")

    assert package_digest(package) != before


def test_a_file_that_is_not_named_does_not_belong_to_the_package(tmp_path: Path) -> None:
    package = read_package(write_package(tmp_path))
    before = package_digest(package)
    (package.folder / "notes.txt").write_text("later", encoding="utf-8")

    assert package_digest(package) == before


def test_two_files_that_change_places_change_the_digest(tmp_path: Path) -> None:
    package = read_package(write_package(tmp_path))
    before = package_digest(package)
    video, captions = package.folder / "first.mp4", package.folder / "first.vtt"
    first, second = video.read_bytes(), captions.read_bytes()
    video.write_bytes(second)
    captions.write_bytes(first)

    assert package_digest(package) != before
