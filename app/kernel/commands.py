"""Commands of the console script that belong to no part in particular, and the plugins' own."""

from __future__ import annotations

import json
from collections.abc import Iterable

import click
from flask import current_app
from flask.cli import with_appcontext

from app.kernel import migrate
from app.kernel.backup_commands import backup, restore_test
from app.kernel.doctor import doctor
from app.kernel.openapi import openapi
from app.sdk.plugin import Plugin
from app.sdk.runtime import runtime


def install_commands(cli: click.Group, plugins: Iterable[Plugin]) -> None:
    """Add the kernel's and the plugins' commands; each asks for an application if it needs one."""
    cli.add_command(print_openapi)
    cli.add_command(database)
    cli.add_command(doctor)
    cli.add_command(backup)
    cli.add_command(restore_test)
    for plugin in plugins:
        for command in plugin.commands():
            known = cli.commands.get(command.name or "")
            if isinstance(known, click.Group) and isinstance(command, click.Group):
                # Two plugins may add to the same group.
                for part in command.commands.values():
                    known.add_command(part)
            else:
                cli.add_command(command)


@click.command("openapi")
@with_appcontext
def print_openapi() -> None:
    """Write the OpenAPI document."""
    click.echo(json.dumps(openapi(current_app._get_current_object()), ensure_ascii=False, indent=2))  # type: ignore[attr-defined]


@click.group("db")
def database() -> None:
    """Bring the database up to date, or write a revision."""


@database.command("upgrade")
@with_appcontext
def upgrade() -> None:
    """Upgrade to all heads."""
    changed = migrate.upgrade(runtime().engine)
    click.echo("数据库已升级。" if changed else "数据库已是最新。")


@database.command("revision")
@click.argument("branch")
@click.argument("message")
@with_appcontext
def revision(branch: str, message: str) -> None:
    """Write a revision of BRANCH (core or a plugin) from what its models say."""
    migrate.revise(runtime().engine, branch, message)
