"""JSON of accounts and sessions."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from hotline.accounts.roles import Role
from hotline.organizations.schemas import OrganizationRef

# NUL cannot be stored by PostgreSQL.
Line = Annotated[str, StringConstraints(max_length=256, pattern=r"^[^\x00]*$")]


class _In(BaseModel):
    model_config = ConfigDict(extra="forbid")


class SignInIn(_In):
    username: Line
    password: Line
    totp: Annotated[str, StringConstraints(pattern=r"^\d{6}$")] | None = None


class PasswordIn(_In):
    current_password: Line
    new_password: Line


class ConfirmIn(_In):
    password: Line


class CodeIn(_In):
    code: Annotated[str, StringConstraints(pattern=r"^\d{6}$")]


class SecondFactorOut(BaseModel):
    """`uri` is for an authenticator's QR code."""

    uri: str


class RoleOut(BaseModel):
    role: Role
    organization: OrganizationRef


class PresenceOut(BaseModel):
    state: str
    reason: str | None
    since: datetime


class Me(BaseModel):
    account_id: UUID
    username: str
    display_name: str
    roles: list[RoleOut]
    scopes: list[str]
    organization: OrganizationRef
    presence: PresenceOut | None
    must_change_password: bool
    must_enroll_totp: bool


class SessionOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: UUID
    created_at: datetime
    seen_at: datetime
    expires_at: datetime
    address: str | None
    user_agent: str
    is_current: bool = False


class SessionPage(BaseModel):
    items: list[SessionOut]
    next: str | None = None


class AccountIn(_In):
    username: Line
    display_name: Line
    organization_id: UUID


class AccountQuery(_In):
    """`after` is the cursor of the page before: a username."""

    after: Line = ""
    limit: int = Field(50, ge=1, le=200)


class AccountOut(BaseModel):
    id: UUID
    username: str
    display_name: str
    organization_id: UUID
    roles: list[RoleOut]
    disabled_at: datetime | None
    disabled_why: Literal["unused"] | None
    last_used_at: datetime | None
    has_second_factor: bool


class FirstPasswordOut(BaseModel):
    """Told this once; it has to be changed at the first sign-in, and ends at `expires_at`."""

    password: str
    expires_at: datetime


class AccountMade(AccountOut):
    first_password: FirstPasswordOut


class AccountPage(BaseModel):
    """`unused_count`: how many were disabled because nobody used them, on all pages."""

    items: list[AccountOut]
    next: str | None
    unused_count: int


class RoleIn(_In):
    role: Role
    organization_id: UUID


class ResetLinkOut(BaseModel):
    """`path` is for the holder of the account alone; it opens once, until `expires_at`."""

    path: str
    expires_at: datetime


class ChosenPasswordIn(_In):
    token: Line
    new_password: Line


class AccountDisabled(BaseModel):
    """`why` where nobody decided it."""

    id: UUID
    why: str | None
