"""The contract between Anxue and a plugin.

A plugin is a class with these hooks; each has a default that contributes
nothing. Override with @override, so that mypy refuses a misspelt name. Hooks
are called once, at start, in load order, by app.kernel.plugins, which reports
all faults of all plugins together. docs/plugin-contract.md has a chapter per
hook, and a test holds the two together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

import click
from flask import Blueprint

from app.sdk.db import Base
from app.sdk.events.base import Event
from app.sdk.settings import PluginSettings

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.sdk.hotpath import HotPath
    from app.sdk.learning import HoursSummaries, LearningProgress
    from app.sdk.media import MediaGate
    from app.sdk.presence import PresenceMethod
    from app.sdk.runtime import Runtime
    from app.sdk.tasks import JobHandler
    from app.sdk.uow import UnitOfWork

E = TypeVar("E", bound=Event)


@dataclass(frozen=True, slots=True)
class Subscription:
    """Hear every event of exactly this class, inside the publisher's transaction."""

    event: type[Event]
    hear: Callable[[Any, UnitOfWork], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Permission:
    """A right, named <plugin>.<deed>, and the roles that carry it."""

    name: str
    label: str
    roles: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class NavItem:
    """An entry of the navigation, shown to those who hold permission."""

    label: str
    endpoint: str
    icon: str
    permission: str
    order: int = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class PageSlot:
    """A piece of a page of the core's: render(context) returns safe HTML, "" for nothing."""

    slot: str
    render: Callable[[Mapping[str, Any]], str]
    order: int = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodicTask:
    """A deed the worker does again and again; it must bear being done twice at once."""

    name: str
    every_seconds: float
    run: Callable[[], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleKey:
    """A rule that staff may change by date, with its default (rules.md section 7)."""

    key: str
    default: Any
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement:
    """Something a certificate waits for: missing(session, enrolment_id) returns a sentence, or None."""

    name: str
    missing: Callable[[Session, int], str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonalData:
    """What a plugin keeps about people: what, why, how long; how to hand it out and erase it."""

    what: str
    purpose: str
    kept: str
    export: Callable[[Session, int], Mapping[str, Any]]
    erase: Callable[[UnitOfWork, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthCheck:
    """A line of `anxue doctor`: faults() returns what is wrong, nothing when all is well.

    label is for the administrators' page. live: asks whether an installation is at
    work, which makes no sense of a restored copy.
    """

    name: str
    faults: Callable[[Session], Iterable[str]]
    label: str = ""
    live: bool = False


class Plugin:
    """A part of Anxue that can be switched off. Every table, URL, template and permission bears its name."""

    name: ClassVar[str]
    label: ClassVar[str]
    requires: ClassVar[tuple[str, ...]] = ()

    def blueprints(self) -> Iterable[Blueprint]:
        """Pages and HTTP routes; a blueprint's name starts with the plugin's."""
        return ()

    def hot_paths(self, known: Runtime) -> Iterable[HotPath]:  # noqa: ARG002 - for those that override it
        """Short ways for the plain case of routes that are called all the time; known has all settings."""
        return ()

    def models(self) -> Iterable[type[Base]]:
        """Tables, named <plugin>_<noun>; their revisions live in the plugin's migrations folder."""
        return ()

    def permissions(self) -> Iterable[Permission]:
        """Rights, named <plugin>.<deed>."""
        return ()

    def nav_items(self) -> Iterable[NavItem]:
        """Entries of the navigation."""
        return ()

    def page_slots(self) -> Iterable[PageSlot]:
        """Pieces of the core's pages."""
        return ()

    def settings(self) -> Iterable[type[PluginSettings]]:
        """Deployment values; made once at start, all errors reported together."""
        return ()

    def rule_sets(self) -> Iterable[RuleKey]:
        """Rules that staff change by date."""
        return ()

    def tasks(self) -> Mapping[str, JobHandler]:
        """Kinds of jobs, named <plugin>.<deed>, and who does them."""
        return {}

    def periodic_tasks(self) -> Iterable[PeriodicTask]:
        """Deeds the worker repeats, named <plugin>.<deed>."""
        return ()

    def commands(self) -> Iterable[click.Command]:
        """Commands of the console script."""
        return ()

    def subscriptions(self) -> Iterable[Subscription]:
        """Events to hear."""
        return ()

    def requirements(self) -> Iterable[Requirement]:
        """What a certificate waits for."""
        return ()

    def presence_methods(self) -> Iterable[PresenceMethod]:
        """Ways to answer a challenge."""
        return ()

    def media_gate(self) -> MediaGate | None:
        """Who may fetch which segment of a video; at most one plugin answers."""
        return None

    def progress(self) -> LearningProgress | None:
        """Who knows how far trainees are; at most one plugin answers."""
        return None

    def hours(self) -> HoursSummaries | None:
        """Who knows class hours; at most one plugin answers."""
        return None

    def personal_data(self) -> Iterable[PersonalData]:
        """What is kept about people."""
        return ()

    def health_checks(self) -> Iterable[HealthCheck]:
        """Lines of `anxue doctor`."""
        return ()

    def translations(self) -> str | None:
        """The folder of gettext catalogues, relative to the plugin's package."""
        return None
