"""Viewing sessions as the video profile sees them.

Revision ID: xapi_feed_0001
"""

import sqlalchemy as sa
from alembic import op

from app.sdk.db import Json, UtcDateTime

revision = "xapi_feed_0001"
down_revision = None
branch_labels = ("xapi_feed",)
depends_on = None


def upgrade() -> None:
    op.create_table(
        "xapi_feed_session",
        sa.Column("playback_id", sa.String(36), nullable=False),
        sa.Column("initialized_id", sa.String(36), nullable=False),
        sa.Column("registration", sa.String(36), nullable=False),
        sa.Column("lesson_id", sa.String(36), nullable=False),
        sa.Column("playing_since", UtcDateTime(), nullable=True),
        sa.Column("spent_ms", sa.BigInteger(), nullable=False),
        sa.Column("watched", Json(), nullable=False),
        sa.Column("over", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("playback_id", name="pk_xapi_feed_session"),
        sa.UniqueConstraint("initialized_id", name="uq_xapi_feed_session_initialized_id"),
    )
    op.create_index("ix_xapi_feed_session_registration", "xapi_feed_session", ["registration", "lesson_id"])


def downgrade() -> None:
    op.drop_table("xapi_feed_session")
