"""Consents, reference faces, judged answers, pictures, prompts of the way without a face.

Revision ID: identity_check_0001
"""

import sqlalchemy as sa
from alembic import op

from app.sdk.db import Json, UtcDateTime

revision = "identity_check_0001"
down_revision = None
branch_labels = ("identity_check",)
depends_on = None


def upgrade() -> None:
    op.create_table(
        "identity_check_check",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("challenge_id", sa.String(length=36), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("nonce", sa.String(length=128), nullable=False),
        sa.Column("method", sa.String(length=40), nullable=False),
        sa.Column("decision", sa.String(length=20), nullable=False),
        sa.Column("outcome", sa.String(length=12), nullable=False),
        sa.Column("codes", Json(), nullable=False),
        sa.Column("profile", sa.String(length=80), nullable=True),
        sa.Column("evidence_digest", sa.String(length=128), nullable=True),
        sa.Column("judged_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identity_check_check")),
    )
    op.create_index(
        "ix_identity_check_check_attempt", "identity_check_check", ["challenge_id", "attempt"], unique=False
    )
    op.create_index(
        op.f("ix_identity_check_check_person_id"), "identity_check_check", ["person_id"], unique=False
    )
    op.create_table(
        "identity_check_consent",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("text_digest", sa.String(length=128), nullable=False),
        sa.Column("given", sa.Boolean(), nullable=False),
        sa.Column("answered_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identity_check_consent")),
    )
    op.create_index(
        op.f("ix_identity_check_consent_person_id"), "identity_check_consent", ["person_id"], unique=False
    )
    op.create_table(
        "identity_check_picture",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.String(length=36), nullable=False),
        sa.Column("challenge_id", sa.String(length=36), nullable=True),
        sa.Column("decision", sa.String(length=20), nullable=False),
        sa.Column("likeness", sa.Float(), nullable=True),
        sa.Column("image_sha256", sa.String(length=64), nullable=False),
        sa.Column("pixels_sha256", sa.String(length=64), nullable=False),
        sa.Column("scene_hash", sa.String(length=16), nullable=False),
        sa.Column("band_0", sa.BigInteger(), nullable=False),
        sa.Column("band_1", sa.BigInteger(), nullable=False),
        sa.Column("band_2", sa.BigInteger(), nullable=False),
        sa.Column("band_3", sa.BigInteger(), nullable=False),
        sa.Column("sealed_scene", sa.LargeBinary(), nullable=True),
        sa.Column("sealed_image", sa.LargeBinary(), nullable=True),
        sa.Column("taken_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identity_check_picture")),
    )
    op.create_index(
        op.f("ix_identity_check_picture_band_0"), "identity_check_picture", ["band_0"], unique=False
    )
    op.create_index(
        op.f("ix_identity_check_picture_band_1"), "identity_check_picture", ["band_1"], unique=False
    )
    op.create_index(
        op.f("ix_identity_check_picture_band_2"), "identity_check_picture", ["band_2"], unique=False
    )
    op.create_index(
        op.f("ix_identity_check_picture_band_3"), "identity_check_picture", ["band_3"], unique=False
    )
    op.create_index(
        op.f("ix_identity_check_picture_image_sha256"),
        "identity_check_picture",
        ["image_sha256"],
        unique=False,
    )
    op.create_index(
        op.f("ix_identity_check_picture_owner_id"), "identity_check_picture", ["owner_id"], unique=False
    )
    op.create_index(
        op.f("ix_identity_check_picture_person_id"), "identity_check_picture", ["person_id"], unique=False
    )
    op.create_index(
        op.f("ix_identity_check_picture_pixels_sha256"),
        "identity_check_picture",
        ["pixels_sha256"],
        unique=False,
    )
    op.create_index(
        op.f("ix_identity_check_picture_taken_at"), "identity_check_picture", ["taken_at"], unique=False
    )
    op.create_table(
        "identity_check_prompt",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("challenge_id", sa.String(length=36), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("nonce", sa.String(length=128), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("question_id", sa.String(length=120), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("options", Json(), nullable=False),
        sa.Column("right_key", sa.String(length=4), nullable=False),
        sa.Column("shown_at", UtcDateTime(), nullable=False),
        sa.Column("answered_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identity_check_prompt")),
        sa.UniqueConstraint(
            "challenge_id",
            "attempt",
            "nonce",
            name=op.f("uq_identity_check_prompt_challenge_id_attempt_nonce"),
        ),
    )
    op.create_index(
        op.f("ix_identity_check_prompt_person_id"), "identity_check_prompt", ["person_id"], unique=False
    )
    op.create_table(
        "identity_check_reference",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("profile", sa.String(length=80), nullable=False),
        sa.Column("sealed_template", sa.LargeBinary(), nullable=False),
        sa.Column("sealed_crop", sa.LargeBinary(), nullable=False),
        sa.Column("evidence_digest", sa.String(length=128), nullable=False),
        sa.Column("enrolled_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identity_check_reference")),
        sa.UniqueConstraint("person_id", name=op.f("uq_identity_check_reference_person_id")),
    )


def downgrade() -> None:
    for table in ("reference", "prompt", "picture", "consent", "check"):
        op.drop_table(f"identity_check_{table}")
