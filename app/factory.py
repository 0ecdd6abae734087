"""create_app(): the start-up of Anxue, in order, one line per step.

The order matters: models before the database is opened, plugins before
permissions, permissions before sessions, routes before they are guarded.
"""

from __future__ import annotations

import inspect
import random
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from flask import Flask
from flask_babel import Babel
from pydantic import ValidationError
from werkzeug.middleware.proxy_fix import ProxyFix

from app.accounts import api as accounts_api
from app.accounts import own_data
from app.accounts import web as accounts_web
from app.accounts.known_sessions import EXTENSION as KNOWN_SESSIONS
from app.accounts.known_sessions import KnownSessions
from app.accounts.limits import install_limits
from app.accounts.login import Sessions
from app.accounts.permissions import CORE_PERMISSIONS
from app.courses import api as courses_api
from app.courses import overview as courses_overview
from app.courses import web as courses_web
from app.courses.catalogue import OfferedCourses
from app.enrolment.defaults import CORE_RULES
from app.enrolment.views import PeopleDirectory, PlanBook
from app.kernel import hotpath, operations
from app.kernel.bus import EventBus
from app.kernel.celery_app import CeleryDoorbell
from app.kernel.database import db, open_database
from app.kernel.http_errors import map_errors
from app.kernel.keyring import DeploymentKeyring
from app.kernel.plugins import PluginFaultsError, load_plugins
from app.kernel.request_log import note_requests
from app.kernel.security import guard, name_request
from app.media import health as media_health
from app.media import web as media_web
from app.media.library import Assets
from app.sdk.clock import Clock, SystemClock
from app.sdk.plugin import NavItem, Plugin
from app.sdk.runtime import EXTENSION, Runtime
from app.sdk.storage import Storage
from app.settings import Settings, load_settings
from app.web import doctor
from app.web.shell import Shell

UPLOAD_BYTES_AT_MOST = 12 * 1024 * 1024

CORE_NAV = (
    NavItem(label="我的学习", endpoint="learning.home", icon="home", permission="learning.own", order=10),
    NavItem(
        label="课程与视频",
        endpoint="courses_overview.overview",
        icon="books",
        permission="courses.overview",
        order=20,
    ),
    NavItem(
        label="系统检查",
        endpoint="doctor.doctor",
        icon="shield-check",
        permission="operations.doctor",
        order=90,
    ),
)


def create_app(
    settings: Settings | None = None, *, clock: Clock | None = None, extra_plugins: Iterable[Plugin] = ()
) -> Flask:
    """Return the application. Raises SettingsError or PluginFaultsError, each with every fault."""
    settings = settings or load_settings()
    clock = clock or SystemClock()
    app = Flask(
        "anxue",
        static_folder=str(Path(__file__).parent / "web" / "static"),
        template_folder=str(Path(__file__).parent / "web" / "templates"),
    )
    configure(app, settings)
    plugins = load_plugins(settings.plugins, extra_plugins)
    permissions = [*CORE_PERMISSIONS, *(right for plugin in plugins for right in plugin.permissions())]
    engine, sessions = open_database(app, settings.database)
    app.extensions[EXTENSION] = Runtime(
        deployment=settings,
        engine=engine,
        sessions=sessions,
        read_session=db.session,
        bus=EventBus(subscription for plugin in plugins for subscription in plugin.subscriptions()),
        clock=clock,
        rng=random.SystemRandom(),
        catalogue=OfferedCourses(),
        people=PeopleDirectory(clock),
        plans=PlanBook(clock, rule_defaults(plugins)),
        media=Assets(),
        storage=Storage(settings.data_dir / "media"),
        keyring=DeploymentKeyring(settings),
        doorbell=CeleryDoorbell(settings.broker),
        plugins=plugins,
        core_checks=tuple(media_health.checks()),
        presence_methods=tuple(method for plugin in plugins for method in plugin.presence_methods()),
        media_gate=next((gate for plugin in plugins if (gate := plugin.media_gate())), None),
        progress=next((known for plugin in plugins if (known := plugin.progress())), None),
        hours=next((hours for plugin in plugins if (hours := plugin.hours())), None),
        plugin_settings=make_plugin_settings(plugins),
    )
    Babel(
        app,
        default_locale="zh_Hans_CN",
        default_timezone="Asia/Shanghai",
        default_translation_directories=";".join(translation_folders(plugins)),
    )
    app.before_request(name_request)
    keeper = Sessions(permissions)
    keeper.install(app)
    app.extensions["anxue_sessions"] = keeper
    install_limits(app, limit_storage(settings))
    register_routes(app, plugins)
    Shell(
        [*CORE_NAV, *(item for plugin in plugins for item in plugin.nav_items())],
        [slot for plugin in plugins for slot in plugin.page_slots()],
    ).install(app)
    map_errors(app)
    guard(app, frozenset(right.name for right in permissions))
    readers = app.extensions[KNOWN_SESSIONS] = KnownSessions(app, engine, permissions)
    hotpath.mount(
        app, [hot for plugin in plugins for hot in plugin.hot_paths(app.extensions[EXTENSION])], readers
    )
    stand_behind_proxies(app, settings.proxies)
    note_requests(app)
    return app


def configure(app: Flask, settings: Settings) -> None:
    """Set what Flask and its extensions read from the configuration."""
    secure = urlsplit(settings.base_url).scheme == "https"
    app.config.update(
        SECRET_KEY=settings.secret,
        SESSION_COOKIE_NAME="__Host-anxue_session" if secure else "anxue_session",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=secure,
        PERMANENT_SESSION_LIFETIME=timedelta(hours=settings.session_hours),
        SESSION_REFRESH_EACH_REQUEST=False,
        MAX_CONTENT_LENGTH=UPLOAD_BYTES_AT_MOST,
        MAX_FORM_MEMORY_SIZE=500_000,
        TRUSTED_HOSTS=list(settings.hosts),
        ANXUE_LOGIN_ATTEMPTS=settings.login_attempts_per_minute,
        ANXUE_METRICS_TOKEN=settings.metrics_token.get_secret_value(),
    )
    app.json.ensure_ascii = False  # type: ignore[attr-defined]


def stand_behind_proxies(app: Flask, proxies: int) -> None:
    """Believe only as many hops as there are proxies of ours: a forged header gives no new identity."""
    if proxies:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=proxies, x_proto=proxies, x_host=proxies
        )


def rule_defaults(plugins: Iterable[Plugin]) -> dict[str, Any]:
    """Return the defaults of all dated rules."""
    keys = [*CORE_RULES, *(key for plugin in plugins for key in plugin.rule_sets())]
    return {key.key: key.default for key in keys}


def make_plugin_settings(plugins: Iterable[Plugin]) -> dict[type, object]:
    """Return every plugin's settings. Raises PluginFaultsError with all that is wrong in all of them."""
    made: dict[type, object] = {}
    faults: list[str] = []
    for plugin in plugins:
        for kind in plugin.settings():
            try:
                made[kind] = kind()
            except ValidationError as error:
                prefix = kind.model_config.get("env_prefix", "")
                faults += [
                    f"{prefix}{'.'.join(map(str, fault['loc'])).upper()}: {fault['msg']}"
                    for fault in error.errors()
                ]
    if faults:
        raise PluginFaultsError(faults)
    return made


def translation_folders(plugins: Iterable[Plugin]) -> list[str]:
    """Return where the catalogues of the core and the plugins lie, absolute."""
    found = [str(Path(__file__).parent / "web" / "translations")]
    for plugin in plugins:
        if (folder := plugin.translations()) is not None:
            found.append(str(Path(inspect.getfile(type(plugin))).parent / folder))
    return found


def limit_storage(settings: Settings) -> str:
    """Count tries in Redis where there is one, in memory for the embedded single process."""
    return settings.broker if settings.broker.startswith("redis") else "memory://"


def register_routes(app: Flask, plugins: Iterable[Plugin]) -> None:
    """Register the core's routes, then the plugins'."""
    for blueprint in (
        accounts_web.pages,
        accounts_api.api,
        own_data.pages,
        courses_web.pages,
        courses_api.api,
        courses_overview.pages,
        media_web.pages,
        operations.pages,
        doctor.pages,
    ):
        app.register_blueprint(blueprint)
    for plugin in plugins:
        for blueprint in plugin.blueprints():
            app.register_blueprint(blueprint)
