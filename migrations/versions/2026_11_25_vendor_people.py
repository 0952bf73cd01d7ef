"""Dispatchers of a vendor with a telephone each, and what a review would change on a vendor."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "20261125_vendor_people"
down_revision = "20261125_api_key_reach"
branch_labels = None
depends_on = None

_SUBJECTS = "subject IN ('admission', 'renewal', 'document', 'worker'{more})"


def upgrade() -> None:
    op.create_table(
        "vendor_person",
        sa.Column("id", sa.UUID(), primary_key=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("vendor_id", sa.UUID(), sa.ForeignKey("vendor.id"), nullable=False),
        sa.Column("name_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("name_masked", sa.Text(), nullable=False),
        sa.Column("phone_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("phone_masked", sa.Text(), nullable=False),
        sa.Column("phone_blind", sa.LargeBinary(), nullable=False),
        sa.Column("added_by_id", sa.UUID(), sa.ForeignKey("account.id"), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
    )
    op.create_index(
        "uq_vendor_person_phone", "vendor_person", ["vendor_id", "phone_blind"], unique=True,
        postgresql_where=sa.text("ended_at IS NULL"),
    )  # fmt: skip
    op.add_column("vendor_link", sa.Column("person_id", sa.UUID(), nullable=True))
    op.create_foreign_key(None, "vendor_link", "vendor_person", ["person_id"], ["id"])
    op.add_column("vendor_review", sa.Column("proposed", postgresql.JSONB(), nullable=True))
    _allow(", 'card'")


def downgrade() -> None:
    op.execute("DELETE FROM vendor_review WHERE subject = 'card'")
    _allow("")
    op.drop_column("vendor_review", "proposed")
    op.drop_column("vendor_link", "person_id")
    op.drop_table("vendor_person")


def _allow(more: str) -> None:
    name = "ck_vendor_review_subject"
    op.execute(f"ALTER TABLE vendor_review DROP CONSTRAINT {name}")
    rule = _SUBJECTS.format(more=more)
    op.execute(f"ALTER TABLE vendor_review ADD CONSTRAINT {name} CHECK ({rule})")
