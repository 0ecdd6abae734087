"""Playbacks, beats, checks"""

import sqlalchemy as sa
from alembic import op

from app.sdk.db import Json, UtcDateTime

revision = "video_progress_0001"
down_revision = None
branch_labels = ("video_progress",)
depends_on = "core_0001"


def upgrade() -> None:
    op.create_table(
        "video_progress_beat",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("playback_id", sa.String(length=36), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("from_ms", sa.BigInteger(), nullable=False),
        sa.Column("to_ms", sa.BigInteger(), nullable=False),
        sa.Column("rate", sa.Float(), nullable=False),
        sa.Column("visible", sa.Boolean(), nullable=False),
        sa.Column("client_ms", sa.BigInteger(), nullable=True),
        sa.Column("body", sa.String(length=80), nullable=False),
        sa.Column("received_at", UtcDateTime(), nullable=False),
        sa.Column("believed_ms", sa.BigInteger(), nullable=False),
        sa.Column("joined_ms", sa.BigInteger(), nullable=False),
        sa.Column("codes", Json(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_video_progress_beat")),
        sa.UniqueConstraint("playback_id", "seq", name=op.f("uq_video_progress_beat_playback_id_seq")),
    )
    op.create_table(
        "video_progress_challenge",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("playback_id", sa.String(length=36), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("issued_at", UtcDateTime(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("nonce", sa.String(length=48), nullable=False),
        sa.Column("outcome", sa.String(length=12), nullable=False),
        sa.Column("settled_at", UtcDateTime(), nullable=True),
        sa.Column("method", sa.String(length=24), nullable=True),
        sa.Column("answers", sa.Integer(), nullable=False),
        sa.Column("evidence_digest", sa.String(length=64), nullable=True),
        sa.Column("issued_after_beat", sa.BigInteger(), nullable=False),
        sa.Column("settled_after_beat", sa.BigInteger(), nullable=True),
        sa.Column("lost_at_ms", Json(), nullable=False),
        sa.Column("judged_by", Json(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_video_progress_challenge")),
    )
    op.create_index(
        op.f("ix_video_progress_challenge_person_id"), "video_progress_challenge", ["person_id"], unique=False
    )
    op.create_index(
        op.f("ix_video_progress_challenge_playback_id"),
        "video_progress_challenge",
        ["playback_id"],
        unique=False,
    )
    op.create_table(
        "video_progress_credited_day",
        sa.Column("person_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("credited_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("person_id", "day", name=op.f("pk_video_progress_credited_day")),
    )
    op.create_table(
        "video_progress_learner",
        sa.Column("person_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("playback_id", sa.String(length=36), nullable=True),
        sa.Column("learned_ms", sa.BigInteger(), nullable=False),
        sa.Column("gap_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_video_progress_learner")),
    )
    op.create_table(
        "video_progress_lesson",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("enrolment_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("offering_id", sa.String(length=36), nullable=False),
        sa.Column("lesson_id", sa.String(length=36), nullable=False),
        sa.Column("length_ms", sa.BigInteger(), nullable=False),
        sa.Column("checked", Json(), nullable=False),
        sa.Column("credited", Json(), nullable=False),
        sa.Column("checked_ms", sa.BigInteger(), nullable=False),
        sa.Column("furthest_ms", sa.BigInteger(), nullable=False),
        sa.Column("completed_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_video_progress_lesson")),
        sa.UniqueConstraint(
            "enrolment_id",
            "offering_id",
            "lesson_id",
            name=op.f("uq_video_progress_lesson_enrolment_id_offering_id_lesson_id"),
        ),
    )
    op.create_index(
        op.f("ix_video_progress_lesson_person_id"), "video_progress_lesson", ["person_id"], unique=False
    )
    op.create_table(
        "video_progress_playback",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("enrolment_id", sa.Integer(), nullable=False),
        sa.Column("offering_id", sa.String(length=36), nullable=False),
        sa.Column("lesson_id", sa.String(length=36), nullable=False),
        sa.Column("asset_id", sa.String(length=36), nullable=False),
        sa.Column("length_ms", sa.BigInteger(), nullable=False),
        sa.Column("rule_version", sa.String(length=32), nullable=False),
        sa.Column("opened_at", UtcDateTime(), nullable=False),
        sa.Column("last_sign_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("end_reason", sa.String(length=12), nullable=True),
        sa.Column("playing", sa.Boolean(), nullable=False),
        sa.Column("position_ms", sa.BigInteger(), nullable=False),
        sa.Column("furthest_ms", sa.BigInteger(), nullable=False),
        sa.Column("pending_ms", sa.BigInteger(), nullable=False),
        sa.Column("state", Json(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_video_progress_playback")),
    )
    op.create_index(
        "ix_video_progress_playback_open",
        "video_progress_playback",
        ["ended_at", "last_sign_at"],
        unique=False,
    )
    op.create_index(
        op.f("ix_video_progress_playback_person_id"), "video_progress_playback", ["person_id"], unique=False
    )
    op.create_table(
        "video_progress_refusal",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("playback_id", sa.String(length=36), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("lost_ms", sa.BigInteger(), nullable=False),
        sa.Column("first_at", UtcDateTime(), nullable=False),
        sa.Column("last_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_video_progress_refusal")),
        sa.UniqueConstraint("playback_id", "code", name=op.f("uq_video_progress_refusal_playback_id_code")),
    )
    op.create_index(
        op.f("ix_video_progress_refusal_person_id"), "video_progress_refusal", ["person_id"], unique=False
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_video_progress_refusal_person_id"), table_name="video_progress_refusal")
    op.drop_table("video_progress_refusal")
    op.drop_index(op.f("ix_video_progress_playback_person_id"), table_name="video_progress_playback")
    op.drop_index("ix_video_progress_playback_open", table_name="video_progress_playback")
    op.drop_table("video_progress_playback")
    op.drop_index(op.f("ix_video_progress_lesson_person_id"), table_name="video_progress_lesson")
    op.drop_table("video_progress_lesson")
    op.drop_table("video_progress_learner")
    op.drop_table("video_progress_credited_day")
    op.drop_index(op.f("ix_video_progress_challenge_playback_id"), table_name="video_progress_challenge")
    op.drop_index(op.f("ix_video_progress_challenge_person_id"), table_name="video_progress_challenge")
    op.drop_table("video_progress_challenge")
    op.drop_table("video_progress_beat")
