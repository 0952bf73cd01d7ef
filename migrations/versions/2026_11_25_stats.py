"""Facts and roll-ups of the statistics, kept reports, scorecards."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "20261125_stats"
down_revision = "20261125_editing"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)
_IDS = postgresql.ARRAY(sa.UUID())
_TABLES = (
    "scorecard", "stat_report", "stat_cursor", "stat_half_hour", "stat_day", "stat_presence",
    "stat_call", "stat_ticket",
)  # fmt: skip
_TICKET_DAYS = (
    "dispatched_on", "dispatch_limit_on", "due_on", "closed_on", "assessed_on", "visit_on",
    "told_on", "bad_on",
)  # fmt: skip
_TICKET_FLAGS = (
    "is_valid", "is_merged", "is_direct", "is_final", "is_dispatched_in_time",
    "is_signed_in_time", "is_returned", "is_return_granted", "is_handled", "is_settled",
    "is_in_time", "is_early", "is_extended", "is_redone", "is_responded", "is_visited",
    "is_reached", "is_unasked", "is_rectified",
)  # fmt: skip
_CALL_FLAGS = ("is_emergency", "is_ended", "is_queued", "is_answered", "is_abandoned")


def upgrade() -> None:
    _create_ticket_facts()
    _create_call_facts()
    _create_presence_facts()
    _create_roll_ups()
    _create_reports()
    _create_scorecards()


def downgrade() -> None:
    for table in _TABLES:
        op.drop_table(table)


def _create_ticket_facts() -> None:
    op.create_table(
        "stat_ticket",
        sa.Column("ticket_id", sa.UUID(), nullable=False),
        sa.Column("scopes", _IDS, nullable=False),
        sa.Column("district_id", sa.UUID()),
        sa.Column("custody_id", sa.UUID(), nullable=False),
        sa.Column("unit_id", sa.UUID()),
        sa.Column("agent_id", sa.UUID()),
        *_texts("kind", "channel"),
        sa.Column("subject_code", sa.Text()),
        sa.Column("entry_key", sa.Text()),
        sa.Column("opened_at", _MOMENT, nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        *(sa.Column(name, sa.Date()) for name in _TICKET_DAYS),
        *(sa.Column(name, sa.Boolean(), nullable=False) for name in _TICKET_FLAGS),
        sa.Column("is_resolved", sa.Boolean()),
        sa.Column("level", sa.SmallInteger()),
        sa.Column("handled_seconds", sa.BigInteger()),
        sa.PrimaryKeyConstraint("ticket_id", name="pk_stat_ticket"),
    )
    for name in ("opened_on", "due_on", "closed_on"):
        op.create_index(f"ix_stat_ticket_{name}", "stat_ticket", [name])


def _create_call_facts() -> None:
    op.create_table(
        "stat_call",
        sa.Column("call_id", sa.UUID(), nullable=False),
        sa.Column("scopes", _IDS, nullable=False),
        sa.Column("district_id", sa.UUID()),
        sa.Column("agent_id", sa.UUID()),
        sa.Column("entry_key", sa.Text()),
        sa.Column("started_at", _MOMENT, nullable=False),
        sa.Column("started_on", sa.Date(), nullable=False),
        *(sa.Column(name, sa.Boolean(), nullable=False) for name in _CALL_FLAGS),
        sa.Column("target_ms", sa.BigInteger(), nullable=False),
        sa.Column("wait_ms", sa.BigInteger()),
        sa.Column("talk_ms", sa.BigInteger()),
        sa.Column("asked_count", sa.Integer(), nullable=False),
        sa.Column("hit_count", sa.Integer(), nullable=False),
        sa.Column("level", sa.SmallInteger()),
        sa.PrimaryKeyConstraint("call_id", name="pk_stat_call"),
    )
    op.create_index("ix_stat_call_started_on", "stat_call", ["started_on"])


def _create_presence_facts() -> None:
    op.create_table(
        "stat_presence",
        sa.Column("change_id", sa.UUID(), nullable=False),
        sa.Column("account_id", sa.UUID(), nullable=False),
        sa.Column("scopes", _IDS, nullable=False),
        *_texts("state"),
        sa.Column("from_at", _MOMENT, nullable=False),
        sa.Column("until_at", _MOMENT),
        sa.PrimaryKeyConstraint("change_id", name="pk_stat_presence"),
    )
    op.create_index("ix_stat_presence_account_id", "stat_presence", ["account_id", "from_at"])


def _create_roll_ups() -> None:
    op.create_table(
        "stat_day",
        sa.Column("scope_id", sa.UUID(), nullable=False),
        *_texts("measure", "dimension"),
        sa.Column("day", sa.Date(), nullable=False),
        *_texts("member"),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint(
            "scope_id", "measure", "dimension", "day", "member", name="pk_stat_day"
        ),
    )
    op.create_table(
        "stat_half_hour",
        sa.Column("scope_id", sa.UUID(), nullable=False),
        *_texts("measure"),
        sa.Column("slot", _MOMENT, nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("scope_id", "measure", "slot", name="pk_stat_half_hour"),
    )
    op.create_table(
        "stat_cursor",
        sa.Column("id", sa.SmallInteger(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("epoch", sa.UUID()),
        sa.Column("counted_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_stat_cursor"),
    )
    op.execute("INSERT INTO stat_cursor (id, seq, counted_at) VALUES (1, 0, now())")


def _create_reports() -> None:
    op.create_table(
        "stat_report",
        *_record("stat_report"),
        *_reference("stat_report", "organization_id", "organization"),
        *_reference("stat_report", "owner_id", "account"),
        *_texts("name"),
        sa.Column("question", postgresql.JSONB(), nullable=False),
        sa.Column("every", sa.Text()),
        sa.Column("recipients", postgresql.JSONB(), nullable=False),
        sa.Column("is_shared", sa.Boolean(), nullable=False),
        sa.Column("sent_on", sa.Date()),
    )
    op.create_index("ix_stat_report_organization_id", "stat_report", ["organization_id"])


def _create_scorecards() -> None:
    op.create_table(
        "scorecard",
        *_record("scorecard"),
        *_reference("scorecard", "call_id", "call"),
        *_reference("scorecard", "agent_id", "account"),
        *_reference("scorecard", "organization_id", "organization"),
        *_reference("scorecard", "reviewer_id", "account"),
        sa.Column("points", postgresql.JSONB(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("is_passed", sa.Boolean(), nullable=False),
        *_texts("note"),
        sa.Column("read_at", _MOMENT),
    )
    op.create_index("ix_scorecard_agent_id", "scorecard", ["agent_id", "id"])
    op.create_index("ix_scorecard_call_id", "scorecard", ["call_id"])


def _texts(*names: str) -> list[sa.Column[object]]:
    return [sa.Column(name, sa.Text(), nullable=False) for name in names]


def _record(table: str) -> list[sa.Column[object] | sa.Constraint]:
    return [
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("updated_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
    ]


def _reference(table: str, column: str, other: str) -> list[sa.Column[object] | sa.Constraint]:
    return [
        sa.Column(column, sa.UUID(), nullable=False),
        sa.ForeignKeyConstraint([column], [f"{other}.id"], name=f"fk_{table}_{column}_{other}"),
    ]
