"""Editing of the directory: versions, drafts, corrections, proven numbers, files; announcements."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "20261125_editing"
down_revision = "20261125_dispatch"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)
_ENTRY_COLUMNS = ("hours", "contacts", "places", "number", "verified_on", "verify_by", "expires_on")


def upgrade() -> None:
    _entries()
    _versions()
    _drafts()
    _corrections()
    _imports()
    _announcements()


def downgrade() -> None:
    for table in (
        "announcement",
        "entry_import",
        "number_proof",
        "correction",
        "entry_draft",
        "entry_version",
    ):
        op.drop_table(table)
    op.drop_index("ix_directory_entry_verify_by", "directory_entry")
    for column in _ENTRY_COLUMNS:
        op.drop_column("directory_entry", column)


def _entries() -> None:
    """Entries of older installations count as verified on the day that they bear."""
    empty, none = sa.text("'[]'::jsonb"), sa.text("0")
    lists = [
        sa.Column(name, postgresql.JSONB(), nullable=False, server_default=empty)
        for name in ("contacts", "places")
    ]
    number = sa.Column("number", sa.Integer(), nullable=False, server_default=none)
    for column in (*lists, number):
        op.add_column("directory_entry", column)
        op.alter_column("directory_entry", column.name, server_default=None)
    op.add_column("directory_entry", sa.Column("hours", sa.Text()))
    for name in ("verified_on", "verify_by", "expires_on"):
        op.add_column("directory_entry", sa.Column(name, sa.Date()))
    op.execute("UPDATE directory_entry SET verified_on = updated_on, verify_by = updated_on + 300")
    op.create_index("ix_directory_entry_verify_by", "directory_entry", ["verify_by"])


def _versions() -> None:
    op.create_table(
        "entry_version",
        sa.Column("entry_id", sa.UUID(), sa.ForeignKey("directory_entry.id"), primary_key=True),
        sa.Column("number", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("content", postgresql.JSONB(), nullable=False),
        *_text("source", "note"),
        sa.Column("published_at", _MOMENT, nullable=False),
        _account("author_id"),
        _account("reviewer_id"),
        sa.CheckConstraint("source IN ('import', 'edit', 'withdraw', 'expire')", name="source"),
    )
    op.execute("REVOKE UPDATE, DELETE ON entry_version FROM hotline_app")


def _drafts() -> None:
    states = "state IN ('draft', 'in_review', 'returned', 'published', 'discarded')"
    op.create_table(
        "entry_draft",
        *_record(),
        *_text("entry_key", "note", "decision_note"),
        *_short("purpose", "state"),
        sa.Column("base_number", sa.Integer(), nullable=False),
        sa.Column("content", postgresql.JSONB(), nullable=False),
        sa.Column("verify_by", sa.Date()),
        sa.Column("expires_on", sa.Date()),
        _account("author_id"),
        sa.Column("contributors", postgresql.JSONB(), nullable=False),
        sa.Column("submitted_at", _MOMENT),
        sa.Column("decided_at", _MOMENT),
        _account("decided_by_id"),
        sa.Column("published_number", sa.Integer()),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(states, name="state"),
        sa.CheckConstraint("purpose IN ('change', 'withdraw')", name="purpose"),
    )
    is_open = sa.text("state IN ('draft', 'in_review', 'returned')")
    op.create_index(
        "uq_entry_draft_open", "entry_draft", ["city_id", "entry_key"], unique=True,
        postgresql_where=is_open,
    )  # fmt: skip
    op.create_index("ix_entry_draft_organization_id", "entry_draft", ["organization_id", "id"])


def _corrections() -> None:
    op.create_table(
        "correction",
        *_record(),
        sa.Column("entry_id", sa.UUID(), sa.ForeignKey("directory_entry.id"), nullable=False),
        *_short("kind", "state"),
        *_text("note", "settled_note"),
        sa.Column("reported_count", sa.Integer(), nullable=False),
        _account("reported_by_id"),
        sa.Column("due_at", _MOMENT, nullable=False),
        sa.Column("reminded_at", _MOMENT),
        sa.Column("settled_at", _MOMENT),
        _account("settled_by_id"),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("kind IN ('wrong', 'failed_transfer', 'verify')", name="kind"),
        sa.CheckConstraint("state IN ('open', 'fixed', 'rejected')", name="state"),
    )
    op.create_index(
        "uq_correction_open", "correction", ["entry_id", "kind"], unique=True,
        postgresql_where=sa.text("state = 'open'"),
    )  # fmt: skip
    columns = ["organization_id", "state", "due_at"]
    op.create_index("ix_correction_organization_id", "correction", columns)
    op.create_table(
        "number_proof",
        sa.Column("entry_id", sa.UUID(), sa.ForeignKey("directory_entry.id"), primary_key=True),
        sa.Column("number", sa.Text(), primary_key=True),
        sa.Column("proven_at", _MOMENT),
        sa.Column("failed_at", _MOMENT),
        sa.Column("failures", sa.Integer(), nullable=False),
    )


def _imports() -> None:
    states = (
        "state IN ('checking', 'faulty', 'checked', 'submitted', 'applying', 'applied',"
        " 'discarded')"
    )
    op.create_table(
        "entry_import",
        *_record(),
        _account("author_id"),
        _account("reviewer_id"),
        *_text("name"),
        sa.Column("format", sa.String(8), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        *_short("state"),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("done", "total")),
        *(sa.Column(name, postgresql.JSONB(), nullable=False) for name in ("faults", "changes")),
        sa.Column("unchanged_count", sa.Integer(), nullable=False),
        sa.Column("settled_at", _MOMENT),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(states, name="state"),
        sa.CheckConstraint("format IN ('xlsx', 'jsonl')", name="format"),
    )
    op.create_index("ix_entry_import_organization_id", "entry_import", ["organization_id", "id"])


def _announcements() -> None:
    op.create_table(
        "announcement",
        *_record(),
        sa.Column("district_id", sa.UUID(), sa.ForeignKey("organization.id")),
        *_text("title", "spoken", "details"),
        *_short("spoken_at"),
        *(
            sa.Column(name, postgresql.JSONB(), nullable=False)
            for name in ("entry_keys", "families")
        ),
        sa.Column("is_on_portal", sa.Boolean(), nullable=False),
        sa.Column("starts_at", _MOMENT, nullable=False),
        sa.Column("ends_at", _MOMENT, nullable=False),
        sa.Column("withdrawn_at", _MOMENT),
        _account("author_id"),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("spoken_at IN ('greeting', 'match', 'silent')", name="spoken_at"),
        sa.CheckConstraint("char_length(spoken) <= 80", name="spoken_length"),
        sa.CheckConstraint("starts_at < ends_at", name="span"),
    )
    op.create_index("ix_announcement_city_id", "announcement", ["city_id", "ends_at"])
    op.create_index("ix_announcement_organization_id", "announcement", ["organization_id", "id"])


def _record() -> list[sa.Column[object]]:
    return [
        sa.Column("id", sa.UUID(), primary_key=True),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("updated_at", _MOMENT, nullable=False),
        sa.Column("city_id", sa.UUID(), sa.ForeignKey("organization.id"), nullable=False),
        sa.Column("organization_id", sa.UUID(), sa.ForeignKey("organization.id"), nullable=False),
    ]


def _text(*names: str) -> list[sa.Column[object]]:
    return [sa.Column(name, sa.Text(), nullable=False) for name in names]


def _short(*names: str) -> list[sa.Column[object]]:
    return [sa.Column(name, sa.String(16), nullable=False) for name in names]


def _account(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.UUID(), sa.ForeignKey("account.id"))
