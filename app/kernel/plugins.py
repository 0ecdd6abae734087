"""Finds, checks and orders plugins. The only place that imports by name.

Plugins are found by entry points and enabled by a setting, never by a query.
All faults of all plugins are collected and reported together, because whoever
installs five plugins wants to mend five faults in one go.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from graphlib import CycleError, TopologicalSorter
from importlib.metadata import entry_points

from app.sdk.plugin import Plugin

GROUP = "anxue.plugins"
_SINGLE = (("media_gate", "the media gate"), ("progress", "the trainees' progress"), ("hours", "class hours"))


class PluginFaultsError(Exception):
    """The plugins do not fit together; the text has a line for every fault."""

    def __init__(self, faults: Sequence[str]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(faults))


def load_plugins(names: Iterable[str], extra: Iterable[Plugin] = ()) -> tuple[Plugin, ...]:
    """Return the enabled plugins in load order. Raises PluginFaultsError.

    extra are plugins that are not installed as a package, as in tests.
    """
    found = {entry.name: entry for entry in entry_points(group=GROUP)}
    faults = [f"no plugin is called {name!r}" for name in names if name not in found]
    plugins: list[Plugin] = []
    for name in names:
        if name in found:
            plugin = found[name].load()()
            if not isinstance(plugin, Plugin):
                faults.append(f"{name}: {found[name].value} is no Plugin")
            elif plugin.name != name:
                faults.append(f"{name}: calls itself {plugin.name!r}")
            else:
                plugins.append(plugin)
    ordered, disorder = in_load_order([*plugins, *extra])
    faults += disorder + disagreements(ordered)
    if faults:
        raise PluginFaultsError(faults)
    return ordered


def in_load_order(plugins: Sequence[Plugin]) -> tuple[tuple[Plugin, ...], list[str]]:
    """Return plugins so that each comes after those it requires, and what stands in the way of it."""
    by_name = {plugin.name: plugin for plugin in plugins}
    faults = [
        f"{plugin.name}: requires {needed!r}, which is not enabled"
        for plugin in plugins
        for needed in plugin.requires
        if needed not in by_name
    ]
    graph = {plugin.name: [name for name in plugin.requires if name in by_name] for plugin in plugins}
    try:
        order = tuple(TopologicalSorter(graph).static_order())
    except CycleError as error:
        faults.append("plugins require each other in a circle: " + " → ".join(error.args[1]))
        order = tuple(by_name)
    return tuple(by_name[name] for name in order), faults


def disagreements(plugins: Sequence[Plugin]) -> list[str]:
    """Return what two plugins claim at once, and what does not bear its plugin's name."""
    faults = _twice("plugin", [plugin.name for plugin in plugins])
    tables, permissions, tasks, methods = [], [], [], []
    for plugin in plugins:
        own = f"{plugin.name}_"
        for model in plugin.models():
            tables.append(model.__tablename__)
            if not model.__tablename__.startswith(own):
                faults.append(f"{plugin.name}: table {model.__tablename__} must be called {own}…")
        for blueprint in plugin.blueprints():
            if blueprint.name != plugin.name and not blueprint.name.startswith(own):
                faults.append(f"{plugin.name}: blueprint {blueprint.name} must be called {own}…")
        for permission in plugin.permissions():
            permissions.append(permission.name)
            if not permission.name.startswith(f"{plugin.name}."):
                faults.append(f"{plugin.name}: permission {permission.name} must be called {plugin.name}.…")
        deeds = [*plugin.tasks(), *(task.name for task in plugin.periodic_tasks())]
        tasks += deeds
        faults += [
            f"{plugin.name}: task {deed} must be called {plugin.name}.…"
            for deed in deeds
            if not deed.startswith(f"{plugin.name}.")
        ]
        methods += [method.name for method in plugin.presence_methods()]
    faults += _twice("table", tables) + _twice("permission", permissions)
    faults += _twice("task", tasks) + _twice("presence method", methods)
    for hook, what in _SINGLE:
        holders = [plugin.name for plugin in plugins if getattr(plugin, hook)() is not None]
        if len(holders) > 1:
            faults.append(f"{what} is claimed by {' and '.join(holders)}")
    return faults


def _twice(what: str, names: Iterable[str]) -> list[str]:
    return [f"{what} {name!r} exists {times} times" for name, times in Counter(names).items() if times > 1]
