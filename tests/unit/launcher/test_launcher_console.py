"""What the launcher prints where nobody watches: one line for every change that matters."""

import subprocess
import sys

import pytest

from app.launcher import each_category_has_one
from app.launcher_console import Console


def video(state: str = "preparing", percent: int = 0, category: str = "team_leader") -> dict[str, object]:
    return {
        "category": category,
        "title": "班前会",
        "state": state,
        "percent": percent,
        "reason": "文件已损坏",
    }


def printed(capsys: pytest.CaptureFixture[str], *moments: dict[str, object]) -> list[str]:
    console = Console()
    for moment in moments:
        console.videos([moment])
    return capsys.readouterr().out.splitlines()


def test_a_quarter_done_is_a_line_a_percent_is_not(capsys: pytest.CaptureFixture[str]) -> None:
    lines = printed(capsys, video(percent=25), video(percent=26), video(percent=50))
    assert lines == ["Video 1/1 班前会: 25 %", "Video 1/1 班前会: 50 %"]


def test_a_video_that_waits_is_not_spoken_of(capsys: pytest.CaptureFixture[str]) -> None:
    assert printed(capsys, video("waiting")) == []


def test_a_failed_video_is_printed_with_its_reason(capsys: pytest.CaptureFixture[str]) -> None:
    assert printed(capsys, video("failed")) == ["Video 1/1 班前会: failed: 文件已损坏"]


def test_the_columns_of_accounts_stand_below_each_other(capsys: pytest.CaptureFixture[str]) -> None:
    Console().accounts(
        {
            "admin": {"password": "a", "name": "陈立新", "roles": ["admin"]},
            "author": {"password": "bb", "name": "Li", "roles": ["author"]},
        }
    )
    rows = capsys.readouterr().out.splitlines()[2:]
    # A Chinese character is two columns wide: three of them are as wide as "Li" and four blanks.
    assert rows == ["  admin   a         陈立新  admin", "  author  bb        Li      author"]


def test_a_reader_that_went_away_does_not_stop_the_launcher() -> None:
    code = "from app.launcher_console import Console\nfor _ in range(9): Console().say('x' * 99999)"
    command = [sys.executable, "-c", code]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as talker:
        assert talker.stdout is not None
        talker.stdout.close()
        talker.stdout = None
        _, complaints = talker.communicate()
    assert (talker.returncode, complaints) == (0, b"")


def test_ready_waits_for_every_category() -> None:
    one, other = video("ready", category="team_leader"), video("preparing", category="manager_in_charge")
    assert not each_category_has_one([one, other])


def test_ready_does_not_wait_for_the_second_video_of_a_category() -> None:
    assert each_category_has_one([video("ready"), video("preparing")])


def test_nothing_to_play_is_not_ready() -> None:
    assert not each_category_has_one([])
