"""The ledger of learning time and what was not counted, with the triggers that keep both as they are.

Revision ID: online_hours_0001
"""

import sqlalchemy as sa
from alembic import op

from app.sdk.db import Json, UtcDateTime

revision = "online_hours_0001"
down_revision = None
branch_labels = ("online_hours",)
depends_on = None

ENTRY, UNCOUNTED = "online_hours_entry", "online_hours_uncounted"

# What makes a row "the same row", by table: inserting one of these again is refused
# before the conflict is resolved, so that INSERT OR REPLACE finds nothing to replace.
SAME_ROW = {
    ENTRY: "sequence = NEW.sequence OR id = NEW.id OR event_id = NEW.event_id",
    UNCOUNTED: "sequence = NEW.sequence OR (event_id = NEW.event_id AND code = NEW.code)",
}


def upgrade() -> None:
    sequence = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        ENTRY,
        sa.Column("sequence", sequence, nullable=False),
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("event_id", sa.String(36), nullable=False),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("source", sa.String(40), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("enrolment_id", sa.Integer(), nullable=False),
        sa.Column("offering_id", sa.String(36), nullable=False),
        sa.Column("lesson_id", sa.String(36), nullable=False),
        sa.Column("playback_id", sa.String(36)),
        sa.Column("challenge_id", sa.String(36)),
        sa.Column("method", sa.String(40)),
        sa.Column("credited_ms", sa.BigInteger(), nullable=False),
        sa.Column("stretches", Json(), nullable=False),
        sa.Column("server_from_ms", sa.BigInteger()),
        sa.Column("server_to_ms", sa.BigInteger()),
        sa.Column("rule_version", sa.String(40), nullable=False),
        sa.Column("evidence_digest", sa.String(128)),
        sa.Column("corrects_id", sa.String(36)),
        sa.Column("reason", sa.Text()),
        sa.Column("requested_by_id", sa.Integer()),
        sa.Column("approved_by_id", sa.Integer()),
        sa.Column("happened_at", UtcDateTime(), nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("sequence", name=op.f("pk_online_hours_entry")),
        sa.UniqueConstraint("id", name=op.f("uq_online_hours_entry_id")),
        sa.UniqueConstraint("event_id", name=op.f("uq_online_hours_entry_event_id")),
        sa.CheckConstraint(
            "(kind = 'credit' AND credited_ms > 0 AND corrects_id IS NULL AND approved_by_id IS NULL"
            " AND server_from_ms IS NOT NULL AND server_to_ms IS NOT NULL)"
            " OR (kind = 'reversal' AND credited_ms < 0 AND corrects_id IS NOT NULL)"
            " OR (kind = 'correction' AND credited_ms <> 0)",
            name=op.f("ck_online_hours_entry_kind_fits"),
        ),
        sa.CheckConstraint(
            "kind = 'credit' OR (reason IS NOT NULL AND requested_by_id IS NOT NULL"
            " AND approved_by_id IS NOT NULL AND requested_by_id <> approved_by_id)",
            name=op.f("ck_online_hours_entry_two_people"),
        ),
        sa.CheckConstraint(
            "kind <> 'credit' OR credited_ms <= server_to_ms - server_from_ms",
            name=op.f("ck_online_hours_entry_within_wall_clock"),
        ),
    )
    op.create_index("ix_online_hours_entry_lived", ENTRY, ["person_id", "server_to_ms"])
    op.create_index(op.f("ix_online_hours_entry_enrolment_id"), ENTRY, ["enrolment_id"])
    op.create_index(op.f("ix_online_hours_entry_corrects_id"), ENTRY, ["corrects_id"])
    op.create_table(
        UNCOUNTED,
        sa.Column("sequence", sequence, nullable=False),
        sa.Column("event_id", sa.String(36), nullable=False),
        sa.Column("code", sa.String(40), nullable=False),
        sa.Column("source", sa.String(40), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("enrolment_id", sa.Integer(), nullable=False),
        sa.Column("offering_id", sa.String(36), nullable=False),
        sa.Column("lesson_id", sa.String(36), nullable=False),
        sa.Column("playback_id", sa.String(36), nullable=False),
        sa.Column("challenge_id", sa.String(36)),
        sa.Column("media_from_ms", sa.BigInteger(), nullable=False),
        sa.Column("lasts_ms", sa.BigInteger(), nullable=False),
        sa.Column("happened_at", UtcDateTime(), nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("sequence", name=op.f("pk_online_hours_uncounted")),
        sa.UniqueConstraint("event_id", "code", name=op.f("uq_online_hours_uncounted_event_id_code")),
        sa.CheckConstraint(
            "lasts_ms >= 0 AND media_from_ms >= 0", name=op.f("ck_online_hours_uncounted_not_negative")
        ),
    )
    op.create_index(op.f("ix_online_hours_uncounted_person_id"), UNCOUNTED, ["person_id"])
    op.create_index(op.f("ix_online_hours_uncounted_enrolment_id"), UNCOUNTED, ["enrolment_id"])

    connection = op.get_bind()
    if connection.dialect.name == "postgresql":
        _refuse_on_postgresql()
    else:
        _refuse_on_sqlite()
    _assert_triggers(connection)


def downgrade() -> None:
    connection = op.get_bind()
    for table in (ENTRY, UNCOUNTED):
        if connection.execute(sa.text(f"SELECT 1 FROM {table} LIMIT 1")).first():
            raise RuntimeError(f"{table} holds learning time: a ledger is not thrown away by a downgrade")
    op.drop_table(UNCOUNTED)
    op.drop_table(ENTRY)
    if connection.dialect.name == "postgresql":
        op.execute("DROP FUNCTION online_hours_refuse()")


def _refuse_on_postgresql() -> None:
    op.execute(
        """
        CREATE FUNCTION online_hours_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP
            USING ERRCODE = 'integrity_constraint_violation';
        END $$
        """
    )
    for table in (ENTRY, UNCOUNTED):
        for deed, each in (("update", "ROW"), ("delete", "ROW"), ("truncate", "STATEMENT")):
            name = f"{table}_no_{deed}"
            op.execute(
                f"CREATE TRIGGER {name} BEFORE {deed.upper()} ON {table}"
                f" FOR EACH {each} EXECUTE FUNCTION online_hours_refuse()"
            )
            # ALWAYS: also for a session that calls itself a replica.
            op.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}")


def _refuse_on_sqlite() -> None:
    for table in (ENTRY, UNCOUNTED):
        for deed in ("update", "delete"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{deed} BEFORE {deed.upper()} ON {table}"
                f" BEGIN SELECT RAISE(ABORT, '{table} is append-only: {deed.upper()} refused'); END"
            )
        op.execute(
            f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table}"
            f" WHEN EXISTS (SELECT 1 FROM {table} WHERE {SAME_ROW[table]})"
            f" BEGIN SELECT RAISE(ABORT, '{table} is append-only: the row is there already'); END"
        )


def _assert_triggers(connection: sa.Connection) -> None:
    if connection.dialect.name == "postgresql":
        found = sa.text("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled = 'A'")
        deeds = ("update", "delete", "truncate")
    else:
        found = sa.text("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        deeds = ("update", "delete", "replace")
    wanted = {f"{table}_no_{deed}" for table in (ENTRY, UNCOUNTED) for deed in deeds}
    missing = wanted - set(connection.execute(found).scalars())
    if missing:
        raise RuntimeError(f"triggers are missing after the migration: {', '.join(sorted(missing))}")
