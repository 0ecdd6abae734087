"""`anxue …`: the one console script.

Commands that need no installation (judging a trace, checking a number) run
without settings and without a database: the application is made only for the
commands that ask for it.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import click
from flask.cli import FlaskGroup

from app.accounts.cli import users
from app.courses.cli import courses
from app.kernel.commands import install_commands
from app.kernel.plugins import PluginFaultsError, load_plugins
from app.settings import DEFAULT_PLUGINS, SettingsError

ENVIRONMENT_FILE = "anxue.env"


def _create(*_: Any) -> Any:
    # Imported late: `anxue playback replay` should not wait for a web application.
    from app.factory import create_app  # noqa: PLC0415

    return create_app()


@click.group(
    cls=FlaskGroup,
    create_app=_create,
    add_default_commands=False,
    add_version_option=False,
    load_dotenv=False,
)
def cli() -> None:
    """安学: a learning management system that proves learning hours."""


def read_environment_file() -> None:
    """Take over what `./run` wrote beside its data, so that commands meet the installation it started.

    What stands in the real environment wins.
    """
    file = Path(os.environ.get("ANXUE_DATA_DIR", "var")) / ENVIRONMENT_FILE
    if not file.is_file():
        return
    for line in file.read_text().splitlines():
        name, mark, value = line.partition("=")
        if mark and name.startswith("ANXUE_"):
            os.environ.setdefault(name, value)


def main() -> None:
    """Run the console script."""
    read_environment_file()
    named = os.environ.get("ANXUE_PLUGINS")
    names = tuple(name.strip() for name in named.split(",") if name.strip()) if named else DEFAULT_PLUGINS
    try:
        cli.add_command(users)
        cli.add_command(courses)
        install_commands(cli, load_plugins(names))
        cli()
    except (SettingsError, PluginFaultsError) as faults:
        click.echo(f"无法启动，请先修正：\n{faults}", err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
