"""Forms may come with a city, before anybody drafts."""

from alembic import op

revision = "20261125_founding_forms"
down_revision = "20261125_consents"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.alter_column("entry_form", "draft_id", nullable=True)
    op.create_check_constraint(
        "drafted", "entry_form", "number IS NOT NULL OR draft_id IS NOT NULL"
    )


def downgrade() -> None:
    op.execute("DELETE FROM entry_form WHERE draft_id IS NULL")
    op.drop_constraint("drafted", "entry_form", type_="check")
    op.alter_column("entry_form", "draft_id", nullable=False)
