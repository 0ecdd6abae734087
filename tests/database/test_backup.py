"""A backup can be brought back, or says that it cannot: on both databases."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import Result
from flask import Flask

from app.kernel import backup as deeds
from app.kernel.backup_commands import backup, restore_test
from app.kernel.backup_database import row_counts
from app.kernel.backup_manifest import MANIFEST
from app.sdk.clock import FixedClock
from app.sdk.people import TraineeCategory
from app.sdk.runtime import Runtime
from tests.support.classroom import Learner, furnish
from tests.support.installations import settings_for

Changes = Callable[[Path], None]


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "backup"


@pytest.fixture
def used(database: Runtime, app: Flask, clock: FixedClock) -> Flask:
    """An installation in which somebody has learned and a video lies."""
    room = furnish(app)
    learner = Learner(app, clock)
    learner.open(room.lessons[TraineeCategory.TEAM_LEADER])
    learner.answer(learner.watch(0, 60)["challenge"]["id"])
    media = database.deployment.data_dir / "media"
    for name in ("originals/aa", "renditions/one/run/0.ts", "work/one.run/plain.ts"):
        (media / name).parent.mkdir(parents=True)
        (media / name).write_bytes(name.encode() * 100)
    return app


@pytest.fixture
def made(used: Flask, target: Path) -> Path:
    """A backup of it."""
    told = run(used, backup, target)
    assert told.exit_code == 0, told.output
    return target


def run(app: Flask, command: object, *arguments: object) -> Result:
    return app.test_cli_runner().invoke(command, [str(each) for each in arguments])


def dump_of(folder: Path) -> Path:
    return next(folder.glob("database.*"))


def flipped(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)


def test_a_backup_is_brought_back_whole(used: Flask, made: Path) -> None:
    told = run(used, restore_test, made)
    assert told.exit_code == 0, told.output
    assert "可以恢复" in told.output
    assert "online_hours.sums: ok" in told.output
    assert "fault(s)" not in told.output


def test_the_restore_test_leaves_the_installation_as_it_was(
    used: Flask, made: Path, database: Runtime, clock: FixedClock
) -> None:
    run(used, restore_test, made)
    with database.engine.connect() as connection:
        entries = connection.execute(sa.text("SELECT count(*) FROM online_hours_entry")).scalar_one()
    assert entries == 1


def test_no_scratch_database_stays_behind(used: Flask, made: Path, database: Runtime) -> None:
    run(used, restore_test, made)
    if database.engine.dialect.name == "postgresql":
        with database.engine.connect() as connection:
            names = connection.execute(sa.text("SELECT datname FROM pg_database")).scalars().all()
        assert [name for name in names if "restore_test" in name] == []


def test_masters_and_renditions_are_in_it_and_unfinished_work_is_not(made: Path) -> None:
    names = {path.relative_to(made).as_posix() for path in (made / "media").rglob("*") if path.is_file()}
    assert names == {"media/originals/aa", "media/renditions/one/run/0.ts"}


def test_renditions_may_be_left_out(used: Flask, target: Path) -> None:
    run(used, backup, target, "--without-renditions")
    assert not (target / "media" / "renditions").exists()
    assert run(used, restore_test, target).exit_code == 0


def test_the_secrets_are_not_in_it(used: Flask, made: Path) -> None:
    settings = settings_for(made, database_url="")
    secrets = (settings.secret.encode(), settings.vault, settings.vault.hex().encode())
    for file in (path for path in made.rglob("*") if path.is_file()):
        assert not any(secret in file.read_bytes() for secret in secrets), file.name


def test_a_folder_that_holds_something_is_not_written_to(used: Flask, made: Path) -> None:
    again = run(used, backup, made)
    assert again.exit_code == 1
    assert "不是空文件夹" in again.output


def test_a_flipped_bit_in_the_dump_is_refused(used: Flask, made: Path) -> None:
    flipped(dump_of(made))
    told = run(used, restore_test, made)
    assert told.exit_code == 1
    assert "SHA-256" in told.output


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("damage", "complaint"),
    [
        pytest.param(
            lambda made: flipped(made / "media/originals/aa"), "SHA-256", id="a flipped bit in a master"
        ),
        pytest.param(
            lambda made: dump_of(made).write_bytes(dump_of(made).read_bytes()[:-1]), "字节", id="cut off"
        ),
        pytest.param(lambda made: (made / "media/originals/aa").unlink(), "缺失", id="missing"),
        pytest.param(lambda made: (made / "media/extra").write_text("x"), "不在清单中", id="too much"),
        pytest.param(lambda made: (made / MANIFEST).unlink(), "没有做完", id="no manifest"),
        pytest.param(lambda made: (made / MANIFEST).write_text("{}"), "已损坏", id="an empty manifest"),
        pytest.param(
            lambda made: (made / MANIFEST).write_text((made / MANIFEST).read_text()[:-20]),
            "已损坏",
            id="a manifest that was cut off",
        ),
        pytest.param(
            lambda made: (made / MANIFEST).write_text(
                (made / MANIFEST).read_text().replace('"renditions": true', '"renditions": false')
            ),
            "改动过",
            id="a manifest that was changed",
        ),
    ],
)
def test_a_damaged_backup_is_refused_and_the_damage_named(
    used: Flask, made: Path, damage: Changes, complaint: str
) -> None:
    damage(made)
    told = run(used, restore_test, made)
    assert told.exit_code == 1
    assert complaint in told.output


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("lost", ["secret_key", "vault_key"])
def test_without_the_keys_it_was_made_with_it_is_refused(
    used: Flask, made: Path, database: Runtime, tmp_path: Path, lost: str
) -> None:
    other = "f" * 31 + "0" + "e" * 32
    database.deployment = settings_for(
        tmp_path, database_url=database.engine.url.render_as_string(hide_password=False), **{lost: other}
    )
    told = run(used, restore_test, made)
    assert told.exit_code == 1
    assert "不是制作该备份时的密钥" in told.output


def test_a_backup_whose_rows_are_fewer_than_it_says_is_refused(
    used: Flask, made: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def one_entry_less(connection: sa.Connection) -> dict[str, int]:
        counted = row_counts(connection)
        return {**counted, "online_hours_entry": counted["online_hours_entry"] - 1}

    monkeypatch.setattr(deeds, "row_counts", one_entry_less)
    told = run(used, restore_test, made)
    assert told.exit_code == 1
    assert "表 online_hours_entry：应有 1 行，恢复后为 0 行。" in told.output


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_the_doctor_finds_in_a_backup_is_told_and_ends_with_a_fault(
    used: Flask, target: Path, database: Runtime
) -> None:
    with sqlite3.connect(str(database.engine.url.database)) as connection:
        connection.execute("DELETE FROM video_progress_beat")
    connection.close()
    run(used, backup, target)
    told = run(used, restore_test, target)
    assert told.exit_code == 1
    assert "video_progress.proved: 3 fault(s)" in told.output
