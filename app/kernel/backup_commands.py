"""`anxue backup DIR` and `anxue restore-test DIR`: what they say; what they do, backup.py knows."""

from __future__ import annotations

from pathlib import Path
from typing import NoReturn, Protocol, cast

import click
from flask.cli import with_appcontext

from app.kernel import backup as deeds
from app.kernel.backup_manifest import BackupError, Keys
from app.sdk.runtime import runtime

FAULTS_AT_MOST = 20
FOLDER = click.Path(file_okay=False, path_type=Path)


class HasSecrets(Protocol):
    """Settings that hold the secrets of an installation."""

    @property
    def secret(self) -> str: ...
    @property
    def vault(self) -> bytes: ...


@click.command("backup")
@click.argument("folder", metavar="DIR", type=FOLDER)
@click.option(
    "--without-renditions", is_flag=True, help="Leave out what can be prepared anew from the masters."
)
@with_appcontext
def backup(folder: Path, without_renditions: bool) -> None:
    """Write database and media to the empty folder DIR while people go on learning. No secrets."""
    try:
        made = deeds.make_backup(runtime(), _keys(), folder, renditions=not without_renditions)
    except BackupError as error:
        _refuse("没有做成备份", error)
    size = sum(file.bytes for file in made.files)
    click.echo(
        f"备份完成：{folder}，{len(made.files)} 个文件，{size} 字节，{sum(made.rows.values())} 行数据。"
    )
    click.echo("其中不含密钥。请把 secrets/ 中的密钥另存一处：没有它们，备份无法使用。")


@click.command("restore-test")
@click.argument("folder", metavar="DIR", type=FOLDER)
@with_appcontext
def restore_test(folder: Path) -> None:
    """Read every byte of the backup in DIR, bring it back into a scratch database, let the doctor look."""
    try:
        tested, findings = deeds.restore_test(runtime(), _keys(), folder)
    except BackupError as error:
        _refuse("这份备份不能使用", error)
    for finding in findings:
        click.echo(f"{finding.check}: {'ok' if not finding.faults else f'{len(finding.faults)} fault(s)'}")
        for fault in finding.faults[:FAULTS_AT_MOST]:
            click.echo(f"  {fault}")
    if any(finding.faults for finding in findings):
        raise SystemExit(1)
    click.echo(
        f"{tested.made_at} 的备份可以恢复：{len(tested.files)} 个文件，{sum(tested.rows.values())} 行数据。"
    )


def _keys() -> Keys:
    settings = cast(HasSecrets, runtime().deployment)
    return Keys(session=settings.secret.encode(), vault=settings.vault)


def _refuse(what: str, error: BackupError) -> NoReturn:
    click.echo(f"{what}：", err=True)
    for fault in error.faults[:FAULTS_AT_MOST]:
        click.echo(f"  {fault}", err=True)
    if len(error.faults) > FAULTS_AT_MOST:
        click.echo(f"  …… 共 {len(error.faults)} 处", err=True)
    raise SystemExit(1)
