"""The running application as the rest of the code sees it.

Made once by the factory; found through the Flask application, so that two
applications in one process (as in tests) do not share anything. The sdk names
here only what it needs; what stands behind the protocols is the kernel's and
the core's business.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import TYPE_CHECKING, TypeVar, cast

from flask import current_app
from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

if TYPE_CHECKING:
    from app.sdk.clock import Clock
    from app.sdk.courses import Catalogue
    from app.sdk.learning import HoursSummaries, LearningProgress
    from app.sdk.media import MediaGate, MediaLibrary
    from app.sdk.people import People
    from app.sdk.plans import Plans
    from app.sdk.plugin import HealthCheck, Plugin
    from app.sdk.presence import PresenceMethod
    from app.sdk.settings import Deployment
    from app.sdk.storage import Storage
    from app.sdk.tasks import Doorbell
    from app.sdk.uow import Bus
    from app.sdk.vault import Keyring

EXTENSION = "anxue"

S = TypeVar("S")


@dataclass(slots=True, kw_only=True)
class Runtime:
    """Everything a use case may need that is not its own argument."""

    deployment: Deployment
    engine: Engine
    sessions: sessionmaker[Session]
    read_session: Callable[[], Session]
    bus: Bus
    clock: Clock
    rng: Random
    catalogue: Catalogue
    people: People
    plans: Plans
    media: MediaLibrary
    storage: Storage
    keyring: Keyring
    doorbell: Doorbell
    plugins: tuple[Plugin, ...] = ()
    core_checks: tuple[HealthCheck, ...] = ()
    presence_methods: tuple[PresenceMethod, ...] = ()
    media_gate: MediaGate | None = None
    progress: LearningProgress | None = None
    hours: HoursSummaries | None = None
    plugin_settings: dict[type, object] = field(default_factory=dict)

    def settings_of(self, kind: type[S]) -> S:
        """Return the one instance of a plugin's settings class."""
        return cast(S, self.plugin_settings[kind])


def runtime() -> Runtime:
    """Return the runtime of the current application."""
    return cast(Runtime, current_app.extensions[EXTENSION])
