"""Nothing is imported by a name made at run time, except plugins by their loader.

The import contracts read the source text. What is imported by a computed name
would slip past them, so there is exactly one place that may do it.
"""

from __future__ import annotations

import ast

import pytest

from tests.support.source_tree import ROOT, called, imported, modules, shown, tree_of

LOADER = ROOT / "app" / "kernel" / "plugins.py"

BY_NAME = frozenset(
    {
        "__import__",
        "entry_points",
        "eval",
        "exec",
        "exec_module",
        "import_module",
        "import_string",
        "iter_modules",
        "load_module",
        "module_from_spec",
        "reload",
        "resolve_name",
        "run_module",
        "run_path",
        "spec_from_file_location",
        "walk_packages",
    }
)


def imports_by_name(tree: ast.Module) -> list[str]:
    return [f"{name}() in line {line}" for line, name in called(tree) if name in BY_NAME]


def test_no_module_imports_by_a_computed_name_but_the_plugin_loader() -> None:
    found = {shown(path): by_name for path in modules() if (by_name := imports_by_name(tree_of(path)))}

    assert list(found) == [shown(LOADER)], found


def test_the_plugin_loader_does_it_once() -> None:
    assert len(imports_by_name(tree_of(LOADER))) == 1


def test_no_module_takes_the_means_under_another_name() -> None:
    taken = {
        (shown(path), name)
        for path in modules()
        for name in imported(tree_of(path))
        if name.rpartition(".")[2] in BY_NAME
    }

    assert taken == {(shown(LOADER), "importlib.metadata.entry_points")}


@pytest.mark.parametrize(
    "text",
    [
        "import importlib\nimportlib.import_module('plugins.' + name)",
        "__import__(name)",
        "from werkzeug.utils import import_string\nimport_string(name)",
        "exec(text)",
    ],
)
def test_an_import_by_name_is_recognised(text: str) -> None:
    assert imports_by_name(ast.parse(text))
