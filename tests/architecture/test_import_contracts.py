"""The import contracts of pyproject.toml hold, cover the whole tree, and can each be broken."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.support.source_tree import PACKAGES, ROOT, imported, modules, plugin_names, shown, tree_of

CONTRACTS: list[dict[str, Any]] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"][
    "importlinter"
]["contracts"]

# One forbidden import for each contract: the file it is written into, and its text.
MUTANTS: Mapping[str, tuple[str, str]] = {
    "core-behind-sdk": ("plugins/online_hours/service/mutant_a.py", "import app.kernel.bus"),
    "core-without-plugins": ("app/courses/mutant_b.py", "import plugins.online_hours.models"),
    "plugins-apart": ("plugins/online_hours/service/mutant_c.py", "import plugins.video_progress.models"),
    "core-layers": ("app/accounts/mutant_d.py", "import app.courses.models"),
    "plugin-layers": ("plugins/online_hours/domain/mutant_e.py", "import plugins.online_hours.store"),
    "pure-domain": ("plugins/online_hours/domain/mutant_f.py", "import app.sdk.db"),
    "use-cases-without-http": ("plugins/online_hours/service/mutant_g.py", "import flask"),
    "foreign-ffmpeg": ("app/media/mutant_h.py", "import ffmpeg"),
    "foreign-gateways": ("plugins/xapi_feed/service/mutant_i.py", "import httpx"),
    "foreign-celery": ("plugins/online_hours/mutant_j.py", "import celery"),
}


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [Path(sys.executable).parent / "lint-imports", "--no-cache", "--no-logo"],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )


def broken(output: str) -> set[str]:
    names = {contract["name"]: contract["id"] for contract in CONTRACTS}
    return {names[name] for name in re.findall(r"^(.+?) BROKEN", output, re.MULTILINE)}


@pytest.fixture(scope="module")
def mutated(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What the contracts say about a copy of the tree with one offence against each."""
    copy = tmp_path_factory.mktemp("tree")
    for package in PACKAGES:
        shutil.copytree(
            ROOT / package,
            copy / package,
            ignore=shutil.ignore_patterns("__pycache__", "static", "templates"),
        )
    shutil.copy(ROOT / "pyproject.toml", copy)
    for name, text in MUTANTS.values():
        (copy / name).write_text(f"{text}\n", "utf-8")
    return lint(copy).stdout


def test_every_import_contract_is_kept() -> None:
    linted = lint(ROOT)

    assert linted.returncode == 0, linted.stdout + linted.stderr


@pytest.mark.parametrize("contract", [contract["id"] for contract in CONTRACTS])
def test_every_import_contract_can_be_broken(mutated: str, contract: str) -> None:
    assert contract in broken(mutated)


def test_the_sdk_is_the_only_part_of_the_core_that_is_open() -> None:
    protected = next(contract for contract in CONTRACTS if contract["id"] == "core-behind-sdk")
    core = {path.stem for path in (ROOT / "app").iterdir() if path.suffix == ".py" or path.is_dir()}

    closed = {name.removeprefix("app.") for name in protected["protected_modules"]}
    assert core - {"__init__", "__pycache__", "sdk"} <= closed


def test_a_plugin_imports_of_ours_only_itself_and_the_sdk() -> None:
    assert [
        (shown(path), name)
        for path in modules()
        for name in imported(tree_of(path))
        if (plugin := path.relative_to(ROOT).parts[1]) in plugin_names()
        and name.split(".")[0] in PACKAGES
        and not f"{name}.".startswith(("app.sdk.", f"plugins.{plugin}."))
    ] == []
