"""The ledger of consents is read newest first."""

from alembic import op

revision = "20261126_consent_book"
down_revision = "20261126_objections"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_consent_entry_at", "consent_entry", ["city_id", "at", "id"])


def downgrade() -> None:
    op.drop_index("ix_consent_entry_at", "consent_entry")
