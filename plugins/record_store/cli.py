"""`anxue records …`: credentials of sending systems, and the statements as they are kept."""

from __future__ import annotations

import json
import os
import sys

import click
from flask.cli import with_appcontext
from sqlalchemy import select

from app.sdk.db import read
from app.sdk.errors import AnxueError
from app.sdk.uow import unit_of_work
from plugins.record_store import store
from plugins.record_store.domain.outlook import stored_text
from plugins.record_store.models import Credential
from plugins.record_store.service.credentials import SCOPES, create_credential, withdraw_credential


@click.group("records")
def records() -> None:
    """The record store."""


@records.group("credential")
def credential() -> None:
    """Who may write and read statements."""


@credential.command("create")
@click.option("--key", required=True, help="The name the system shows.")
@click.option("--secret-from-env", "variable", help="The environment variable that holds the secret.")
@click.option(
    "--secret-stdin", "--stdin", "from_stdin", is_flag=True, help="Read the secret from standard input."
)
@click.option("--scope", "scopes", multiple=True, type=click.Choice(SCOPES), help="Default: all.")
@with_appcontext
def create(key: str, variable: str | None, from_stdin: bool, scopes: tuple[str, ...]) -> None:
    """Enter a system; again with the same secret changes nothing. No secret stands on a command line."""
    if (variable is None) == (not from_stdin):
        raise click.UsageError("give --secret-from-env NAME or --secret-stdin")
    secret = os.environ.get(variable, "") if variable else sys.stdin.readline().strip()
    try:
        with unit_of_work() as uow:
            new = create_credential(uow, key=key, secret=secret, scopes=scopes or SCOPES)
            uow.commit()
    except AnxueError as error:
        raise click.ClickException(error.text) from error
    click.echo("已创建" if new else "已存在")


@credential.command("withdraw")
@click.argument("key")
@with_appcontext
def withdraw(key: str) -> None:
    """Let a key open nothing any more."""
    with unit_of_work() as uow:
        done = withdraw_credential(uow, key)
        uow.commit()
    if not done:
        raise click.ClickException("没有这个有效凭证")
    click.echo("已停用")


@credential.command("list")
@with_appcontext
def list_credentials() -> None:
    """List keys with what they may do; secrets are not kept."""
    for row in read().execute(select(Credential).order_by(Credential.key)).scalars():
        click.echo(f"{row.key}\t{'有效' if row.active else '停用'}\t{' '.join(row.scopes)}")


@records.command("export")
@with_appcontext
def export() -> None:
    """Write every statement: a JSON object a line with its id, its time and its exact text."""
    for row in store.all_of(read()):
        line = {"id": row.id, "stored": stored_text(row.stored_at), "text": row.raw.decode("utf-8")}
        click.echo(json.dumps(line, ensure_ascii=False))
