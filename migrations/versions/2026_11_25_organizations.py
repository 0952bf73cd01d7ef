"""The tree of organizations, accounts with roles and sessions, the audit."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "20261125_organizations"
down_revision = "20261125_foundation"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)
_DUTY = (
    "CASE role WHEN 'system_admin' THEN 'system' WHEN 'security_admin' THEN 'security'"
    " WHEN 'audit_admin' THEN 'audit' ELSE 'service' END"
)
_ROLES = (
    "role IN ('agent', 'dispatcher', 'district_supervisor', 'city_supervisor', 'unit_handler',"
    " 'directory_editor', 'system_admin', 'security_admin', 'audit_admin')"
)


def upgrade() -> None:
    _organizations()
    _accounts()
    _sessions()
    _audit()


def downgrade() -> None:
    for table in (
        "audit_link",
        "audit_entry",
        "sign_in_failure",
        "account_session",
        "role_binding",
        "account",
        "wording",
        "hotline_number",
        "organization",
    ):
        op.drop_table(table)


def _record() -> list[sa.Column[object]]:
    return [
        sa.Column("id", sa.UUID(), primary_key=True),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("updated_at", _MOMENT, nullable=False),
    ]


def _text(*names: str, nullable: bool = False) -> list[sa.Column[object]]:
    return [sa.Column(name, sa.Text(), nullable=nullable) for name in names]


def _reference(name: str, table: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.UUID(), sa.ForeignKey(f"{table}.id"), nullable=nullable)


def _organizations() -> None:
    op.create_table(
        "organization",
        *_record(),
        *_text("key", "name", "short_name", "tier", "level"),
        *_text("district", nullable=True),
        _reference("parent_id", "organization", nullable=True),
        _reference("city_id", "organization"),
        _reference("belongs_to_id", "organization", nullable=True),
        *_text("kind"),
        *_text("phone", "hotline", "address", nullable=True),
        sa.Column("lat", sa.Float()),
        sa.Column("lon", sa.Float()),
        *_text("hours", "duties"),
        sa.Column("aliases", postgresql.JSONB(), nullable=False),
        sa.Column("bounds", postgresql.JSONB()),
        *_text("entry_suffix", nullable=True),
        *_text("status"),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.UniqueConstraint("key"),
        sa.CheckConstraint("tier IN ('city', 'district', 'unit')", name="tier"),
        sa.CheckConstraint("level IN ('city', 'district', 'subdistrict')", name="level"),
        sa.CheckConstraint("status IN ('active', 'closed')", name="status"),
        sa.CheckConstraint("(tier = 'city') = (parent_id IS NULL)", name="root"),
        sa.CheckConstraint("parent_id <> id", name="parent"),
    )
    op.create_index("ix_organization_parent_id", "organization", ["parent_id"])
    op.create_index("ix_organization_city_id", "organization", ["city_id"])
    op.create_table(
        "hotline_number",
        sa.Column("number", sa.Text(), primary_key=True),
        _reference("organization_id", "organization"),
        *_text("label"),
        sa.Column("created_at", _MOMENT, nullable=False),
    )
    op.create_index("ix_hotline_number_organization_id", "hotline_number", ["organization_id"])
    op.create_table(
        "wording",
        *_record(),
        _reference("organization_id", "organization"),
        *_text("key", "text"),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_by", sa.UUID()),
        sa.UniqueConstraint("organization_id", "key", "version"),
    )


def _accounts() -> None:
    op.create_table(
        "account",
        *_record(),
        *_text("username", "display_name", "password_hash"),
        _reference("organization_id", "organization"),
        *_text("duty", nullable=True),
        sa.Column("disabled_at", _MOMENT),
        sa.Column("must_change_password", sa.Boolean(), nullable=False),
        sa.Column("totp_sealed", sa.LargeBinary()),
        sa.Column("totp_confirmed_at", _MOMENT),
        sa.Column("totp_step", sa.BigInteger()),
        sa.UniqueConstraint("username"),
        sa.UniqueConstraint("id", "duty"),
        sa.CheckConstraint("duty IN ('service', 'system', 'security', 'audit')", name="duty"),
        sa.CheckConstraint("username = lower(username)", name="username"),
    )
    op.create_index("ix_account_organization_id", "account", ["organization_id"])
    op.create_table(
        "role_binding",
        *_record(),
        _reference("account_id", "account"),
        *_text("role"),
        _reference("organization_id", "organization"),
        sa.Column("duty", sa.Text(), sa.Computed(_DUTY, persisted=True), nullable=False),
        sa.UniqueConstraint("account_id", "role", "organization_id"),
        sa.ForeignKeyConstraint(["account_id", "duty"], ["account.id", "account.duty"]),
        sa.CheckConstraint(_ROLES, name="role"),
    )
    op.create_index("ix_role_binding_organization_id", "role_binding", ["organization_id"])


def _sessions() -> None:
    op.create_table(
        "account_session",
        sa.Column("id", sa.UUID(), primary_key=True),
        _reference("account_id", "account"),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        *(sa.Column(name, _MOMENT, nullable=False) for name in ("created_at", "seen_at")),
        sa.Column("expires_at", _MOMENT, nullable=False),
        sa.Column("ended_at", _MOMENT),
        *_text("end_reason", "address", nullable=True),
        *_text("user_agent"),
        sa.UniqueConstraint("token_hash"),
    )
    op.create_index(
        "ix_account_session_live",
        "account_session",
        ["account_id"],
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "sign_in_failure",
        sa.Column("id", sa.UUID(), primary_key=True),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("name_hash", sa.LargeBinary(), nullable=False),
        *_text("address"),
    )
    op.create_index("ix_sign_in_failure_name", "sign_in_failure", ["name_hash", "at"])
    op.create_index("ix_sign_in_failure_address", "sign_in_failure", ["address", "at"])


def _audit() -> None:
    op.create_table(
        "audit_entry",
        sa.Column("id", sa.UUID(), primary_key=True),
        sa.Column("at", _MOMENT, nullable=False),
        *(sa.Column(name, sa.UUID()) for name in ("account_id", "session_id", "organization_id")),
        *_text("name", "action"),
        *_text("target", nullable=True),
        *_text("result"),
        *_text("reason", "address", nullable=True),
        sa.Column("details", postgresql.JSONB(), nullable=False),
        sa.CheckConstraint("result IN ('ok', 'refused', 'failed')", name="result"),
    )
    op.create_index("ix_audit_entry_at", "audit_entry", ["at", "id"])
    op.create_index("ix_audit_entry_target", "audit_entry", ["target"])
    op.create_index("ix_audit_entry_account_id", "audit_entry", ["account_id"])
    op.create_table(
        "audit_link",
        sa.Column("seq", sa.BigInteger(), primary_key=True, autoincrement=False),
        _reference("entry_id", "audit_entry"),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.UniqueConstraint("entry_id"),
    )
    for table in ("audit_entry", "audit_link"):
        op.execute(f"REVOKE ALL ON {table} FROM hotline_app, hotline_read")
        op.execute(f"GRANT SELECT, INSERT ON {table} TO hotline_app")
        op.execute(f"GRANT SELECT ON {table} TO hotline_audit")
