"""People, plans, courses, media, jobs, outbox"""

import sqlalchemy as sa
from alembic import op

from app.sdk.db import Json, UtcDateTime

revision = "core_0001"
down_revision = None
branch_labels = ("core",)
depends_on = None


def upgrade() -> None:
    op.create_table(
        "account_organisation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["account_organisation.id"], name=op.f("fk_account_organisation_parent_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_organisation")),
        sa.UniqueConstraint("public_id", name=op.f("uq_account_organisation_public_id")),
    )
    op.create_table(
        "account_person",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=36), nullable=False),
        sa.Column("xapi_name", sa.String(length=36), nullable=False),
        sa.Column("login", sa.String(length=80), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("session_epoch", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("password_changed_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_person")),
        sa.UniqueConstraint("login", name=op.f("uq_account_person_login")),
        sa.UniqueConstraint("public_id", name=op.f("uq_account_person_public_id")),
        sa.UniqueConstraint("xapi_name", name=op.f("uq_account_person_xapi_name")),
    )
    op.create_table(
        "audit_entry",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("happened_at", UtcDateTime(), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("deed", sa.String(length=80), nullable=False),
        sa.Column("subject", sa.String(length=120), nullable=False),
        sa.Column("details", Json(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entry")),
    )
    op.create_index(op.f("ix_audit_entry_actor_id"), "audit_entry", ["actor_id"], unique=False)
    op.create_index(op.f("ix_audit_entry_happened_at"), "audit_entry", ["happened_at"], unique=False)
    op.create_index(op.f("ix_audit_entry_subject"), "audit_entry", ["subject"], unique=False)
    op.create_table(
        "course_course",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=60), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_course_course")),
        sa.UniqueConstraint("slug", name=op.f("uq_course_course_slug")),
    )
    op.create_table(
        "enrolment_cycle",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("begins_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enrolment_cycle")),
        sa.UniqueConstraint("name", name=op.f("uq_enrolment_cycle_name")),
    )
    op.create_table(
        "enrolment_rule_set",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("scope", sa.String(length=16), nullable=False),
        sa.Column("scope_id", sa.Integer(), nullable=False),
        sa.Column("effective_from", UtcDateTime(), nullable=False),
        sa.Column("document_number", sa.String(length=80), nullable=False),
        sa.Column("values", Json(), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enrolment_rule_set")),
    )
    op.create_table(
        "job",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=80), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("payload", Json(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("percent", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(length=80), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("lease", sa.String(length=36), nullable=True),
        sa.Column("due_at", UtcDateTime(), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job")),
        sa.UniqueConstraint("kind", "key", name=op.f("uq_job_kind_key")),
    )
    op.create_index(op.f("ix_job_due_at"), "job", ["due_at"], unique=False)
    op.create_index(op.f("ix_job_state"), "job", ["state"], unique=False)
    op.create_table(
        "media_asset",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("master", sa.String(length=120), nullable=False),
        sa.Column("master_bytes", sa.BigInteger(), nullable=False),
        sa.Column("captions", sa.String(length=120), nullable=True),
        sa.Column("poster", sa.String(length=120), nullable=True),
        sa.Column("key_sealed_with", sa.String(length=40), nullable=False),
        sa.Column("key_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("folder", sa.String(length=36), nullable=True),
        sa.Column("duration_ms", sa.Integer(), nullable=False),
        sa.Column("copied", sa.Boolean(), nullable=True),
        sa.Column("renditions", Json(), nullable=False),
        sa.Column("ready_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_media_asset")),
        sa.UniqueConstraint("digest", name=op.f("uq_media_asset_digest")),
    )
    op.create_table(
        "outbox_destination",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("resume_at", UtcDateTime(), nullable=True),
        sa.Column("pause_reason", sa.Text(), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("accepted_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_outbox_destination")),
    )
    op.create_table(
        "outbox_message",
        sa.Column("sequence", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("topic", sa.String(length=40), nullable=False),
        sa.Column("ordering_key", sa.String(length=80), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("sequence", name=op.f("pk_outbox_message")),
        sa.UniqueConstraint("id", name=op.f("uq_outbox_message_id")),
    )
    op.create_index(op.f("ix_outbox_message_made_at"), "outbox_message", ["made_at"], unique=False)
    op.create_table(
        "vault_person_key",
        sa.Column("person_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("sealed_with", sa.String(length=40), nullable=False),
        sa.Column("sealed_key", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_vault_person_key")),
    )
    op.create_table(
        "account_role_grant",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=24), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["account_organisation.id"],
            name=op.f("fk_account_role_grant_organisation_id"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["account_person.id"], name=op.f("fk_account_role_grant_person_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_role_grant")),
        sa.UniqueConstraint(
            "person_id",
            "role",
            "organisation_id",
            name=op.f("uq_account_role_grant_person_id_role_organisation_id"),
        ),
    )
    op.create_index(
        op.f("ix_account_role_grant_person_id"), "account_role_grant", ["person_id"], unique=False
    )
    op.create_table(
        "course_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("course_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(length=20), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("title", sa.String(length=60), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("institution", sa.String(length=100), nullable=False),
        sa.Column("content", sa.String(length=16), nullable=False),
        sa.Column("topics", Json(), nullable=False),
        sa.Column("industries", Json(), nullable=False),
        sa.Column("challenge_interval_ms", Json(), nullable=True),
        sa.Column("published_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["course_id"], ["course_course.id"], name=op.f("fk_course_version_course_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_course_version")),
        sa.UniqueConstraint("course_id", "digest", name=op.f("uq_course_version_course_id_digest")),
        sa.UniqueConstraint("course_id", "number", name=op.f("uq_course_version_course_id_number")),
    )
    op.create_table(
        "enrolment_plan",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("cycle_id", sa.Integer(), nullable=False),
        sa.Column("organiser_id", sa.Integer(), nullable=False),
        sa.Column("industry", sa.String(length=32), nullable=True),
        sa.Column("category", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("total_class_hours", sa.Numeric(precision=8, scale=3), nullable=False),
        sa.Column("online_class_hours", sa.Numeric(precision=8, scale=3), nullable=False),
        sa.Column("practical_class_hours", sa.Numeric(precision=8, scale=3), nullable=False),
        sa.Column("online_deadline", UtcDateTime(), nullable=True),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["cycle_id"], ["enrolment_cycle.id"], name=op.f("fk_enrolment_plan_cycle_id")
        ),
        sa.ForeignKeyConstraint(
            ["organiser_id"], ["account_organisation.id"], name=op.f("fk_enrolment_plan_organiser_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enrolment_plan")),
        sa.UniqueConstraint(
            "cycle_id",
            "organiser_id",
            "industry",
            "category",
            "version",
            name=op.f("uq_enrolment_plan_cycle_id_organiser_id_industry_category_version"),
        ),
    )
    op.create_table(
        "outbox_delivery",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("message_sequence", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("destination", sa.String(length=40), nullable=False),
        sa.Column("ordering_key", sa.String(length=80), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=False),
        sa.Column("lease", sa.String(length=36), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("batch_limit", sa.Integer(), nullable=True),
        sa.Column("last_status", sa.Integer(), nullable=True),
        sa.Column("last_answer", sa.Text(), nullable=True),
        sa.Column("settled_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["message_sequence"],
            ["outbox_message.sequence"],
            name=op.f("fk_outbox_delivery_message_sequence"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox_delivery")),
        sa.UniqueConstraint(
            "message_sequence", "destination", name=op.f("uq_outbox_delivery_message_sequence_destination")
        ),
    )
    op.create_index(
        "ix_outbox_delivery_order",
        "outbox_delivery",
        ["destination", "ordering_key", "message_sequence"],
        unique=False,
        sqlite_where=sa.text("settled_at IS NULL"),
        postgresql_where=sa.text("settled_at IS NULL"),
    )
    op.create_index("ix_outbox_delivery_state", "outbox_delivery", ["destination", "state"], unique=False)
    op.create_index(
        "ix_outbox_delivery_waiting",
        "outbox_delivery",
        ["destination", "message_sequence"],
        unique=False,
        sqlite_where=sa.text("settled_at IS NULL"),
        postgresql_where=sa.text("settled_at IS NULL"),
    )
    op.create_table(
        "course_lesson",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=60), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("asset_id", sa.String(length=36), nullable=True),
        sa.Column("declared_class_hours", sa.Numeric(precision=6, scale=1), nullable=False),
        sa.Column("chapters", Json(), nullable=False),
        sa.Column("questions", Json(), nullable=False),
        sa.ForeignKeyConstraint(
            ["version_id"], ["course_version.id"], name=op.f("fk_course_lesson_version_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_course_lesson")),
        sa.UniqueConstraint("version_id", "position", name=op.f("uq_course_lesson_version_id_position")),
    )
    op.create_index(op.f("ix_course_lesson_asset_id"), "course_lesson", ["asset_id"], unique=False)
    op.create_index(op.f("ix_course_lesson_version_id"), "course_lesson", ["version_id"], unique=False)
    op.create_table(
        "course_offering",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("cycle_id", sa.Integer(), nullable=False),
        sa.Column("category", sa.String(length=32), nullable=False),
        sa.Column("required", sa.Boolean(), nullable=False),
        sa.Column("deadline", UtcDateTime(), nullable=True),
        sa.Column("open", sa.Boolean(), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["cycle_id"], ["enrolment_cycle.id"], name=op.f("fk_course_offering_cycle_id")
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["course_version.id"], name=op.f("fk_course_offering_version_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_course_offering")),
        sa.UniqueConstraint(
            "version_id", "cycle_id", "category", name=op.f("uq_course_offering_version_id_cycle_id_category")
        ),
    )
    op.create_index(op.f("ix_course_offering_category"), "course_offering", ["category"], unique=False)
    op.create_table(
        "enrolment_enrolment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("industry", sa.String(length=32), nullable=True),
        sa.Column("post", sa.String(length=40), nullable=False),
        sa.Column("enrolled_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("identity_method", sa.String(length=24), nullable=True),
        sa.Column("identity_verified_at", UtcDateTime(), nullable=True),
        sa.Column("accommodation", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["account_organisation.id"],
            name=op.f("fk_enrolment_enrolment_organisation_id"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["account_person.id"], name=op.f("fk_enrolment_enrolment_person_id")
        ),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["enrolment_plan.id"], name=op.f("fk_enrolment_enrolment_plan_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enrolment_enrolment")),
        sa.UniqueConstraint("person_id", "plan_id", name=op.f("uq_enrolment_enrolment_person_id_plan_id")),
    )
    op.create_index(
        op.f("ix_enrolment_enrolment_person_id"), "enrolment_enrolment", ["person_id"], unique=False
    )
    op.create_index(op.f("ix_enrolment_enrolment_plan_id"), "enrolment_enrolment", ["plan_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_enrolment_enrolment_plan_id"), table_name="enrolment_enrolment")
    op.drop_index(op.f("ix_enrolment_enrolment_person_id"), table_name="enrolment_enrolment")
    op.drop_table("enrolment_enrolment")
    op.drop_index(op.f("ix_course_offering_category"), table_name="course_offering")
    op.drop_table("course_offering")
    op.drop_index(op.f("ix_course_lesson_version_id"), table_name="course_lesson")
    op.drop_index(op.f("ix_course_lesson_asset_id"), table_name="course_lesson")
    op.drop_table("course_lesson")
    op.drop_index(
        "ix_outbox_delivery_waiting",
        table_name="outbox_delivery",
        sqlite_where=sa.text("settled_at IS NULL"),
        postgresql_where=sa.text("settled_at IS NULL"),
    )
    op.drop_index("ix_outbox_delivery_state", table_name="outbox_delivery")
    op.drop_index(
        "ix_outbox_delivery_order",
        table_name="outbox_delivery",
        sqlite_where=sa.text("settled_at IS NULL"),
        postgresql_where=sa.text("settled_at IS NULL"),
    )
    op.drop_table("outbox_delivery")
    op.drop_table("enrolment_plan")
    op.drop_table("course_version")
    op.drop_index(op.f("ix_account_role_grant_person_id"), table_name="account_role_grant")
    op.drop_table("account_role_grant")
    op.drop_table("vault_person_key")
    op.drop_index(op.f("ix_outbox_message_made_at"), table_name="outbox_message")
    op.drop_table("outbox_message")
    op.drop_table("outbox_destination")
    op.drop_table("media_asset")
    op.drop_index(op.f("ix_job_state"), table_name="job")
    op.drop_index(op.f("ix_job_due_at"), table_name="job")
    op.drop_table("job")
    op.drop_table("enrolment_rule_set")
    op.drop_table("enrolment_cycle")
    op.drop_table("course_course")
    op.drop_index(op.f("ix_audit_entry_subject"), table_name="audit_entry")
    op.drop_index(op.f("ix_audit_entry_happened_at"), table_name="audit_entry")
    op.drop_index(op.f("ix_audit_entry_actor_id"), table_name="audit_entry")
    op.drop_table("audit_entry")
    op.drop_table("account_person")
    op.drop_table("account_organisation")
