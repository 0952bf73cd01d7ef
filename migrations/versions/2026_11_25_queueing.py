"""Seats of agents, waiting lines, offers, callbacks, ratings; legs and rooms of calls."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "20261125_queueing"
down_revision = "20261125_calendars"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)
_TABLES = (
    "rating", "callback", "offer", "queue_entry", "queue_overflow", "queue",
    "presence_change", "seat", "call_leg", "talk_room",
)  # fmt: skip


def upgrade() -> None:
    _extend_call()
    _create_rooms_and_legs()
    _create_seats()
    _create_queues()
    _create_entries()
    _create_callbacks()
    _create_ratings()


def downgrade() -> None:
    for table in _TABLES:
        op.drop_table(table)
    for column in ("direction", "desk_id", "agent_id", "parties", "outcome"):
        op.drop_column("call", column)


def _extend_call() -> None:
    direction = sa.Column("direction", sa.String(16), nullable=False, server_default="inbound")
    parties = sa.Column("parties", postgresql.JSONB(), nullable=False, server_default="[]")
    op.add_column("call", direction)
    op.add_column("call", sa.Column("desk_id", sa.UUID()))
    op.add_column("call", sa.Column("agent_id", sa.UUID()))
    op.add_column("call", parties)
    op.add_column("call", sa.Column("outcome", sa.Text()))
    op.alter_column("call", "direction", server_default=None)
    op.alter_column("call", "parties", server_default=None)
    for column, other in (("desk_id", "organization"), ("agent_id", "account")):
        op.create_foreign_key(f"fk_call_{column}_{other}", "call", other, [column], ["id"])


def _create_rooms_and_legs() -> None:
    op.create_table(
        "talk_room",
        *_record("talk_room"),
        *_reference("talk_room", "call_id", "call"),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("conference_sid", sa.String(128)),
        sa.Column("is_over", sa.Boolean(), nullable=False),
        sa.Column("closed_at", _MOMENT),
        sa.UniqueConstraint("name", name="uq_talk_room_name"),
    )
    op.create_index("ix_talk_room_call_id", "talk_room", ["call_id"])
    op.create_table(
        "call_leg",
        *_record("call_leg"),
        *_reference("call_leg", "call_id", "call"),
        *_reference("call_leg", "room_id", "talk_room"),
        *_reference("call_leg", "account_id", "account", nullable=True),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("aim", sa.String(16), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("address_sealed", sa.LargeBinary()),
        sa.Column("provider_sid", sa.String(128)),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("mode", sa.Text()),
        sa.Column("sequence", sa.Integer(), nullable=False),
        *_flags("wants_end", "wants_held", "wants_muted", "is_held", "is_muted"),
        *_moments("placed_at", "answered_at", "joined_at", "ended_at"),
        sa.Column("end_reason", sa.Text()),
        sa.UniqueConstraint("label", name="uq_call_leg_label"),
        sa.UniqueConstraint("provider_sid", name="uq_call_leg_provider_sid"),
        _one_of("call_leg", "role", "caller", "agent", "consulted", "supervisor"),
        _one_of("call_leg", "state", "planned", "ringing", "answered", "joined", "ended"),
    )
    op.create_index("ix_call_leg_call_id", "call_leg", ["call_id"])
    op.create_index("ix_call_leg_room_id", "call_leg", ["room_id"])
    live = sa.text("state <> 'ended'")
    op.create_index("ix_call_leg_live", "call_leg", ["account_id"], postgresql_where=live)


def _create_seats() -> None:
    op.create_table(
        "seat",
        sa.Column("account_id", sa.UUID(), nullable=False),
        *_reference("seat", "organization_id", "organization"),
        *_reference("seat", "city_id", "organization"),
        sa.Column("display_name", sa.Text(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("reason", sa.Text()),
        sa.Column("since", _MOMENT, nullable=False),
        sa.Column("next_state", sa.String(16)),
        sa.Column("next_reason", sa.Text()),
        sa.Column("idle_since", _MOMENT, nullable=False),
        sa.Column("takes_calls", sa.Boolean(), nullable=False),
        sa.Column("skills", postgresql.JSONB(), nullable=False),
        sa.Column("addresses", postgresql.JSONB(), nullable=False),
        sa.Column("fence", sa.BigInteger(), nullable=False),
        *_reference("seat", "leg_id", "call_leg", nullable=True),
        *_reference("seat", "call_id", "call", nullable=True),
        sa.Column("wrap_up_until", _MOMENT),
        sa.PrimaryKeyConstraint("account_id", name="pk_seat"),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_seat_account_id_account"),
        _one_of("seat", "state", "ready", "talking", "wrap_up", "break", "offline"),
    )
    op.create_index("ix_seat_city_id", "seat", ["city_id", "state"])
    op.create_table(
        "presence_change",
        *_record("presence_change"),
        *_reference("presence_change", "account_id", "account"),
        *_reference("presence_change", "set_by_id", "account", nullable=True),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("reason", sa.Text()),
    )
    columns = ["account_id", "created_at"]
    op.create_index("ix_presence_change_account_id_created_at", "presence_change", columns)


def _create_queues() -> None:
    op.create_table(
        "queue",
        *_record("queue"),
        *_reference("queue", "organization_id", "organization"),
        *_reference("queue", "city_id", "organization"),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("skill", sa.Text(), nullable=False),
        sa.Column("hours", sa.Text(), nullable=False),
        sa.Column("offer_seconds", sa.Integer(), nullable=False),
        sa.Column("wrap_up_seconds", sa.Integer(), nullable=False),
        sa.Column("target_seconds", sa.Integer(), nullable=False),
        sa.UniqueConstraint("key", name="uq_queue_key"),
        sa.UniqueConstraint("organization_id", "skill", name="uq_queue_organization_id_skill"),
    )
    op.create_index("ix_queue_city_id", "queue", ["city_id"])
    op.create_table(
        "queue_overflow",
        *_record("queue_overflow"),
        *_reference("queue_overflow", "queue_id", "queue"),
        *_reference("queue_overflow", "to_organization_id", "organization"),
        sa.Column("after_seconds", sa.Integer(), nullable=False),
        sa.UniqueConstraint(
            "queue_id", "to_organization_id", name="uq_queue_overflow_queue_id_to_organization_id"
        ),
    )


def _create_entries() -> None:
    op.create_table(
        "queue_entry",
        *_record("queue_entry"),
        *_reference("queue_entry", "queue_id", "queue"),
        *_reference("queue_entry", "call_id", "call"),
        *_reference("queue_entry", "city_id", "organization"),
        *_reference("queue_entry", "organization_id", "organization"),
        *_reference("queue_entry", "room_id", "talk_room", nullable=True),
        *_reference("queue_entry", "wanted_account_id", "account", nullable=True),
        sa.Column("skill", sa.Text(), nullable=False),
        sa.Column("priority", sa.SmallInteger(), nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("refused", postgresql.JSONB(), nullable=False),
        sa.Column("told_after", sa.Integer()),
        *_flags("is_recovering", "is_callback"),
        sa.Column("entered_at", _MOMENT, nullable=False),
        *_moments("offer_after", "answered_at", "ended_at"),
        sa.Column("end_reason", sa.Text()),
        _one_of("queue_entry", "status", "waiting", "offered", "answered", "ended"),
    )
    live = sa.text("ended_at IS NULL")
    op.create_index(
        "uq_queue_entry_call_id", "queue_entry", ["call_id"], unique=True, postgresql_where=live
    )
    waiting = sa.text("status IN ('waiting', 'offered')")
    op.create_index(
        "ix_queue_entry_waiting", "queue_entry", ["city_id", "priority", "entered_at"],
        postgresql_where=waiting,
    )  # fmt: skip
    op.create_index("ix_queue_entry_queue_id_entered_at", "queue_entry", ["queue_id", "entered_at"])
    op.create_table(
        "offer",
        *_record("offer"),
        *_reference("offer", "entry_id", "queue_entry"),
        *_reference("offer", "call_id", "call"),
        *_reference("offer", "leg_id", "call_leg"),
        *_reference("offer", "account_id", "account"),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("expires_at", _MOMENT, nullable=False),
        *_moments("accepted_at", "ended_at"),
        sa.UniqueConstraint("leg_id", name="uq_offer_leg_id"),
    )
    ringing = sa.text("state = 'ringing'")
    for column in ("entry_id", "account_id"):
        op.create_index(
            f"uq_offer_{column}", "offer", [column], unique=True, postgresql_where=ringing
        )
    op.create_index("ix_offer_call_id", "offer", ["call_id"])


def _create_callbacks() -> None:
    op.create_table(
        "callback",
        *_record("callback"),
        *_reference("callback", "call_id", "call"),
        *_reference("callback", "city_id", "organization"),
        *_reference("callback", "queue_id", "queue"),
        *_reference("callback", "outbound_id", "call", nullable=True),
        *_reference("callback", "account_id", "account", nullable=True),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("number_blind", sa.LargeBinary(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("entered_at", _MOMENT, nullable=False),
        sa.Column("due_at", _MOMENT, nullable=False),
        *_moments("ended_at"),
    )
    live = sa.text("ended_at IS NULL")
    op.create_index(
        "uq_callback_number_blind", "callback", ["city_id", "number_blind"], unique=True,
        postgresql_where=live,
    )  # fmt: skip
    op.create_index("ix_callback_outbound_id", "callback", ["outbound_id"])


def _create_ratings() -> None:
    op.create_table(
        "rating",
        *_record("rating"),
        *_reference("rating", "call_id", "call"),
        *_reference("rating", "city_id", "organization"),
        *_reference("rating", "agent_id", "account", nullable=True),
        sa.Column("level", sa.SmallInteger(), nullable=False),
        sa.Column("means", sa.String(16), nullable=False),
        sa.Column("reason", sa.Text()),
        sa.Column("reason_sealed", sa.LargeBinary()),
        sa.UniqueConstraint("call_id", name="uq_rating_call_id"),
        sa.CheckConstraint("level BETWEEN 1 AND 5", name="ck_rating_level"),
    )


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


def _flags(*names: str) -> list[sa.Column[object]]:
    return [sa.Column(name, sa.Boolean(), nullable=False) for name in names]


def _moments(*names: str) -> list[sa.Column[object]]:
    return [sa.Column(name, _MOMENT) for name in names]


def _one_of(table: str, column: str, *values: str) -> sa.CheckConstraint:
    listed = ", ".join(f"'{value}'" for value in values)
    return sa.CheckConstraint(f"{column} IN ({listed})", name=f"ck_{table}_{column}")
