"""A backup of the running installation, and the proof that one can be brought back.

Database first, files second: a file without a row is harmless, a row without a
file is not. A backup is whole when its manifest is there. It never holds the
secrets: they are kept in another place, and without them it is worth nothing.
A restore test reads every byte, brings the database back into a scratch one,
compares the rows, upgrades it as a start would, and lets the doctor look.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC
from pathlib import Path

from flask import current_app
from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

from app.kernel.backup_database import DUMPS, dump, row_counts, scratch
from app.kernel.backup_manifest import (
    BackupError,
    Keys,
    Manifest,
    damages,
    described,
    names_below,
    read_manifest,
    write_manifest,
)
from app.kernel.doctor import Finding, examine_content
from app.kernel.migrate import upgrade
from app.sdk.runtime import EXTENSION, Runtime
from app.sdk.storage import Storage

MEDIA = "media"
# A run's plain files are nobody's any more; renditions can be prepared anew from the originals.
WORK, RENDITIONS = "work", "renditions"


def make_backup(now: Runtime, keys: Keys, folder: Path, *, renditions: bool) -> Manifest:
    """Write a backup of the running installation to folder, which must not be there yet or be empty.

    Raises BackupError; what was written until then has no manifest.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if any(folder.iterdir()):
        raise BackupError(f"{folder} 不是空文件夹。")
    kind = now.engine.dialect.name
    rows = dump(now.engine, folder / DUMPS[kind])
    left_out = {WORK} if renditions else {WORK, RENDITIONS}
    _copy_media(now.deployment.data_dir / MEDIA, folder / MEDIA, left_out)
    manifest = Manifest(
        made_at=now.clock.now().astimezone(UTC).isoformat(timespec="seconds"),
        database=kind,
        dump=DUMPS[kind],
        rows=rows,
        renditions=renditions,
        secrets=keys.fingerprints(),
        files=tuple(described(folder, names_below(folder))),
    )
    os.sync()
    write_manifest(folder, manifest, keys)
    return manifest


def restore_test(now: Runtime, keys: Keys, folder: Path) -> tuple[Manifest, list[Finding]]:
    """Return what is in the backup and what the doctor found in it, brought back.

    Raises BackupError if it cannot be brought back whole.
    """
    manifest = read_manifest(folder, keys)
    if faults := list(damages(folder, manifest)):
        raise BackupError(*faults)
    with scratch(folder / manifest.dump, manifest.database, now.engine) as engine:
        with engine.connect() as connection:
            counted = row_counts(connection)
        if counted != manifest.rows:
            raise BackupError(*_differences(manifest.rows, counted))
        upgrade(engine)
        with _standing_on(engine, Storage(folder / MEDIA)) as (restored, session):
            return manifest, list(examine_content(restored, session))


def _copy_media(source: Path, target: Path, left_out: set[str]) -> None:
    for path in sorted(source.rglob("*")):
        name = path.relative_to(source)
        # Names that begin with a dot are files on their way in, which no row knows yet.
        if (
            name.parts[0] in left_out
            or any(part.startswith(".") for part in name.parts)
            or not path.is_file()
        ):
            continue
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        try:
            shutil.copyfile(path, target / name)
        except FileNotFoundError:
            # An old run of a preparation, cleared away meanwhile because a newer one took its place.
            continue


def _differences(wanted: Mapping[str, int], found: Mapping[str, int]) -> Iterator[str]:
    for name in sorted({*wanted, *found}):
        if wanted.get(name) != found.get(name):
            yield f"表 {name}：应有 {wanted.get(name, '没有')} 行，恢复后为 {found.get(name, '没有')} 行。"


@contextmanager
def _standing_on(engine: Engine, storage: Storage) -> Iterator[tuple[Runtime, Session]]:
    """Let this process stand on another database for a while, so that the doctor looks at that one."""
    ours: Runtime = current_app.extensions[EXTENSION]
    sessions = sessionmaker(engine, expire_on_commit=False)
    with sessions() as session:
        theirs = replace(
            ours, engine=engine, sessions=sessions, read_session=lambda: session, storage=storage
        )
        current_app.extensions[EXTENSION] = theirs
        try:
            yield theirs, session
        finally:
            current_app.extensions[EXTENSION] = ours
