"""Recordings of talks and messages, their terms; wishes of residents; follow-up calls."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "20261125_recordings"
down_revision = "20261125_open_data"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("call", sa.Column("recording", sa.String(16)))
    _create_recordings()
    _create_rules()
    _create_residents()
    _create_follow_up_calls()


def downgrade() -> None:
    for table in ("follow_up_call", "resident", "recording_rules", "call_recording"):
        op.drop_table(table)
    op.drop_column("call", "recording")


def _create_recordings() -> None:
    op.create_table(
        "call_recording",
        *_record("call_recording"),
        *_reference("call_recording", "call_id", "call"),
        *_reference("call_recording", "city_id", "organization"),
        *_reference("call_recording", "room_id", "talk_room", nullable=True),
        *_reference("call_recording", "ticket_id", "ticket", nullable=True),
        sa.Column("provider_sid", sa.String(128), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("wants_paused", sa.Boolean(), nullable=False),
        sa.Column("is_paused", sa.Boolean(), nullable=False),
        sa.Column("pauses", postgresql.JSONB(), nullable=False),
        sa.Column("started_at", _MOMENT, nullable=False),
        sa.Column("ended_at", _MOMENT),
        sa.Column("seconds", sa.Integer()),
        sa.Column("size", sa.BigInteger()),
        sa.Column("digest", sa.LargeBinary()),
        sa.Column("kept_at", _MOMENT),
        sa.Column("host_deleted_at", _MOMENT),
        sa.Column("is_held", sa.Boolean(), nullable=False),
        sa.Column("erased_at", _MOMENT),
        sa.UniqueConstraint("provider_sid", name="uq_call_recording_provider_sid"),
        sa.CheckConstraint("kind IN ('talk', 'message')", name="ck_call_recording_kind"),
        sa.CheckConstraint(
            "state IN ('running', 'ended', 'kept', 'lost', 'erased')",
            name="ck_call_recording_state",
        ),
    )
    for column in ("call_id", "room_id", "ticket_id"):
        op.create_index(f"ix_call_recording_{column}", "call_recording", [column])
    kept, is_open = sa.text("state = 'kept'"), sa.text("state IN ('running', 'ended')")
    op.create_index("ix_call_recording_kept", "call_recording", ["ended_at"], postgresql_where=kept)
    op.create_index(
        "ix_call_recording_open", "call_recording", ["created_at"], postgresql_where=is_open
    )


def _create_rules() -> None:
    op.create_table(
        "recording_rules",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        *_reference("recording_rules", "organization_id", "organization"),
        *_reference("recording_rules", "set_by_id", "account", nullable=True),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.Column("keep_months", sa.Integer(), nullable=False),
        sa.Column("keep_matter_months", sa.Integer(), nullable=False),
        sa.Column("keep_self_harm_months", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_recording_rules"),
    )
    columns = ["organization_id", "id"]
    op.create_index("ix_recording_rules_organization_id", "recording_rules", columns)


def _create_residents() -> None:
    op.create_table(
        "resident",
        *_record("resident"),
        *_reference("resident", "city_id", "organization"),
        sa.Column("number_blind", sa.LargeBinary(), nullable=False),
        sa.Column("language", sa.String(16)),
        sa.Column("robot_declined_at", _MOMENT),
        sa.UniqueConstraint("city_id", "number_blind", name="uq_resident_city_id_number_blind"),
    )


def _create_follow_up_calls() -> None:
    op.create_table(
        "follow_up_call",
        *_record("follow_up_call"),
        *_reference("follow_up_call", "ticket_id", "ticket"),
        *_reference("follow_up_call", "call_id", "call"),
        *_reference("follow_up_call", "city_id", "organization"),
        sa.Column("round", sa.SmallInteger(), nullable=False),
        sa.Column("attempt", sa.SmallInteger(), nullable=False),
        sa.Column("question", sa.String(16), nullable=False),
        sa.Column("answers", postgresql.JSONB(), nullable=False),
        sa.Column("silences", sa.SmallInteger(), nullable=False),
        sa.Column("answered_at", _MOMENT),
        sa.Column("ended_at", _MOMENT),
        sa.Column("outcome", sa.String(16)),
        sa.UniqueConstraint("call_id", name="uq_follow_up_call_call_id"),
        sa.UniqueConstraint(
            "ticket_id", "round", "attempt", name="uq_follow_up_call_ticket_id_round_attempt"
        ),
        sa.CheckConstraint(
            "outcome IN ('rated', 'to_person', 'declined', 'unreached', 'hung_up', 'canceled')",
            name="ck_follow_up_call_outcome",
        ),
    )
    op.create_index(
        "ix_follow_up_call_open", "follow_up_call", ["city_id"],
        postgresql_where=sa.text("ended_at IS NULL"),
    )  # fmt: skip


def _record(table: str) -> list[sa.Column[object] | sa.Constraint]:
    return [
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("updated_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
    ]


def _reference(
    table: str, column: str, other: str, *, nullable: bool = False
) -> list[sa.Column[object] | sa.Constraint]:
    return [
        sa.Column(column, sa.UUID(), nullable=nullable),
        sa.ForeignKeyConstraint([column], [f"{other}.id"], name=f"fk_{table}_{column}_{other}"),
    ]
