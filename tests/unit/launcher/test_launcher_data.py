"""The folder DATA: one owner at a time, one mode for ever, secrets for the owner's eyes only."""

import os
import sqlite3
import stat
from pathlib import Path

import pytest

from app.cli import read_environment_file
from app.launcher_data import PRODUCTION, SAMPLE, Data, DataRefusedError, Prepared, sample_of, write_sample


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def with_schema(folder: Path, version: str) -> None:
    connection = sqlite3.connect(folder / "anxue.sqlite3")
    connection.execute("CREATE TABLE IF NOT EXISTS alembic_version (version_num TEXT)")
    connection.execute("DELETE FROM alembic_version")
    connection.execute("INSERT INTO alembic_version VALUES (?)", (version,))
    connection.commit()
    connection.close()


def test_the_folder_is_the_owners_alone(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir(mode=0o755)
    Data(tmp_path / "data", SAMPLE)
    assert mode_of(tmp_path / "data") == 0o700


def test_a_second_launcher_is_refused_while_the_first_one_lives(tmp_path: Path) -> None:
    first = Data(tmp_path, SAMPLE)
    with pytest.raises(DataRefusedError, match="in use"):
        Data(first.folder, SAMPLE)


@pytest.mark.parametrize(("made", "asked"), [(SAMPLE, PRODUCTION), (PRODUCTION, SAMPLE)])
def test_sample_and_production_never_share_a_folder(tmp_path: Path, made: str, asked: str) -> None:
    (tmp_path / "mode").write_text(made)
    with pytest.raises(DataRefusedError, match=made):
        Data(tmp_path, asked)


def test_a_refused_mode_changes_nothing(tmp_path: Path) -> None:
    (tmp_path / "mode").write_text(PRODUCTION)
    with pytest.raises(DataRefusedError):
        Data(tmp_path, SAMPLE)
    assert (tmp_path / "mode").read_text() == PRODUCTION


def test_sample_json_is_the_owners_alone_whatever_the_umask(tmp_path: Path) -> None:
    umask = os.umask(0)
    try:
        write_sample(tmp_path, {"base_url": "http://127.0.0.1:1"})
    finally:
        os.umask(umask)
    assert mode_of(tmp_path / "sample.json") == 0o600


def test_sample_json_is_read_back_as_it_was_written(tmp_path: Path) -> None:
    write_sample(tmp_path, {"accounts": {"admin": {"name": "陈立新"}}})
    assert sample_of(tmp_path) == {"accounts": {"admin": {"name": "陈立新"}}}


def test_settings_for_the_console_script_are_the_owners_alone(tmp_path: Path) -> None:
    Data(tmp_path, SAMPLE).write_environment({"ANXUE_XAPI_FEED_SECRET": "s"})
    assert mode_of(tmp_path / "anxue.env") == 0o600


def test_the_console_script_takes_over_what_the_launcher_wrote(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Data(tmp_path, SAMPLE).write_environment({"ANXUE_MODE": "sample"})
    monkeypatch.setenv("ANXUE_DATA_DIR", str(tmp_path))
    monkeypatch.setattr(os, "environ", dict(os.environ))
    read_environment_file()
    assert os.environ["ANXUE_MODE"] == "sample"


def test_a_new_folder_is_not_prepared(tmp_path: Path) -> None:
    assert Data(tmp_path, SAMPLE).prepared() is Prepared.NOT


def test_a_noted_preparation_is_known_again(tmp_path: Path) -> None:
    data = Data(tmp_path, SAMPLE)
    with_schema(tmp_path, "a1")
    data.note_prepared(Prepared.WHOLLY)
    assert data.prepared() is Prepared.WHOLLY


def test_an_unreadable_note_counts_as_none(tmp_path: Path) -> None:
    data = Data(tmp_path, SAMPLE)
    with_schema(tmp_path, "a1")
    (tmp_path / "prepared.json").write_text("{}")
    assert data.prepared() is Prepared.NOT


def test_a_database_of_another_version_is_prepared_again(tmp_path: Path) -> None:
    data = Data(tmp_path, SAMPLE)
    with_schema(tmp_path, "a1")
    data.note_prepared(Prepared.WHOLLY)
    with_schema(tmp_path, "a0")
    assert data.prepared() is Prepared.NOT


def test_a_database_that_is_gone_is_prepared_again(tmp_path: Path) -> None:
    data = Data(tmp_path, SAMPLE)
    with_schema(tmp_path, "a1")
    data.note_prepared(Prepared.WHOLLY)
    (tmp_path / "anxue.sqlite3").unlink()
    assert data.prepared() is Prepared.NOT


def test_a_database_elsewhere_is_looked_at_on_every_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = Data(tmp_path, SAMPLE)
    with_schema(tmp_path, "a1")
    monkeypatch.setenv("ANXUE_DATABASE_URL", "postgresql+psycopg://localhost/anxue")
    data.note_prepared(Prepared.WHOLLY)
    assert data.prepared() is Prepared.NOT
