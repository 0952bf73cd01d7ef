"""Single sign-on, reset links, exports by two persons, ranges of texted numbers, attestation."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "20261125_trust"
down_revision = "20261125_entry_forms"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("outgoing_message", sa.Column("range_blind", sa.LargeBinary(), nullable=True))
    op.create_index("ix_outgoing_message_range", "outgoing_message", ["range_blind", "sent_at"])
    op.add_column("call", sa.Column("attestation", sa.Text(), nullable=True))
    op.create_table(
        "account_identity",
        *_record(),
        *_reference("account_identity", "account_id", "account"),
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_account_identity"),
        sa.UniqueConstraint("issuer", "subject", name="uq_account_identity_issuer_subject"),
        sa.UniqueConstraint("account_id", "issuer", name="uq_account_identity_account_id_issuer"),
    )
    op.create_table(
        "password_reset",
        *_record(),
        *_reference("password_reset", "account_id", "account"),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_password_reset"),
        sa.UniqueConstraint("token_hash", name="uq_password_reset_token_hash"),
    )
    op.create_index("ix_password_reset_account_id", "password_reset", ["account_id"])
    _create_export()


def downgrade() -> None:
    for table in ("export_request", "password_reset", "account_identity"):
        op.drop_table(table)
    op.drop_column("call", "attestation")
    op.drop_index("ix_outgoing_message_range", "outgoing_message")
    op.drop_column("outgoing_message", "range_blind")


def _create_export() -> None:
    op.create_table(
        "export_request",
        *_record(),
        *_reference("export_request", "organization_id", "organization"),
        *_reference("export_request", "asked_by_id", "account"),
        *_reference("export_request", "decided_by_id", "account", nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("wanted", postgresql.JSONB(), nullable=False),
        sa.Column("wanted_digest", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fetched_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state IN ('asked', 'approved', 'refused')", name="state"),
        sa.CheckConstraint("decided_by_id <> asked_by_id", name="two_persons"),
        sa.PrimaryKeyConstraint("id", name="pk_export_request"),
    )
    of_one = ["organization_id", "id"]
    op.create_index("ix_export_request_organization_id", "export_request", of_one)


def _record() -> list[sa.Column[object]]:
    return [
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
    ]


def _reference(
    table: str, column: str, other: str, *, nullable: bool = False
) -> list[sa.Column[object] | sa.Constraint]:
    name = f"fk_{table}_{column}_{other}"
    return [
        sa.Column(column, sa.UUID(), nullable=nullable),
        sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name),
    ]
