"""Proxy handling: authorizations, papers, steps; a kind of ticket of its own."""

from collections.abc import Iterable

import sqlalchemy as sa
from alembic import op

revision = "20261125_proxy"
down_revision = "20261125_log_digests"
branch_labels = None
depends_on = None

_KINDS = ("consult", "help", "complaint", "report", "suggestion", "praise", "service")


def upgrade() -> None:
    _allow_kinds((*_KINDS, "proxy", "other"))
    op.create_table(
        "proxy_matter",
        *_record(),
        _id("ticket_id", "ticket"),
        _id("city_id", "organization"),
        *_texts("entry_key", "entry_name", "status", "way", "statement", "person_masked"),
        _moment("authorized_at", nullable=False),
        _id("recorded_by_id", "account", nullable=True),
        _id("call_id", "call", nullable=True),
        sa.Column("person_sealed", sa.LargeBinary(), nullable=False),
        _id("officer_id", "account", nullable=True),
        _moment("withdrawn_at"),
        _moment("finished_at"),
        *_texts("result", "result_note", nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.UniqueConstraint("ticket_id"),
        sa.CheckConstraint(
            "status IN ('authorized', 'in_hand', 'finished', 'withdrawn')", name="status"
        ),
        sa.CheckConstraint("way IN ('phone', 'portal', 'counter')", name="way"),
        sa.CheckConstraint("result IS NULL OR result IN ('granted', 'refused')", name="result"),
        sa.CheckConstraint("way <> 'phone' OR call_id IS NOT NULL", name="call"),
    )
    op.create_index("ix_proxy_matter_status", "proxy_matter", ["city_id", "status", "id"])
    op.create_index("ix_proxy_matter_officer", "proxy_matter", ["officer_id", "id"])
    op.create_table(
        "proxy_paper",
        *_record(),
        _id("matter_id", "proxy_matter"),
        sa.Column("position", sa.Integer(), nullable=False),
        *_texts("name", "state"),
        _moment("received_at"),
        _id("received_by_id", "account", nullable=True),
        _moment("returned_at"),
        _id("returned_by_id", "account", nullable=True),
        sa.UniqueConstraint("matter_id", "position"),
        sa.CheckConstraint("state IN ('needed', 'received', 'returned', 'waived')", name="state"),
    )
    op.create_table(
        "proxy_step",
        *_record(),
        _id("matter_id", "proxy_matter"),
        sa.Column("position", sa.Integer(), nullable=False),
        *_texts("name"),
        _id("organization_id", "organization"),
        sa.Column("working_days", sa.Integer(), nullable=False),
        *_texts("state"),
        _moment("began_at"),
        _moment("due_at"),
        _moment("done_at"),
        _id("done_by_id", "account", nullable=True),
        *_texts("note", nullable=True),
        sa.UniqueConstraint("matter_id", "position"),
        sa.CheckConstraint("state IN ('waiting', 'current', 'done')", name="state"),
        sa.CheckConstraint("working_days BETWEEN 1 AND 60", name="working_days"),
    )
    op.create_index("ix_proxy_step_organization", "proxy_step", ["organization_id", "state"])


def downgrade() -> None:
    for table in ("proxy_step", "proxy_paper", "proxy_matter"):
        op.drop_table(table)
    _allow_kinds((*_KINDS, "other"))


def _allow_kinds(kinds: Iterable[str]) -> None:
    op.drop_constraint("kind", "ticket", type_="check")
    listed = ", ".join(f"'{kind}'" for kind in kinds)
    op.create_check_constraint("kind", "ticket", f"kind IN ({listed})")


def _texts(*names: str, nullable: bool = False) -> Iterable[sa.Column]:
    return (sa.Column(name, sa.Text(), nullable=nullable) for name in names)


def _moment(name: str, *, nullable: bool = True) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _id(name: str, target: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.UUID(), sa.ForeignKey(f"{target}.id"), nullable=nullable)


def _record() -> Iterable[sa.Column]:
    return (
        sa.Column("id", sa.UUID(), primary_key=True),
        _moment("created_at", nullable=False),
        _moment("updated_at", nullable=False),
    )
