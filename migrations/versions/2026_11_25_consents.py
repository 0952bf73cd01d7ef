"""The ledger of consents, begun with what orders, proxy matters and wishes already say."""

import sqlalchemy as sa
from alembic import op

revision = "20261125_consents"
down_revision = "20261125_canned_texts"
branch_labels = None
depends_on = None

_PURPOSES = "'recording', 'vendor_number', 'proxy', 'sms', 'robot_call'"
_ANSWERS = "'told', 'given', 'refused', 'withdrawn'"
_CHANNELS = "'voice', 'key', 'sms', 'portal', 'agent', 'counter'"
_KNOWN = """
INSERT INTO consent_entry (id, at, city_id, number_blind, subject, purpose, answer, channel)
SELECT gen_random_uuid(), coalesce(consent_at, created_at), city_id, caller_blind,
    'work_order:' || id, 'vendor_number', consent, coalesce(consent_how, 'agent')
FROM work_order WHERE consent IN ('given', 'refused')
UNION ALL
SELECT gen_random_uuid(), m.authorized_at, m.city_id, t.caller_blind, 'proxy_matter:' || m.id,
    'proxy', 'given', CASE m.way WHEN 'phone' THEN 'voice' ELSE m.way END
FROM proxy_matter m JOIN ticket t ON t.id = m.ticket_id
UNION ALL
SELECT gen_random_uuid(), m.withdrawn_at, m.city_id, t.caller_blind, 'proxy_matter:' || m.id,
    'proxy', 'withdrawn', 'agent'
FROM proxy_matter m JOIN ticket t ON t.id = m.ticket_id WHERE m.withdrawn_at IS NOT NULL
UNION ALL
SELECT gen_random_uuid(), robot_declined_at, city_id, number_blind, 'resident:' || id,
    'robot_call', 'refused', 'voice'
FROM resident WHERE robot_declined_at IS NOT NULL
"""


def upgrade() -> None:
    op.create_table(
        "consent_entry",
        sa.Column("id", sa.UUID(), primary_key=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("city_id", sa.UUID(), nullable=False),
        sa.Column("number_blind", sa.LargeBinary()),
        sa.Column("subject", sa.String(64), nullable=False),
        sa.Column("purpose", sa.String(16), nullable=False),
        sa.Column("answer", sa.String(16), nullable=False),
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("wording", sa.String(80)),
        sa.Column("account_id", sa.UUID()),
        sa.CheckConstraint(f"purpose IN ({_PURPOSES})", name="ck_consent_entry_purpose"),
        sa.CheckConstraint(f"answer IN ({_ANSWERS})", name="ck_consent_entry_answer"),
        sa.CheckConstraint(f"channel IN ({_CHANNELS})", name="ck_consent_entry_channel"),
    )
    op.create_index("ix_consent_entry_subject", "consent_entry", ["subject", "id"])
    op.create_index("ix_consent_entry_number", "consent_entry", ["number_blind", "purpose", "id"])
    op.execute(_KNOWN)
    op.execute("REVOKE UPDATE, DELETE, TRUNCATE ON consent_entry FROM hotline_app")


def downgrade() -> None:
    op.drop_table("consent_entry")
