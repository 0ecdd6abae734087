"""Database revisions: one tree, a branch for the core and one for each plugin.

Every folder plugins/<name>/migrations is a branch labelled <name>; the core's
is migrations/versions. Always upgraded to all heads. Revisions are written with
`anxue db revision <branch> "what"`, which looks only at the branch's own tables.
"""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine

# Every table of the core must be known before models and database are compared.
from app.sdk import audit, outbox, tasks, vault  # noqa: F401

ROOT = Path(__file__).resolve().parents[2]
CORE = "core"


def config(engine: Engine, branch: str | None = None) -> Config:
    """Return Alembic's configuration for engine; branch limits autogeneration to its tables."""
    made = Config()
    made.set_main_option("script_location", str(ROOT / "migrations"))
    made.set_main_option("path_separator", "newline")
    made.set_main_option("version_locations", "\n".join(str(folder) for folder in folders().values()))
    made.attributes["engine"] = engine
    made.attributes["branch"] = branch
    made.attributes["plugins"] = tuple(name for name in folders() if name != CORE)
    return made


def folders() -> dict[str, Path]:
    """Return where each branch keeps its revisions, absolute."""
    plugins = sorted(path for path in (ROOT / "plugins").glob("*/migrations") if path.is_dir())
    return {CORE: ROOT / "migrations" / "versions", **{path.parent.name: path for path in plugins}}


def upgrade(engine: Engine) -> bool:
    """Bring the database to all heads; return whether there was anything to do."""
    if is_current(engine):
        return False
    command.upgrade(config(engine), "heads")
    return True


def is_current(engine: Engine) -> bool:
    """Return whether the database stands at all heads."""
    with engine.connect() as connection:
        noted = set(MigrationContext.configure(connection).get_current_heads())
    return noted == noted_heads(ScriptDirectory.from_config(config(engine)))


def noted_heads(script: ScriptDirectory) -> set[str]:
    """Return what Alembic notes in a database that stands at all heads.

    A head that another revision depends on goes without saying, and Alembic
    leaves it out: the core's, as soon as every plugin stands on it.
    """
    implied: set[str] = set()
    for revision in script.walk_revisions():
        given = revision.dependencies or ()
        for name in (given,) if isinstance(given, str) else given:
            implied.update(found.revision for found in script.get_revisions(name) if found is not None)
    return set(script.get_heads()) - implied


def revise(engine: Engine, branch: str, message: str) -> None:
    """Write a new revision of branch from the difference between models and database."""
    script = ScriptDirectory.from_config(config(engine))
    labels = {label for revision in script.walk_revisions() for label in revision.branch_labels}
    first = branch not in labels
    command.revision(
        config(engine, branch),
        message=message,
        autogenerate=True,
        head="base" if first else f"{branch}@head",
        branch_label=branch if first else None,
        version_path=str(folders()[branch]),
        depends_on=None if branch == CORE or CORE not in labels else f"{CORE}@head",
    )
