"""Runs revisions on the engine that app.kernel.migrate hands over, one transaction for all."""

from alembic import context

from app.sdk.db import Base, Json, UtcDateTime

config = context.config
engine = config.attributes["engine"]
branch = config.attributes.get("branch")
plugins = config.attributes["plugins"]


def owner(table: str) -> str:
    return next((name for name in plugins if table.startswith(f"{name}_")), "core")


def include_name(name, kind, parents):
    if branch is None:
        return True
    table = name if kind == "table" else parents.get("table_name")
    return table is None or (table != "alembic_version" and owner(table) == branch)


def include_object(item, name, kind, _reflected, _compare_to):
    table = name if kind == "table" else getattr(getattr(item, "table", None), "name", None)
    return branch is None or table is None or owner(table) == branch


def render_item(kind, item, _autogen_context):
    if kind == "type" and isinstance(item, UtcDateTime | Json):
        return f"{type(item).__name__}()"
    return False


with engine.connect().execution_options(anxue_writes=True) as connection:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        include_name=include_name,
        include_object=include_object,
        compare_type=True,
        render_item=render_item,
        transaction_per_migration=False,
    )
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()
