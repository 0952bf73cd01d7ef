"""Rows of people, their roles and their sessions."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Computed,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from hotline import clock
from hotline.db import Base, Record, uuid7

ROLE_TO_DUTY = (
    "CASE role WHEN 'system_admin' THEN 'system' WHEN 'security_admin' THEN 'security'"
    " WHEN 'audit_admin' THEN 'audit' ELSE 'service' END"
)
_ROLES = (
    "role IN ('agent', 'dispatcher', 'district_supervisor', 'city_supervisor', 'unit_handler',"
    " 'directory_editor', 'system_admin', 'security_admin', 'audit_admin')"
)


class Account(Record, Base):
    """`duty` is set by the first role; `totp_step` is the last step of time that was used up.

    `enabled_at` is when it was given back last, `disabled_why` null where somebody took it away.
    """

    __tablename__ = "account"
    __table_args__ = (
        UniqueConstraint("id", "duty"),
        CheckConstraint("duty IN ('service', 'system', 'security', 'audit')", name="duty"),
        CheckConstraint("username = lower(username)", name="username"),
    )

    username: Mapped[str] = mapped_column(unique=True)
    display_name: Mapped[str]
    password_hash: Mapped[str]
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"), index=True)
    duty: Mapped[str | None]
    disabled_at: Mapped[datetime | None]
    disabled_why: Mapped[str | None] = mapped_column(String(16))
    enabled_at: Mapped[datetime | None]
    must_change_password: Mapped[bool] = mapped_column(default=False)
    password_set_at: Mapped[datetime | None] = mapped_column(default=clock.now)
    totp_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    totp_confirmed_at: Mapped[datetime | None]
    totp_step: Mapped[int | None] = mapped_column(BigInteger)


class PastPassword(Base):
    """A password that was replaced; only the last few stay."""

    __tablename__ = "past_password"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), index=True)
    password_hash: Mapped[str]


class RoleBinding(Record, Base):
    """A role for an organization and all below it.

    The foreign key over (account, duty) keeps administrators apart: a role of another duty than
    the account's is refused by the database, whatever the service does.
    """

    __tablename__ = "role_binding"
    __table_args__ = (
        UniqueConstraint("account_id", "role", "organization_id"),
        ForeignKeyConstraint(["account_id", "duty"], ["account.id", "account.duty"]),
        CheckConstraint(_ROLES, name="role"),
    )

    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    role: Mapped[str]
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"), index=True)
    duty: Mapped[str] = mapped_column(Computed(ROLE_TO_DUTY, persisted=True))


class AccountIdentity(Record, Base):
    """The same person at the city's provider of identities: issuer and subject."""

    __tablename__ = "account_identity"
    __table_args__ = (
        UniqueConstraint("issuer", "subject"),
        UniqueConstraint("account_id", "issuer"),
    )

    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    issuer: Mapped[str]
    subject: Mapped[str]


class PasswordReset(Record, Base):
    """A link by which the holder of an account chooses a new password, once; kept as its hash."""

    __tablename__ = "password_reset"

    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), index=True)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class AccountSession(Base):
    """Someone who is signed in. The token itself is nowhere but in the cookie."""

    __tablename__ = "account_session"
    __table_args__ = (
        Index("ix_account_session_live", "account_id", postgresql_where=text("ended_at IS NULL")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    seen_at: Mapped[datetime] = mapped_column(default=clock.now)
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    end_reason: Mapped[str | None]
    address: Mapped[str | None]
    user_agent: Mapped[str]


class SignInFailure(Base):
    """A refused attempt; the name is kept as a keyed hash, it may be a password typed amiss."""

    __tablename__ = "sign_in_failure"
    __table_args__ = (
        Index("ix_sign_in_failure_name", "name_hash", "at"),
        Index("ix_sign_in_failure_address", "address", "at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    at: Mapped[datetime] = mapped_column(default=clock.now)
    name_hash: Mapped[bytes] = mapped_column(LargeBinary)
    address: Mapped[str]
