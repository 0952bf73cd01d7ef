"""The vendors' ledger, settlements, pay-outs, standing and appeals.

The ledger is only ever added to: triggers refuse a change whoever asks, and the lines of an entry
must sum to zero when the transaction commits.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "20261125_settlement"
down_revision = "20261125_stats"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)
_KINDS = (
    "kind IN ('order', 'fee', 'subsidy', 'deposit', 'deposit_return', 'compensation', 'penalty',"
    " 'correction', 'receipt', 'payout', 'freeze', 'release', 'reversal')"
)
_ACCOUNTS = (
    "account IN ('vendor', 'frozen', 'paid_directly', 'turnover', 'fee_income', 'deposit',"
    " 'supervised_bank', 'bank', 'penalty_income', 'subsidy_cost', 'adjustment')"
)
_KEPT = ("ledger_entry", "ledger_line", "settlement", "settlement_statement", "fee_rules")
_FUNCTIONS = ("ledger_is_kept", "ledger_entry_balances", "ledger_month_is_open")

_REFUSE_CHANGE = """
CREATE FUNCTION ledger_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is only ever added to', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$
"""
_CHECK_BALANCE = """
CREATE FUNCTION ledger_entry_balances() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  entry uuid := CASE TG_TABLE_NAME WHEN 'ledger_entry' THEN to_jsonb(NEW)->>'id'
                                   ELSE to_jsonb(NEW)->>'entry_id' END;
  difference bigint;
  missing bigint;
BEGIN
  SELECT coalesce(sum(cents), 0), max(e.line_count) - count(l.entry_id)
    INTO difference, missing
    FROM ledger_entry e LEFT JOIN ledger_line l ON l.entry_id = e.id WHERE e.id = entry;
  IF difference <> 0 OR missing <> 0 THEN
    RAISE EXCEPTION 'ledger entry % is out of balance by % cents, % lines missing',
      entry, difference, missing USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$
"""
_REFUSE_SETTLED_MONTH = """
CREATE FUNCTION ledger_month_is_open() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM settlement WHERE city_id = NEW.city_id
             AND month >= date_trunc('month', NEW.booked_on)::date) THEN
    RAISE EXCEPTION 'the month of % is settled', NEW.booked_on USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$
"""


def upgrade() -> None:
    for sequence in ("ledger_number", "payout_number"):
        op.execute(sa.schema.CreateSequence(sa.Sequence(sequence)))
    _create_settlement()
    _create_statement()
    _create_payout()
    _create_fee_rules()
    _create_ledger()
    _create_standing()
    _create_appeal()
    _guard_ledger()


def downgrade() -> None:
    for table in ("vendor_appeal", "vendor_standing", "ledger_line", "ledger_entry", "fee_rules",
                  "payout", "settlement_statement", "settlement"):  # fmt: skip
        op.drop_table(table)
    for function in _FUNCTIONS:
        op.execute(f"DROP FUNCTION {function}()")
    for sequence in ("ledger_number", "payout_number"):
        op.execute(sa.schema.DropSequence(sa.Sequence(sequence)))


def _create_settlement() -> None:
    op.create_table(
        "settlement",
        _key(),
        _moment("created_at"),
        _id("city_id", "organization"),
        sa.Column("month", sa.Date(), nullable=False),
        _id("made_by_id", "account", nullable=True),
        sa.CheckConstraint("extract(day FROM month) = 1", name="ck_settlement_month"),
        sa.UniqueConstraint("city_id", "month", name="uq_settlement_city_id_month"),
    )


def _create_statement() -> None:
    op.create_table(
        "settlement_statement",
        _key(),
        _id("settlement_id", "settlement"),
        _id("vendor_id", "vendor"),
        *(_text(name) for name in ("number", "vendor_name", "category")),
        sa.Column("order_count", sa.Integer(), nullable=False),
        *(_cents(f"{name}_cents") for name in
          ("turnover", "opening", "closing", "frozen", "deposit")),
        sa.Column("by_kind", postgresql.JSONB(), nullable=False),
        sa.UniqueConstraint(
            "settlement_id", "vendor_id", name="uq_settlement_statement_settlement_id_vendor_id"
        ),
        sa.UniqueConstraint("number", name="uq_settlement_statement_number"),
    )  # fmt: skip
    op.create_index("ix_settlement_statement_vendor", "settlement_statement", ["vendor_id", "id"])


def _create_payout() -> None:
    op.create_table(
        "payout",
        _key(),
        _moment("created_at"),
        _moment("updated_at"),
        _text("number"),
        _id("city_id", "organization"),
        _id("vendor_id", "vendor"),
        _id("settlement_id", "settlement", nullable=True),
        _id("work_order_id", "work_order", nullable=True),
        _text("purpose"),
        _cents("cents"),
        _text("state"),
        _id("prepared_by_id", "account"),
        _id("approved_by_id", "account", nullable=True),
        _moment("decided_at", nullable=True),
        _moment("paid_at", nullable=True),
        _text("bank_reference", nullable=True),
        _text("note"),
        _text("reason", nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state IN ('prepared', 'approved', 'paid', 'refused', 'returned')",
            name="ck_payout_state",
        ),
        sa.CheckConstraint(
            "purpose IN ('balance', 'deposit', 'compensation')", name="ck_payout_purpose"
        ),
        sa.CheckConstraint("cents > 0", name="ck_payout_cents"),
        sa.CheckConstraint(
            "approved_by_id IS NULL OR approved_by_id <> prepared_by_id",
            name="ck_payout_two_persons",
        ),
        sa.CheckConstraint(
            "state IN ('prepared', 'refused') OR approved_by_id IS NOT NULL",
            name="ck_payout_approved",
        ),
        sa.UniqueConstraint("number", name="uq_payout_number"),
    )
    op.create_index("ix_payout_city", "payout", ["city_id", "id"])
    op.create_index("ix_payout_vendor", "payout", ["vendor_id", "id"])
    op.create_index(
        "uq_payout_prepared", "payout", ["vendor_id", "purpose"], unique=True,
        postgresql_where=sa.text("state = 'prepared'"),
    )  # fmt: skip


def _create_fee_rules() -> None:
    op.create_table(
        "fee_rules",
        _key(),
        _moment("created_at"),
        _id("city_id", "organization"),
        _id("set_by_id", "account", nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("rules", postgresql.JSONB(), nullable=False),
    )
    op.create_index("ix_fee_rules_city", "fee_rules", ["city_id", "valid_from", "id"])


def _create_ledger() -> None:
    op.create_table(
        "ledger_entry",
        _key(),
        _moment("at"),
        sa.Column("number", sa.BigInteger(), nullable=False),
        _id("city_id", "organization"),
        _id("vendor_id", "vendor"),
        _text("kind"),
        sa.Column("booked_on", sa.Date(), nullable=False),
        sa.Column("payable_on", sa.Date(), nullable=False),
        sa.Column("line_count", sa.SmallInteger(), nullable=False),
        _id("work_order_id", "work_order", nullable=True),
        _id("payout_id", "payout", nullable=True),
        _id("reverses_id", "ledger_entry", nullable=True),
        _text("note"),
        _id("made_by_id", "account", nullable=True),
        sa.CheckConstraint(_KINDS, name="ck_ledger_entry_kind"),
        sa.CheckConstraint(
            "(kind = 'reversal') = (reverses_id IS NOT NULL)", name="ck_ledger_entry_reversal"
        ),
        sa.CheckConstraint("line_count >= 2", name="ck_ledger_entry_line_count"),
        sa.UniqueConstraint("number", name="uq_ledger_entry_number"),
        sa.UniqueConstraint("reverses_id", name="uq_ledger_entry_reverses_id"),
        sa.UniqueConstraint("id", "vendor_id", name="uq_ledger_entry_id_vendor_id"),
    )
    op.create_index("ix_ledger_entry_vendor", "ledger_entry", ["vendor_id", "number"])
    op.create_index("ix_ledger_entry_city", "ledger_entry", ["city_id", "booked_on"])
    op.create_index(
        "ix_ledger_entry_order", "ledger_entry", ["work_order_id"],
        postgresql_where=sa.text("work_order_id IS NOT NULL"),
    )  # fmt: skip
    op.create_table(
        "ledger_line",
        sa.Column("entry_id", sa.UUID(), primary_key=True),
        sa.Column("position", sa.SmallInteger(), primary_key=True, autoincrement=False),
        sa.Column("vendor_id", sa.UUID(), nullable=False),
        _text("account"),
        _cents("cents"),
        sa.ForeignKeyConstraint(
            ["entry_id", "vendor_id"], ["ledger_entry.id", "ledger_entry.vendor_id"],
            name="fk_ledger_line_entry",
        ),
        sa.CheckConstraint(_ACCOUNTS, name="ck_ledger_line_account"),
        sa.CheckConstraint("cents <> 0", name="ck_ledger_line_cents"),
    )  # fmt: skip
    op.create_index("ix_ledger_line_vendor", "ledger_line", ["vendor_id", "account"])


def _create_standing() -> None:
    op.create_table(
        "vendor_standing",
        _key(),
        _moment("created_at"),
        _id("city_id", "organization"),
        _id("vendor_id", "vendor"),
        sa.Column("month", sa.Date(), nullable=False),
        _text("grade"),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("satisfaction", sa.Float(), nullable=False),
        sa.Column("is_warned", sa.Boolean(), nullable=False),
        sa.Column("counts", postgresql.JSONB(), nullable=False),
        sa.CheckConstraint(
            "grade IN ('A', 'B', 'C', 'watch', 'suspended')", name="ck_vendor_standing_grade"
        ),
        sa.CheckConstraint("extract(day FROM month) = 1", name="ck_vendor_standing_month"),
        sa.UniqueConstraint("vendor_id", "month", name="uq_vendor_standing_vendor_id_month"),
    )
    op.create_index("ix_vendor_standing_city", "vendor_standing", ["city_id", "month"])


def _create_appeal() -> None:
    op.create_table(
        "vendor_appeal",
        _key(),
        _moment("created_at"),
        _moment("updated_at"),
        _id("city_id", "organization"),
        _id("vendor_id", "vendor"),
        _text("subject"),
        sa.Column("subject_id", sa.UUID(), nullable=False),
        _text("words"),
        _text("state"),
        _text("answer", nullable=True),
        _id("decided_by_id", "account", nullable=True),
        _moment("decided_at", nullable=True),
        sa.CheckConstraint(
            "subject IN ('standing', 'bar', 'entry', 'offer')", name="ck_vendor_appeal_subject"
        ),
        sa.CheckConstraint(
            "state IN ('open', 'upheld', 'dismissed')", name="ck_vendor_appeal_state"
        ),
        sa.CheckConstraint(
            "(state = 'open') = (decided_at IS NULL) AND (state = 'open' OR answer IS NOT NULL)",
            name="ck_vendor_appeal_decided",
        ),
        sa.UniqueConstraint("subject", "subject_id", name="uq_vendor_appeal_subject_subject_id"),
    )
    op.create_index("ix_vendor_appeal_vendor", "vendor_appeal", ["vendor_id", "id"])
    is_open = sa.text("state = 'open'")
    op.create_index(
        "ix_vendor_appeal_open", "vendor_appeal", ["city_id", "id"], postgresql_where=is_open
    )


def _guard_ledger() -> None:
    for function in (_REFUSE_CHANGE, _CHECK_BALANCE, _REFUSE_SETTLED_MONTH):
        op.execute(function)
    for table in _KEPT:
        op.execute(
            f"CREATE TRIGGER {table}_is_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION ledger_is_kept()"
        )
        op.execute(f"REVOKE UPDATE, DELETE ON {table} FROM hotline_app")
    op.execute("REVOKE DELETE ON payout FROM hotline_app")
    for table in ("ledger_entry", "ledger_line"):
        op.execute(
            f"CREATE CONSTRAINT TRIGGER {table}_balances AFTER INSERT ON {table} "
            "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ledger_entry_balances()"
        )
    op.execute(
        "CREATE TRIGGER ledger_month_is_open BEFORE INSERT ON ledger_entry "
        "FOR EACH ROW EXECUTE FUNCTION ledger_month_is_open()"
    )


def _key() -> sa.Column[object]:
    return sa.Column("id", sa.UUID(), primary_key=True)


def _id(name: str, target: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.UUID(), sa.ForeignKey(f"{target}.id"), nullable=nullable)


def _text(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.Text(), nullable=nullable)


def _moment(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, _MOMENT, nullable=nullable)


def _cents(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.BigInteger(), nullable=False)
