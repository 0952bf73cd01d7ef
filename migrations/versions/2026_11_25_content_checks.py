"""Links that lead nowhere and hours that cannot be right are tasks of their own kinds."""

from alembic import op

revision = "20261125_content_checks"
down_revision = "20261125_import_formats"
branch_labels = None
depends_on = None

_KINDS = "kind IN ('wrong', 'failed_transfer', 'verify'{more})"


def upgrade() -> None:
    _allow(_KINDS.format(more=", 'dead_link', 'wrong_hours'"))


def downgrade() -> None:
    op.execute("DELETE FROM correction WHERE kind IN ('dead_link', 'wrong_hours')")
    _allow(_KINDS.format(more=""))


def _allow(rule: str) -> None:
    op.drop_constraint(op.f("ck_correction_kind"), "correction", type_="check")
    op.create_check_constraint(op.f("ck_correction_kind"), "correction", rule)
