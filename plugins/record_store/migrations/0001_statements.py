"""Statements, what they speak of, and the credentials of those who send them.

Revision ID: record_store_0001
"""

import sqlalchemy as sa
from alembic import op

from app.sdk.db import Json, UtcDateTime

revision = "record_store_0001"
down_revision = None
branch_labels = ("record_store",)
depends_on = None

STATEMENT = "record_store_statement"


def upgrade() -> None:
    op.create_table(
        STATEMENT,
        sa.Column("sequence", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("raw", sa.LargeBinary(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("stored_at", UtcDateTime(), nullable=False),
        sa.Column("credential_key", sa.String(64), nullable=False),
        sa.Column("verb_key", sa.String(32), nullable=False),
        sa.Column("registration", sa.String(36)),
        sa.Column("voids", sa.String(36)),
        sa.Column("voided", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("sequence", name="pk_record_store_statement"),
        sa.UniqueConstraint("id", name="uq_record_store_statement_id"),
        sa.UniqueConstraint("stored_at", name="uq_record_store_statement_stored_at"),
    )
    op.create_index("ix_record_store_statement_verb", STATEMENT, ["verb_key", "sequence"])
    op.create_index("ix_record_store_statement_registration", STATEMENT, ["registration", "sequence"])
    op.create_index("ix_record_store_statement_voids", STATEMENT, ["voids"])
    for thing in ("agent", "activity"):
        table = f"record_store_statement_{thing}"
        op.create_table(
            table,
            sa.Column(f"{thing}_key", sa.String(32), nullable=False),
            sa.Column("statement_sequence", sa.BigInteger(), nullable=False),
            sa.Column("related", sa.Boolean(), nullable=False),
            sa.PrimaryKeyConstraint(f"{thing}_key", "statement_sequence", name=f"pk_{table}"),
            sa.ForeignKeyConstraint(
                ["statement_sequence"],
                ["record_store_statement.sequence"],
                name=f"fk_{table}_statement_sequence",
            ),
        )
    head = op.create_table(
        "record_store_head",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("newest_sequence", sa.BigInteger(), nullable=False),
        sa.Column("newest_stored_at", UtcDateTime()),
        sa.PrimaryKeyConstraint("id", name="pk_record_store_head"),
    )
    # There from the start, so that the first two senders have a lock to meet at.
    op.bulk_insert(head, [{"id": 1, "newest_sequence": 0, "newest_stored_at": None}])
    op.create_table(
        "record_store_credential",
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("secret_digest", sa.String(64), nullable=False),
        sa.Column("scopes", Json(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_record_store_credential"),
    )


def downgrade() -> None:
    for table in (
        "record_store_credential",
        "record_store_head",
        "record_store_statement_activity",
        "record_store_statement_agent",
        STATEMENT,
    ):
        op.drop_table(table)
