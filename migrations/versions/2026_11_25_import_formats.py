"""Files of entries may be HSDS packages too."""

from alembic import op

revision = "20261125_import_formats"
down_revision = "20261125_stats_vendor"
branch_labels = None
depends_on = None

_FORMATS = "format IN ('xlsx', 'jsonl'{more})"


def upgrade() -> None:
    _allow(_FORMATS.format(more=", 'hsds'"))


def downgrade() -> None:
    op.execute("DELETE FROM entry_import WHERE format = 'hsds'")
    _allow(_FORMATS.format(more=""))


def _allow(rule: str) -> None:
    op.drop_constraint(op.f("ck_entry_import_format"), "entry_import", type_="check")
    op.create_check_constraint(op.f("ck_entry_import_format"), "entry_import", rule)
