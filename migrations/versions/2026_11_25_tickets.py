"""Tickets, their history (insert and select only), requests, replies, visits, petitioners."""

from collections.abc import Iterable

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "20261125_tickets"
down_revision = "20261125_directory"
branch_labels = None
depends_on = None

_STATUSES = (
    "status IN ('draft', 'registered', 'not_accepted', 'emergency', 'direct', 'to_dispatch',"
    " 'to_sign', 'return_requested', 'in_progress', 'suspended', 'replied', 'to_visit', 'closed',"
    " 'redo', 'merged', 'cancelled', 'invalid', 'archived')"
)
_KINDS = (
    "kind IN ('consult', 'help', 'complaint', 'report', 'suggestion', 'praise', 'service', 'other')"
)


def upgrade() -> None:
    op.execute(sa.schema.CreateSequence(sa.Sequence("ticket_number")))
    _create_ticket()
    _index_ticket()
    _create_history()
    _create_request()
    _create_reply()
    _create_visit()
    _create_petitioner()
    _create_idempotency()


def downgrade() -> None:
    for table in ("idempotency", "petitioner", "visit", "reply", "request", "history"):
        op.drop_table(f"ticket_{table}")
    op.drop_table("ticket")
    op.execute(sa.schema.DropSequence(sa.Sequence("ticket_number")))


def _text(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.Text(), nullable=nullable)


def _moments(*names: str) -> Iterable[sa.Column]:
    return (sa.Column(name, sa.DateTime(timezone=True), nullable=True) for name in names)


def _id(name: str, target: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.UUID(), sa.ForeignKey(f"{target}.id"), nullable=nullable)


def _bytes(*names: str) -> Iterable[sa.Column]:
    return (sa.Column(name, sa.LargeBinary(), nullable=True) for name in names)


def _integer(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.Integer(), nullable=nullable)


def _flag(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.Boolean(), nullable=nullable)


def _record() -> Iterable[sa.Column]:
    yield sa.Column("id", sa.UUID(), primary_key=True)
    yield sa.Column("created_at", sa.DateTime(timezone=True), nullable=False)
    yield sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False)


def _create_ticket() -> None:
    op.create_table(
        "ticket",
        *_record(),
        _text("number"),
        _integer("version"),
        *map(_text, ("status", "kind", "urgency", "title", "description")),
        sa.Column("description_sealed", sa.LargeBinary(), nullable=False),
        _text("subject_code", nullable=True),
        _text("subject", nullable=True),
        _integer("sla_working_days", nullable=True),
        _text("entry_key", nullable=True),
        _text("entry_name", nullable=True),
        _id("city_id", "organization"),
        _id("district_id", "organization", nullable=True),
        _id("custody_id", "organization"),
        _id("proposed_id", "organization", nullable=True),
        _id("assignee_id", "account", nullable=True),
        _id("replied_by_id", "account", nullable=True),
        _id("parent_id", "ticket", nullable=True),
        _id("merged_into_id", "ticket", nullable=True),
        sa.Column("call_id", sa.UUID(), nullable=True),
        _text("need"),
        *_bytes("caller_sealed", "caller_blind", "address_sealed"),
        _text("caller_masked", nullable=True),
        _text("address_masked", nullable=True),
        *map(_flag, ("confidential", "anonymous", "due_is_certain")),
        *_moments("due_at", "resident_due_at", "step_due_at", "return_until"),
        *_moments("dispatched_at", "signed_at", "suspended_at", "replied_at", "closed_at"),
        *map(_integer, ("extension_count", "redo_count")),
        sa.Column("grams", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.UniqueConstraint("number"),
        sa.CheckConstraint(_STATUSES, name="status"),
        sa.CheckConstraint(_KINDS, name="kind"),
        sa.CheckConstraint("urgency IN ('normal', 'urgent', 'emergency')", name="urgency"),
    )


def _index_ticket() -> None:
    for name in ("district", "custody", "assignee"):
        op.create_index(f"ix_ticket_{name}", "ticket", [f"{name}_id", "id"])
    op.create_index("ix_ticket_status", "ticket", ["status", "id"])
    for name, column in (("due", "due_at"), ("caller", "caller_blind"), ("parent", "parent_id")):
        where = sa.text(f"{column} IS NOT NULL")
        op.create_index(f"ix_ticket_{name}", "ticket", [column], postgresql_where=where)
    op.create_index("ix_ticket_grams", "ticket", ["grams"], postgresql_using="gin")
    op.create_index(
        "uq_ticket_call_need",
        "ticket",
        ["call_id", "need"],
        unique=True,
        postgresql_where=sa.text("call_id IS NOT NULL"),
    )


def _create_history() -> None:
    op.create_table(
        "ticket_history",
        sa.Column("id", sa.UUID(), primary_key=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        _id("ticket_id", "ticket"),
        _text("name"),
        _text("move", nullable=True),
        _id("actor_id", "account", nullable=True),
        _text("actor_name", nullable=True),
        _id("organization_id", "organization", nullable=True),
        _text("organization_name", nullable=True),
        _text("tier", nullable=True),
        _text("from_status", nullable=True),
        _text("to_status", nullable=True),
        _text("note", nullable=True),
        sa.Column("before", postgresql.JSONB(), nullable=False),
        sa.Column("after", postgresql.JSONB(), nullable=False),
    )
    op.create_index("ix_ticket_history_ticket", "ticket_history", ["ticket_id", "id"])
    op.execute("REVOKE UPDATE, DELETE ON ticket_history FROM hotline_app")


def _create_request() -> None:
    op.create_table(
        "ticket_request",
        *_record(),
        _id("ticket_id", "ticket"),
        _text("asked"),
        _id("organization_id", "organization"),
        _id("asked_by_id", "account", nullable=True),
        _text("reason"),
        _text("statute", nullable=True),
        _text("ground", nullable=True),
        _integer("working_days", nullable=True),
        *_moments("review_at", "endorsed_at", "ruled_at"),
        _id("endorsed_by_id", "account", nullable=True),
        _id("ruled_by_id", "account", nullable=True),
        _text("outcome", nullable=True),
        sa.CheckConstraint("asked IN ('return', 'extension', 'suspension')", name="asked"),
        sa.CheckConstraint(
            "outcome IS NULL OR outcome IN ('granted', 'refused', 'lapsed')", name="outcome"
        ),
    )
    op.create_index("ix_ticket_request_ticket", "ticket_request", ["ticket_id", "id"])
    op.create_index(
        "uq_ticket_request_open",
        "ticket_request",
        ["ticket_id", "asked"],
        unique=True,
        postgresql_where=sa.text("outcome IS NULL"),
    )


def _create_reply() -> None:
    op.create_table(
        "ticket_reply",
        *_record(),
        _id("ticket_id", "ticket"),
        _id("organization_id", "organization"),
        _id("replied_by_id", "account", nullable=True),
        _text("public_answer"),
        _text("internal_note", nullable=True),
        _flag("resolved"),
        sa.Column("contacted_at", sa.DateTime(timezone=True), nullable=False),
        _text("signed_off_by", nullable=True),
    )
    op.create_index("ix_ticket_reply_ticket", "ticket_reply", ["ticket_id", "id"])


def _create_visit() -> None:
    op.create_table(
        "ticket_visit",
        *_record(),
        _id("ticket_id", "ticket"),
        _id("visited_by_id", "account", nullable=True),
        _integer("round"),
        _flag("reached"),
        _flag("resolved", nullable=True),
        _integer("level", nullable=True),
        _text("note", nullable=True),
        sa.CheckConstraint("level IS NULL OR level BETWEEN 1 AND 5", name="level"),
    )
    op.create_index("ix_ticket_visit_ticket", "ticket_visit", ["ticket_id", "id"])


def _create_petitioner() -> None:
    op.create_table(
        "ticket_petitioner",
        *_record(),
        _id("ticket_id", "ticket"),
        _id("from_ticket_id", "ticket"),
        sa.Column("call_id", sa.UUID(), nullable=True),
        *_bytes("caller_sealed", "caller_blind"),
        _text("caller_masked", nullable=True),
        sa.UniqueConstraint("ticket_id", "from_ticket_id"),
    )


def _create_idempotency() -> None:
    op.create_table(
        "ticket_idempotency",
        sa.Column("account_id", sa.UUID(), sa.ForeignKey("account.id"), primary_key=True),
        sa.Column("key", sa.Text(), primary_key=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("request_hash", sa.LargeBinary(), nullable=False),
        sa.Column("answer", postgresql.JSONB(), nullable=True),
    )
