"""`anxue users create`: the first administrator of an installation."""

from __future__ import annotations

import click
from flask.cli import with_appcontext

from app.accounts.models import Role
from app.accounts.service import create_person
from app.sdk.errors import AnxueError
from app.sdk.uow import unit_of_work


@click.group("users")
def users() -> None:
    """Manage accounts."""


@users.command("create")
@click.argument("login")
@click.option("--name", required=True, help="How the person is called.")
@click.option(
    "--role", "roles", multiple=True, type=click.Choice([role.value for role in Role]), required=True
)
@click.password_option(help="Asked for when it is not given.")
@with_appcontext
def create(login: str, name: str, roles: tuple[str, ...], password: str) -> None:
    """Create an account LOGIN with the given roles."""
    try:
        with unit_of_work() as uow:
            create_person(uow, login, name=name, password=password, roles=[Role(role) for role in roles])
            uow.commit()
    except AnxueError as error:
        raise click.ClickException(error.text) from error
    click.echo(f"{login}: 已创建（{'、'.join(roles)}）")
