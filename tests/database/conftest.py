"""What database tests may ask for: an engine without the application around it.

engine   a fresh, migrated database with the settings the application promises; SQLite, then PostgreSQL
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, create_engine

from app.kernel.database import dress


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    made = create_engine(database_url)
    dress(made)
    yield made
    made.dispose()
