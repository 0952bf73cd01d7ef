"""Incidents: reports of troubles, what they became, who follows them, rules of detection."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "20261125_incidents"
down_revision = "20261125_queueing"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _create_incidents()
    _create_reports()
    _create_followers()
    _create_rules()


def downgrade() -> None:
    for table in ("incident_rules", "incident_follower", "incident_report", "incident"):
        op.drop_table(table)


def _create_incidents() -> None:
    op.create_table(
        "incident",
        *_record("incident"),
        *_reference("incident", "city_id", "organization"),
        *_reference("incident", "district_id", "organization", nullable=True),
        *_reference("incident", "confirmed_by_id", "account", nullable=True),
        *_reference("incident", "ended_by_id", "account", nullable=True),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("area", sa.Text(), nullable=False),
        sa.Column("announcement", sa.Text()),
        sa.Column("entry_keys", postgresql.JSONB(), nullable=False),
        sa.Column("families", postgresql.JSONB(), nullable=False),
        sa.Column("subject_code", sa.Text()),
        sa.Column("began_at", _MOMENT, nullable=False),
        sa.Column("expected_end", _MOMENT),
        sa.Column("confirmed_at", _MOMENT),
        sa.Column("ended_at", _MOMENT),
        sa.Column("quiet_until", _MOMENT),
        sa.Column("closing_message", sa.Text()),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "status IN ('proposed', 'active', 'closed', 'dismissed')", name="ck_incident_status"
        ),
        sa.CheckConstraint("kind IN ('outage', 'group')", name="ck_incident_kind"),
        sa.CheckConstraint(
            "status <> 'active' OR announcement IS NOT NULL", name="ck_incident_announcement"
        ),
        sa.CheckConstraint(
            "char_length(announcement) <= 80", name="ck_incident_announcement_length"
        ),
    )
    is_open = sa.text("status IN ('proposed', 'active')")
    op.create_index("ix_incident_open", "incident", ["city_id"], postgresql_where=is_open)
    op.create_index("ix_incident_city_id", "incident", ["city_id", "id"])
    op.create_index("ix_incident_district_id", "incident", ["district_id", "id"])


def _create_reports() -> None:
    op.create_table(
        "incident_report",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        *_reference("incident_report", "city_id", "organization"),
        *_reference("incident_report", "district_id", "organization", nullable=True),
        *_reference("incident_report", "call_id", "call", nullable=True),
        *_reference("incident_report", "ticket_id", "ticket", nullable=True),
        *_reference("incident_report", "incident_id", "incident", nullable=True),
        sa.Column("entry_key", sa.Text()),
        sa.Column("family", sa.Text()),
        sa.Column("subject_code", sa.Text()),
        sa.Column("places", postgresql.JSONB(), nullable=False),
        sa.Column("caller_blind", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_incident_report"),
        sa.UniqueConstraint("ticket_id", name="uq_incident_report_ticket_id"),
        sa.UniqueConstraint("call_id", "family", name="uq_incident_report_call_id_family"),
    )
    op.create_index("ix_incident_report_city_id_at", "incident_report", ["city_id", "at"])
    op.create_index(
        "ix_incident_report_incident_id", "incident_report", ["incident_id"],
        postgresql_where=sa.text("incident_id IS NOT NULL"),
    )  # fmt: skip


def _create_followers() -> None:
    op.create_table(
        "incident_follower",
        *_record("incident_follower"),
        *_reference("incident_follower", "incident_id", "incident"),
        *_reference("incident_follower", "call_id", "call", nullable=True),
        *_reference("incident_follower", "ticket_id", "ticket", nullable=True),
        sa.Column("number_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("number_blind", sa.LargeBinary(), nullable=False),
        sa.Column("told_at", _MOMENT),
        sa.Column("means", sa.String(16)),
        sa.UniqueConstraint(
            "incident_id", "number_blind", name="uq_incident_follower_incident_id_number_blind"
        ),
        sa.CheckConstraint(
            "means IS NULL OR means IN ('ticket', 'call_back')", name="ck_incident_follower_means"
        ),
    )


def _create_rules() -> None:
    op.create_table(
        "incident_rules",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        *_reference("incident_rules", "organization_id", "organization"),
        *_reference("incident_rules", "set_by_id", "account", nullable=True),
        sa.Column("rules", postgresql.JSONB(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_incident_rules"),
    )
    columns = ["organization_id", "id"]
    op.create_index("ix_incident_rules_organization_id", "incident_rules", columns)


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
