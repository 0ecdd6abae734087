"""`anxue doctor`: is this installation whole? One line a check; exit 1 if one finds a fault.

The kernel checks what everything stands on; each plugin brings its own checks
(Plugin.health_checks). A check that cannot be made has failed.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import click
from flask.cli import with_appcontext
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from app.kernel import queues_health
from app.kernel.migrate import is_current
from app.sdk.db import read
from app.sdk.plugin import HealthCheck
from app.sdk.runtime import Runtime, runtime
from app.sdk.tasks import FAILED, Job

MOST_FAULTS_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found; nothing is good."""

    check: str
    faults: tuple[str, ...]
    label: str = ""


def examine(now: Runtime, session: Session) -> Iterator[Finding]:
    """Yield a finding for every check, the kernel's first."""
    for check in (*kernel_checks(now), *now.core_checks):
        yield _finding(check, session)
    yield from examine_content(now, session, live=True)


def examine_content(now: Runtime, session: Session, *, live: bool = False) -> Iterator[Finding]:
    """Yield a finding for every check of what is in the database, wherever the database stands.

    live: this is the installation at work, not a copy of it.
    """
    schema = HealthCheck(
        name="database.revisions",
        faults=lambda _: [] if is_current(now.engine) else [_BEHIND],
        label="数据库结构是最新的",
    )
    for check in (schema, *(check for plugin in now.plugins for check in plugin.health_checks())):
        if live or not check.live:
            yield _finding(check, session)


def kernel_checks(now: Runtime) -> Iterable[HealthCheck]:
    """Return what everything stands on: durability, space, programs, jobs."""
    yield HealthCheck(name="database.durable", faults=_not_durable, label="已确认的数据不会因断电丢失")
    yield HealthCheck(name="data.writable", faults=lambda _: _not_writable(now), label="数据目录可以写入")
    yield HealthCheck(name="programs", faults=lambda _: _absent_programs(), label="视频处理程序已安装")
    yield HealthCheck(name="jobs", faults=_failed_jobs, label="后台任务没有失败")
    yield from queues_health.checks(now.clock)


_BEHIND = "the database is not at all heads: run `anxue db upgrade`"


def _finding(check: HealthCheck, session: Session) -> Finding:
    return Finding(check.name, tuple(_faults(check.faults, session)), check.label or check.name)


def _faults(check: Callable[[Session], Iterable[str]], session: Session) -> list[str]:
    try:
        return list(check(session))
    except Exception as error:  # noqa: BLE001 - whatever keeps a check from being made is its finding
        session.rollback()
        return [f"could not be checked: {type(error).__name__}: {error}"]


def _not_durable(session: Session) -> Iterator[str]:
    """A commit that was acknowledged must survive a power loss."""
    if session.get_bind().dialect.name == "sqlite":
        wanted = {"journal_mode": "wal", "synchronous": "2", "foreign_keys": "1", "recursive_triggers": "1"}
        found = {name: str(session.execute(text(f"PRAGMA {name}")).scalar_one()) for name in wanted}
    else:
        wanted = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}
        found = {name: str(session.execute(text(f"SHOW {name}")).scalar_one()) for name in wanted}
    for name, value in wanted.items():
        if found[name] != value:
            yield f"{name} is {found[name]}, must be {value}"


def _not_writable(now: Runtime) -> Iterator[str]:
    try:
        with tempfile.TemporaryFile(dir=now.deployment.data_dir):
            pass
    except OSError as error:
        yield f"{now.deployment.data_dir}: {error.strerror}"


def _absent_programs() -> Iterator[str]:
    for program in ("ffmpeg", "ffprobe"):
        if shutil.which(program) is None:
            yield f"{program} is not installed: videos cannot be prepared"


def _failed_jobs(session: Session) -> Iterator[str]:
    failed = select(Job.kind, func.count()).where(Job.state == FAILED).group_by(Job.kind)
    for kind, times in session.execute(failed):
        yield f"{times} jobs of kind {kind} failed"


@click.command("doctor")
@click.option("--json", "as_json", is_flag=True, help="Write the findings as JSON.")
@with_appcontext
def doctor(as_json: bool) -> None:
    """Check the installation and its invariants; exit 1 if something is wrong."""
    findings = list(examine(runtime(), read()))
    if as_json:
        click.echo(json.dumps([{"check": each.check, "faults": list(each.faults)} for each in findings]))
    else:
        for each in findings:
            click.echo(f"{each.check}: {'ok' if not each.faults else f'{len(each.faults)} fault(s)'}")
            for fault in each.faults[:MOST_FAULTS_SHOWN]:
                click.echo(f"  {fault}")
    raise SystemExit(any(each.faults for each in findings))
