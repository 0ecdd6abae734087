"""What tests may ask for.

database_url   a fresh, migrated database; the test runs once on SQLite, once on PostgreSQL
clock          a clock that stands at MORNING until it is advanced
app            the application on it (SQLite, unless the test asks for database_url or database)
database       the same on both databases, inside an application context: unit_of_work() and read() work
client         Flask's test client of app
running_server what ./run starts: web process, Celery worker, sample courses; one for the whole run
redis_url, postgresql_server   servers of our own, started when first asked for

The application is imported by the fixtures that need it: tests of pure rules
need not wait for it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.support import browser, services
from tests.support.network import loopback_only
from tests.support.server import RunningServer, running

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

    from app.sdk.clock import Clock
    from app.sdk.runtime import Runtime

BOTH = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what lies in tests/browser."""
    folder = Path(__file__).parent / "browser"
    for item in items:
        if folder in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session", autouse=True)
def _at_home() -> Iterator[None]:
    """Keep tests on this machine and away from the settings of whoever runs them."""
    for name in [name for name in os.environ if name.startswith("ANXUE_") and "_TEST_" not in name]:
        del os.environ[name]
    with loopback_only():
        yield


@pytest.fixture(scope="session", autouse=True)
def _quick_passwords() -> Iterator[None]:
    """Hash passwords with Argon2's smallest cost: tests make many people, and none has a secret."""
    from argon2 import PasswordHasher

    from app.accounts import passwords

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        yield


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    with services.postgresql() as address:
        yield address


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    with services.redis() as address:
        yield address


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from tests.support import databases

    return databases.sqlite_template(tmp_path_factory.mktemp("sqlite-template"))


@pytest.fixture(scope="session")
def postgresql_template(postgresql_server: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    from tests.support import databases

    return databases.postgresql_template(postgresql_server, tmp_path_factory.mktemp("postgresql-template"))


@pytest.fixture(params=BOTH)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    from tests.support import databases

    if request.param == "sqlite":
        yield databases.sqlite_copy(request.getfixturevalue("sqlite_template"), tmp_path)
        return
    template = request.getfixturevalue("postgresql_template")
    with databases.postgresql_copy(request.getfixturevalue("postgresql_server"), template) as address:
        yield address


@pytest.fixture
def clock() -> Clock:
    from app.sdk.clock import FixedClock
    from tests.support.installations import MORNING

    return FixedClock(MORNING)


@pytest.fixture
def app(request: pytest.FixtureRequest, tmp_path: Path, clock: Clock) -> Iterator[Flask]:
    from app.factory import create_app
    from app.sdk.runtime import EXTENSION
    from tests.support import databases
    from tests.support.installations import settings_for

    if "database_url" in request.fixturenames:
        address = request.getfixturevalue("database_url")
    else:
        address = databases.sqlite_copy(request.getfixturevalue("sqlite_template"), tmp_path)
    made = create_app(settings_for(tmp_path, database_url=address), clock=clock)
    yield made
    made.extensions[EXTENSION].engine.dispose()


@pytest.fixture
def database(database_url: str, app: Flask) -> Iterator[Runtime]:
    from app.sdk.runtime import EXTENSION

    with app.app_context():
        yield app.extensions[EXTENSION]


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture(scope="session")
def running_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    with running(tmp_path_factory.mktemp("installation") / "data") as server:
        yield server


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Let pytest-playwright drive the system's Chromium."""
    return {
        **browser_type_launch_args,
        "executable_path": browser.chromium(),
        "args": [*browser_type_launch_args.get("args", []), *browser.arguments()],
    }


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    """Look at everything as our users do."""
    return {**browser_context_args, "locale": "zh-CN", "timezone_id": "Asia/Shanghai"}
