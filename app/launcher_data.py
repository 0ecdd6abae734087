"""The folder DATA of an installation as the launcher sees it: who holds it, in which mode, what was prepared.

Standard library only, because the launcher reads it before anything else is
imported. It refuses to know the database; it only compares what the last
preparation wrote down with what is there now.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import sqlite3
from collections.abc import Iterator, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
SAMPLE, PRODUCTION = "sample", "production"
SAMPLE_FILE = "sample.json"

# What a preparation depends on: a change below any of these makes it run again.
_SOURCES = ("app", "plugins", "migrations", "courses", "pyproject.toml", "requirements.lock")
_ENVIRONMENT = ("ANXUE_DATABASE_URL", "ANXUE_PLUGINS")


class Prepared(StrEnum):
    """How far: USABLE when schema and accounts stand and each category has a video, others missing."""

    NOT = "not"
    USABLE = "usable"
    WHOLLY = "wholly"


class DataRefusedError(Exception):
    """The folder cannot be used for this start; the text says why and what to do."""


class Data:
    """The folder, made if it is not there, locked as long as this object lives."""

    def __init__(self, folder: Path, mode: str) -> None:
        self.folder = folder
        self.mode = mode
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        folder.chmod(0o700)
        self.logs.mkdir(exist_ok=True, mode=0o700)
        self._lock = _locked(folder)
        self._keep_to_mode()

    @property
    def logs(self) -> Path:
        """Where the output of what the launcher starts goes."""
        return self.folder / "logs"

    def write_environment(self, settings: Mapping[str, str]) -> None:
        """Write down settings for `anxue …`, so that commands meet this installation (app.cli reads it)."""
        lines = [f"{name}={value}\n" for name, value in sorted(settings.items())]
        write_private(self.folder / "anxue.env", "".join(lines))

    def prepared(self) -> Prepared:
        """Return how far the installation is prepared: as it was noted, if nothing has changed since.

        Only an embedded database is trusted to have stayed as it was; another
        one is looked at on every start.
        """
        try:
            note = json.loads((self.folder / "prepared.json").read_text(encoding="utf-8"))
            how_far = Prepared(note["how_far"])
        except (FileNotFoundError, ValueError, KeyError):
            return Prepared.NOT
        schema = self._schema()
        if os.environ.get("ANXUE_DATABASE_URL") or not schema:
            return Prepared.NOT
        return how_far if (note["sources"], note["schema"]) == (_fingerprint(), schema) else Prepared.NOT

    def note_prepared(self, how_far: Prepared) -> None:
        """Write down how far everything is prepared, so that the next start need not look."""
        note = {"how_far": how_far, "sources": _fingerprint(), "schema": self._schema()}
        write_private(self.folder / "prepared.json", json.dumps(note))

    def _schema(self) -> list[str]:
        database = self.folder / "anxue.sqlite3"
        if not database.is_file():
            return []
        connection = sqlite3.connect(database)
        try:
            return sorted(row[0] for row in connection.execute("SELECT version_num FROM alembic_version"))
        except sqlite3.DatabaseError:
            return []
        finally:
            connection.close()

    def _keep_to_mode(self) -> None:
        # Accounts with known names and courses to try must never meet real people's hours.
        note = self.folder / "mode"
        kept = note.read_text().strip() if note.is_file() else ""
        if kept and kept != self.mode:
            raise DataRefusedError(
                f"{self.folder} belongs to a {kept} installation and is not used in {self.mode} mode. "
                "Choose another folder with --data DIR."
            )
        write_private(note, self.mode + "\n")


def sample_of(folder: Path) -> dict[str, Any]:
    """Return what the sample.json of a folder holds, {} if there is none."""
    try:
        return dict(json.loads((folder / SAMPLE_FILE).read_text(encoding="utf-8")))
    except FileNotFoundError:
        return {}


def write_sample(folder: Path, sample: Mapping[str, object]) -> None:
    """Write sample.json, which programs read to log in to a sample installation."""
    write_private(folder / SAMPLE_FILE, json.dumps(sample, ensure_ascii=False, indent=2) + "\n")


def write_private(file: Path, text: str) -> None:
    """Write text to file with mode 0600, whole or not at all."""
    temporary = file.with_name(f".{file.name}.{os.getpid()}")
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as writing:
        writing.write(text)
    temporary.replace(file)


def _locked(folder: Path) -> int:
    handle = os.open(folder / "launcher.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        raise DataRefusedError(
            f"{folder} is in use by another Anxue. Stop that one, or choose another folder with --data DIR."
        ) from None
    return handle


def _fingerprint() -> str:
    digest = hashlib.sha256()
    for file in _files():
        facts = file.stat()
        digest.update(f"{file.relative_to(ROOT)}\0{facts.st_size}\0{facts.st_mtime_ns}\n".encode())
    for name in _ENVIRONMENT:
        digest.update(f"{name}={os.environ.get(name, '')}\n".encode())
    return digest.hexdigest()


def _files() -> Iterator[Path]:
    for source in _SOURCES:
        top = ROOT / source
        found = top.rglob("*") if top.is_dir() else iter([top])
        yield from sorted(file for file in found if file.is_file() and "__pycache__" not in file.parts)
