"""How long records are kept, and holds against erasing."""

import sqlalchemy as sa
from alembic import op

revision = "20261125_retention"
down_revision = "20261125_founding_forms"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "retention_term",
        sa.Column("id", sa.UUID(), primary_key=True),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("city_id", sa.UUID(), sa.ForeignKey("organization.id"), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("set_by_id", sa.UUID(), sa.ForeignKey("account.id")),
    )
    op.create_index("ix_retention_term_city", "retention_term", ["city_id", "kind", "id"])
    op.execute("REVOKE UPDATE, DELETE, TRUNCATE ON retention_term FROM hotline_app")
    op.create_table(
        "legal_hold",
        sa.Column("id", sa.UUID(), primary_key=True),
        sa.Column("placed_at", _MOMENT, nullable=False),
        sa.Column("city_id", sa.UUID(), sa.ForeignKey("organization.id"), nullable=False),
        sa.Column("ticket_id", sa.UUID(), sa.ForeignKey("ticket.id")),
        sa.Column("number_blind", sa.LargeBinary()),
        sa.Column("label", sa.String(40), nullable=False),
        sa.Column("reason", sa.String(200), nullable=False),
        sa.Column("placed_by_id", sa.UUID(), sa.ForeignKey("account.id")),
        sa.Column("lifted_at", _MOMENT),
        sa.Column("lifted_by_id", sa.UUID(), sa.ForeignKey("account.id")),
        sa.Column("lift_reason", sa.String(200)),
        sa.CheckConstraint(
            "(ticket_id IS NULL) <> (number_blind IS NULL)", name="ck_legal_hold_one_target"
        ),
        sa.CheckConstraint(
            "(lifted_at IS NULL) = (lift_reason IS NULL)", name="ck_legal_hold_lifted_with_reason"
        ),
    )
    op.create_index(
        "ix_legal_hold_open", "legal_hold", ["city_id", "id"],
        postgresql_where=sa.text("lifted_at IS NULL"),
    )  # fmt: skip
    op.execute("REVOKE DELETE, TRUNCATE ON legal_hold FROM hotline_app")


def downgrade() -> None:
    op.drop_table("legal_hold")
    op.drop_table("retention_term")
