"""What a key of another system may do, and in which part of the city."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "20261125_api_key_reach"
down_revision = "20261125_trust"
branch_labels = None
depends_on = None


def upgrade() -> None:
    both = sa.text("""'["requests", "updates"]'::jsonb""")
    op.add_column(
        "api_key", sa.Column("scopes", postgresql.JSONB(), nullable=False, server_default=both)
    )
    op.alter_column("api_key", "scopes", server_default=None)
    op.add_column("api_key", sa.Column("jurisdiction_id", sa.UUID(), nullable=True))
    op.create_foreign_key(
        "fk_api_key_jurisdiction_id_organization",
        "api_key",
        "organization",
        ["jurisdiction_id"],
        ["id"],
    )


def downgrade() -> None:
    op.drop_column("api_key", "jurisdiction_id")
    op.drop_column("api_key", "scopes")
