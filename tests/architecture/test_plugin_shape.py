"""Every plugin looks like every other: the same file names, and its own name on everything it brings."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from sqlalchemy.orm import Mapper

from app.kernel.plugins import load_plugins
from app.sdk.db import Base
from app.sdk.plugin import Plugin
from app.settings import DEFAULT_PLUGINS
from tests.support.source_tree import ROOT, imported, plugin_names, shown, tree_of

PYTHON = frozenset(
    {
        *("__init__", "plugin", "web", "api", "cli", "tasks", "handlers", "service", "store", "gateway"),
        *("models", "domain", "settings", "permissions", "errors"),
    }
)
FOLDERS = frozenset({"migrations", "templates", "static", "translations"})

# Layers that are one module in a small plugin and a folder in a large one.
MAY_BE_FOLDERS = frozenset({"api", "domain", "service", "gateway", "store", "models"})


@pytest.fixture(scope="module")
def plugins() -> dict[str, Plugin]:
    return {plugin.name: plugin for plugin in load_plugins(DEFAULT_PLUGINS)}


def test_every_plugin_folder_is_an_entry_point() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]

    assert sorted(project["entry-points"]["anxue.plugins"]) == plugin_names()


def test_every_plugin_is_on_unless_it_is_switched_off() -> None:
    assert sorted(DEFAULT_PLUGINS) == plugin_names()


@pytest.mark.parametrize("name", plugin_names())
def test_a_plugin_has_only_the_file_names_of_all_plugins(name: str) -> None:
    found = {path.stem for path in (ROOT / "plugins" / name).glob("*.py")}

    assert found <= PYTHON


@pytest.mark.parametrize("name", plugin_names())
def test_a_plugin_has_only_the_folders_of_all_plugins(name: str) -> None:
    found = {path.name for path in (ROOT / "plugins" / name).iterdir() if path.is_dir()} - {"__pycache__"}

    assert found <= MAY_BE_FOLDERS | FOLDERS


@pytest.mark.parametrize("name", plugin_names())
@pytest.mark.parametrize("kind", ["templates", "static"])
def test_a_plugins_pages_and_files_lie_below_its_name(name: str, kind: str) -> None:
    folder = ROOT / "plugins" / name / kind

    assert not folder.is_dir() or {path.name for path in folder.iterdir()} == {name}


@pytest.mark.parametrize("name", plugin_names())
def test_a_plugin_says_what_it_is_for(name: str) -> None:
    readme = ROOT / "plugins" / name / "README.md"

    assert readme.read_text("utf-8").startswith(f"# {name}")


@pytest.mark.parametrize("path", sorted((ROOT / "plugins").glob("*/__init__.py")), ids=shown)
def test_a_packages_front_file_is_empty(path: Path) -> None:
    assert path.read_text("utf-8") == ""


@pytest.mark.parametrize("path", sorted((ROOT / "plugins").glob("*/plugin.py")), ids=shown)
def test_a_plugins_front_page_overrides_hooks_under_the_eyes_of_mypy(path: Path) -> None:
    assert any(name.endswith(".override") for name in imported(tree_of(path)))


@pytest.mark.parametrize("name", plugin_names())
def test_a_plugins_tables_bear_its_name(plugins: dict[str, Plugin], name: str) -> None:
    tables = [model.__tablename__ for model in plugins[name].models()]

    assert [table for table in tables if not table.startswith(f"{name}_")] == []


@pytest.mark.parametrize("name", plugin_names())
def test_a_plugin_declares_every_table_it_defines(plugins: dict[str, Plugin], name: str) -> None:
    defined = {mapper.class_ for mapper in mappers() if owner(mapper) == name}

    assert defined == set(plugins[name].models())


@pytest.mark.usefixtures("plugins")
def test_no_relationship_reaches_into_a_plugin_or_out_of_it() -> None:
    assert [
        f"{mapper.class_.__name__}.{relation.key}"
        for mapper in mappers()
        for relation in mapper.relationships
        if owner(mapper) != owner(relation.mapper)
    ] == []


@pytest.mark.usefixtures("plugins")
def test_no_foreign_key_reaches_into_a_plugin_or_out_of_it() -> None:
    owners = {mapper.local_table.name: owner(mapper) for mapper in mappers()}  # type: ignore[attr-defined]

    assert [
        f"{table} -> {key.column.table.name}"
        for table, whose in owners.items()
        for key in Base.metadata.tables[table].foreign_keys
        if owners[key.column.table.name] != whose
    ] == []


@pytest.mark.usefixtures("plugins")
def test_the_core_has_no_table_under_a_plugins_name() -> None:
    of_the_core = [table_of(mapper) for mapper in mappers() if owner(mapper) is None]

    assert [
        table for table in of_the_core if table.startswith(tuple(f"{name}_" for name in plugin_names()))
    ] == []


def mappers() -> list[Mapper[object]]:
    return list(Base.registry.mappers)


def table_of(mapper: Mapper[object]) -> str:
    return str(mapper.class_.__tablename__)  # type: ignore[attr-defined]


def owner(mapper: Mapper[object]) -> str | None:
    """Return the plugin that defines the model, None for the core and its sdk."""
    package, _, rest = mapper.class_.__module__.partition(".")
    return rest.partition(".")[0] if package == "plugins" else None
