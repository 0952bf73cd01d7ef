"""Work orders, offers and their history (insert and select only); vendors' files and links."""

from collections.abc import Callable, Iterable

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "20261125_dispatch"
down_revision = "20261125_attachments"
branch_labels = None
depends_on = None

_TABLES = (
    "dispatch_code", "vendor_link", "work_order_history", "work_order_offer", "work_order",
    "vendor_bar", "vendor_review", "vendor_document", "vendor_worker", "vendor_file",
)  # fmt: skip

_STATES = (
    "state IN ('to_offer', 'offered', 'unplaced', 'accepted', 'on_the_way', 'arrived', 'quoted',"
    " 'in_service', 'to_accept', 'to_pay', 'completed', 'rated', 'rework', 'disputed',"
    " 'cancelled')"
)


def upgrade() -> None:
    op.add_column("vendor", _moment("silenced_at", nullable=True))
    op.execute(sa.schema.CreateSequence(sa.Sequence("work_order_number")))
    _create_vendor_file()
    _create_vendor_worker()
    _create_vendor_document()
    _create_vendor_review()
    _create_vendor_bar()
    _create_work_order()
    _create_work_order_offer()
    _create_work_order_history()
    _create_vendor_link()
    _create_dispatch_code()
    op.execute("REVOKE UPDATE, DELETE ON work_order_history FROM hotline_app")


def downgrade() -> None:
    for table in _TABLES:
        op.drop_table(table)
    op.execute(sa.schema.DropSequence(sa.Sequence("work_order_number")))
    op.drop_column("vendor", "silenced_at")


def _each(
    make: Callable[..., sa.Column], names: str, *, nullable: bool = False
) -> Iterable[sa.Column]:
    return (make(name, nullable=nullable) for name in names.split())


def _record() -> Iterable[sa.Column]:
    yield sa.Column("id", sa.UUID(), primary_key=True)
    yield from _each(_moment, "created_at updated_at")


def _id(name: str, target: str, *, nullable: bool = False, primary_key: bool = False) -> sa.Column:
    key = sa.ForeignKey(f"{target}.id")
    return sa.Column(name, sa.UUID(), key, nullable=nullable, primary_key=primary_key)


def _plain_id(name: str, *, nullable: bool = False, primary_key: bool = False) -> sa.Column:
    return sa.Column(name, sa.UUID(), nullable=nullable, primary_key=primary_key)


def _text(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.Text(), nullable=nullable)


def _moment(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _whole(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.Integer(), nullable=nullable)


def _sealed(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.LargeBinary(), nullable=nullable)


def _flag(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.Boolean(), nullable=nullable)


def _json(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, postgresql.JSONB(), nullable=nullable)


def _day(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.Date(), nullable=nullable)


def _real(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.Double(), nullable=nullable)


def _create_vendor_file() -> None:
    op.create_table(
        "vendor_file",
        _id("vendor_id", "vendor", primary_key=True),
        *_each(_moment, "created_at updated_at"),
        _id("city_id", "organization"),
        *_each(_text, "legal_name credit_code", nullable=True),
        _text("channel"),
        _sealed("phone_sealed"),
        _text("phone_masked"),
        _sealed("phone_blind"),
        _whole("silent_turns"),
        _moment("cooling_until", nullable=True),
        _day("renew_on", nullable=True),
        _whole("reminded_days", nullable=True),
        sa.CheckConstraint("channel IN ('sms_link', 'sms_reply', 'call')", name="channel"),
    )
    op.create_index("ix_vendor_file_phone", "vendor_file", ["phone_blind"])


def _create_vendor_worker() -> None:
    op.create_table(
        "vendor_worker",
        *_record(),
        _id("vendor_id", "vendor"),
        _sealed("name_sealed"),
        _text("name_masked"),
        *_each(_sealed, "identity_sealed identity_blind"),
        _text("identity_masked"),
        _text("badge"),
        _id("photo_id", "attachment", nullable=True),
        _text("state"),
        sa.CheckConstraint("state IN ('submitted', 'valid', 'refused', 'replaced')", name="state"),
    )
    op.create_index("ix_vendor_worker_vendor", "vendor_worker", ["vendor_id", "id"])


def _create_vendor_document() -> None:
    op.create_table(
        "vendor_document",
        *_record(),
        _id("vendor_id", "vendor"),
        _id("worker_id", "vendor_worker", nullable=True),
        *_each(_text, "kind number issuer"),
        _day("expires_on"),
        _id("attachment_id", "attachment", nullable=True),
        _text("state"),
        _whole("reminded_days", nullable=True),
        sa.CheckConstraint("state IN ('submitted', 'valid', 'refused', 'replaced')", name="state"),
    )
    valid = sa.text("state = 'valid'")
    op.create_index(
        "ix_vendor_document_expiry", "vendor_document", ["expires_on"], postgresql_where=valid
    )
    op.create_index("ix_vendor_document_vendor", "vendor_document", ["vendor_id", "id"])


def _create_vendor_review() -> None:
    op.create_table(
        "vendor_review",
        *_record(),
        _id("vendor_id", "vendor"),
        _id("city_id", "organization"),
        *_each(_text, "subject state"),
        _plain_id("subject_id"),
        _id("submitted_by_id", "account", nullable=True),
        _id("collected_by_id", "account", nullable=True),
        _moment("collected_at", nullable=True),
        _text("collected_note", nullable=True),
        _moment("notice_until", nullable=True),
        _id("approved_by_id", "account", nullable=True),
        _moment("decided_at", nullable=True),
        _text("reason", nullable=True),
        sa.CheckConstraint(
            "subject IN ('admission', 'renewal', 'document', 'worker')", name="subject"
        ),
        sa.CheckConstraint(
            "state IN ('submitted', 'collected', 'in_notice', 'approved', 'refused')", name="state"
        ),
        sa.CheckConstraint(
            "approved_by_id IS NULL OR approved_by_id <> collected_by_id", name="two_persons"
        ),
    )
    op.create_index("ix_vendor_review_vendor", "vendor_review", ["vendor_id", "id"])
    op.create_index(
        "uq_vendor_review_open",
        "vendor_review",
        ["subject_id"],
        unique=True,
        postgresql_where=sa.text("state NOT IN ('approved', 'refused')"),
    )


def _create_vendor_bar() -> None:
    op.create_table(
        "vendor_bar",
        *_record(),
        _id("vendor_id", "vendor"),
        _id("worker_id", "vendor_worker", nullable=True),
        _text("kind"),
        _sealed("resident_blind", nullable=True),
        *_each(_text, "reason_code reason"),
        _json("evidence"),
        _moment("since"),
        _moment("until", nullable=True),
        _id("set_by_id", "account", nullable=True),
        _moment("lifted_at", nullable=True),
        _id("lifted_by_id", "account", nullable=True),
        _text("lift_reason", nullable=True),
        sa.CheckConstraint("kind IN ('suspension', 'blacklist', 'resident')", name="kind"),
    )
    op.create_index(
        "ix_vendor_bar_until",
        "vendor_bar",
        ["until"],
        postgresql_where=sa.text("lifted_at IS NULL"),
    )
    op.create_index("ix_vendor_bar_vendor", "vendor_bar", ["vendor_id", "id"])


def _create_work_order() -> None:
    op.create_table(
        "work_order",
        *_record(),
        _text("number"),
        _whole("version"),
        _text("state"),
        _text("urgency"),
        _id("city_id", "organization"),
        _id("district_id", "organization"),
        _id("ticket_id", "ticket"),
        _plain_id("call_id", nullable=True),
        *_each(_text, "entry_key service category needs"),
        _sealed("caller_sealed", nullable=True),
        _text("caller_masked", nullable=True),
        _sealed("caller_blind", nullable=True),
        _sealed("address_sealed", nullable=True),
        _text("address_masked", nullable=True),
        _real("lat", nullable=True),
        _real("lon", nullable=True),
        _text("wanted_when", nullable=True),
        _moment("appointment_at", nullable=True),
        _flag("is_elder"),
        _text("consent"),
        _moment("consent_at", nullable=True),
        _text("consent_how", nullable=True),
        _whole("seed"),
        _whole("offer_count"),
        _id("chosen_vendor_id", "vendor", nullable=True),
        _id("vendor_id", "vendor", nullable=True),
        _id("worker_id", "vendor_worker", nullable=True),
        _whole("list_min_cents", nullable=True),
        _whole("list_max_cents", nullable=True),
        _text("list_unit", nullable=True),
        _whole("quote_cents", nullable=True),
        _real("quote_quantity", nullable=True),
        _text("quote_note", nullable=True),
        _text("quote_basis", nullable=True),
        _moment("quote_confirmed_at", nullable=True),
        _whole("amount_cents", nullable=True),
        _moment("opened_at"),
        *_each(
            _moment,
            "accepted_at on_the_way_at arrived_at done_at resident_accepted_at paid_at"
            " ended_at warranty_until step_due_at",
            nullable=True,
        ),
        _whole("rating", nullable=True),
        _text("rating_words", nullable=True),
        _moment("rated_at", nullable=True),
        _text("reason_code", nullable=True),
        _whole("rework_count"),
        _text("before_dispute", nullable=True),
        sa.CheckConstraint("rating IS NULL OR rating BETWEEN 1 AND 5", name="rating"),
        sa.UniqueConstraint("number"),
        sa.CheckConstraint("consent IN ('given', 'refused', 'unasked')", name="consent"),
        sa.CheckConstraint("urgency IN ('normal', 'urgent')", name="urgency"),
        sa.CheckConstraint(_STATES, name="state"),
    )
    _index_work_order()


def _index_work_order() -> None:
    op.create_index(
        "ix_work_order_caller",
        "work_order",
        ["caller_blind"],
        postgresql_where=sa.text("caller_blind IS NOT NULL"),
    )
    op.create_index("ix_work_order_category", "work_order", ["city_id", "category", "accepted_at"])
    op.create_index("ix_work_order_district", "work_order", ["district_id", "id"])
    op.create_index(
        "ix_work_order_due",
        "work_order",
        ["step_due_at"],
        postgresql_where=sa.text("step_due_at IS NOT NULL"),
    )
    op.create_index("ix_work_order_state", "work_order", ["state", "id"])
    op.create_index("ix_work_order_vendor", "work_order", ["vendor_id", "id"])
    op.create_index(
        "uq_work_order_ticket",
        "work_order",
        ["ticket_id"],
        unique=True,
        postgresql_where=sa.text("state <> 'cancelled'"),
    )


def _create_work_order_offer() -> None:
    op.create_table(
        "work_order_offer",
        *_record(),
        _id("order_id", "work_order"),
        _id("vendor_id", "vendor"),
        _whole("turn"),
        _text("state"),
        _text("channel"),
        _json("reason"),
        _moment("expires_at"),
        _moment("sent_at", nullable=True),
        _plain_id("message_id", nullable=True),
        _text("call_sid", nullable=True),
        _moment("answered_at", nullable=True),
        *_each(_text, "answered_by decline_code decline_note", nullable=True),
        sa.CheckConstraint(
            "state IN ('open', 'accepted', 'declined', 'expired', 'failed', 'withdrawn')",
            name="state",
        ),
        sa.CheckConstraint("channel IN ('sms_link', 'sms_reply', 'call')", name="channel"),
    )
    op.create_index("ix_work_order_offer_order", "work_order_offer", ["order_id", "id"])
    op.create_index("ix_work_order_offer_vendor", "work_order_offer", ["vendor_id", "state", "id"])
    op.create_index(
        "uq_work_order_offer_open",
        "work_order_offer",
        ["order_id"],
        unique=True,
        postgresql_where=sa.text("state = 'open'"),
    )


def _create_work_order_history() -> None:
    op.create_table(
        "work_order_history",
        _plain_id("id", primary_key=True),
        _moment("at"),
        _id("order_id", "work_order"),
        _text("name"),
        _text("move", nullable=True),
        _text("actor_kind"),
        _id("actor_id", "account", nullable=True),
        _text("actor_name"),
        _id("vendor_id", "vendor", nullable=True),
        _id("organization_id", "organization", nullable=True),
        _text("from_state", nullable=True),
        _text("to_state"),
        _text("reason_code", nullable=True),
        _text("note", nullable=True),
        _json("before"),
        _json("after"),
    )
    op.create_index("ix_work_order_history_order", "work_order_history", ["order_id", "id"])


def _create_vendor_link() -> None:
    op.create_table(
        "vendor_link",
        *_record(),
        _id("vendor_id", "vendor"),
        _text("purpose"),
        _id("order_id", "work_order", nullable=True),
        _id("offer_id", "work_order_offer", nullable=True),
        _sealed("token_hash"),
        _moment("expires_at"),
        sa.CheckConstraint("purpose IN ('offer', 'order', 'home', 'session')", name="purpose"),
        sa.UniqueConstraint("token_hash"),
    )
    op.create_index(
        "ix_vendor_link_order",
        "vendor_link",
        ["order_id"],
        postgresql_where=sa.text("order_id IS NOT NULL"),
    )
    op.create_index("ix_vendor_link_vendor_id", "vendor_link", ["vendor_id"])


def _create_dispatch_code() -> None:
    op.create_table(
        "dispatch_code",
        *_record(),
        _text("purpose"),
        _plain_id("subject_id"),
        _sealed("code_hash"),
        _moment("expires_at"),
        _whole("tries"),
        _moment("used_at", nullable=True),
        sa.CheckConstraint("purpose IN ('quote', 'sign_in')", name="purpose"),
    )
    op.create_index("ix_dispatch_code_subject", "dispatch_code", ["subject_id", "purpose", "id"])
