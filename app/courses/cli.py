"""`anxue courses check|load`: packages from folders on disk."""

from __future__ import annotations

from pathlib import Path
from typing import NoReturn

import click
from flask.cli import with_appcontext

from app.courses.loader import load_package
from app.courses.package import CoursePackage, PackageFaults, read_package
from app.enrolment.cycles import running_cycle
from app.sdk.runtime import runtime
from app.sdk.uow import unit_of_work

FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


@click.group("courses")
def courses() -> None:
    """Check and load course packages."""


@courses.command("check")
@click.argument("folder", type=FOLDER)
def check(folder: Path) -> None:
    """Print file:line: reason for every fault of the package in FOLDER; exit 1 if there is one."""
    package = _read(folder)
    click.echo(f"{package.slug}: ok ({len(package.lessons)} 课时)")


@courses.command("load")
@click.argument("folder", type=FOLDER)
@with_appcontext
def load(folder: Path) -> None:
    """Publish the package in FOLDER and offer it to its category in the running cycle."""
    package = _read(folder)
    with unit_of_work() as uow:
        cycle = running_cycle(uow.session, runtime().clock.now())
        if cycle is None:
            raise click.ClickException("没有正在进行的培训周期，无法开课。")
        try:
            loaded = load_package(uow, package, cycle=cycle)
        except PackageFaults as faults:
            _print(faults)
        uow.commit()
    click.echo(f"{loaded.slug}: 第 {loaded.version} 版" + ("，已发布" if loaded.new else "，没有变化"))


def _read(folder: Path) -> CoursePackage:
    try:
        return read_package(folder)
    except PackageFaults as faults:
        _print(faults)


def _print(faults: PackageFaults) -> NoReturn:
    for fault in faults.faults:
        click.echo(f"{fault.file}:{fault.line}: {fault.reason}")
    raise SystemExit(1)
