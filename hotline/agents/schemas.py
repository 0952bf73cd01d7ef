"""JSON of seats."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from hotline.agents.models import Presence, Skill

Password = Annotated[str, StringConstraints(max_length=256, pattern=r"^[^\x00]*$")]
Reason = Annotated[str, StringConstraints(max_length=60, pattern=r"^[^\x00]*$")]
Address = Annotated[
    str,
    StringConstraints(
        max_length=200,
        pattern=r"^(client:[A-Za-z0-9._-]{1,100}|sips?:[^\s@]+@[^\s@]+|\+?\d{3,15})$",
    ),
]


class PresenceIn(BaseModel):
    model_config = ConfigDict(extra="forbid")

    state: Presence
    reason: Reason | None = None


class PresenceEvent(BaseModel):
    """What `presence.changed` carries."""

    model_config = ConfigDict(from_attributes=True)

    account_id: UUID
    display_name: str
    state: Presence
    reason: str | None
    since: datetime


class SkillsIn(BaseModel):
    model_config = ConfigDict(extra="forbid")

    skills: list[Skill] = Field(min_length=1, max_length=10)


class AddressesIn(BaseModel):
    """Telephones in the order in which they are tried."""

    model_config = ConfigDict(extra="forbid")

    addresses: list[Address] = Field(min_length=1, max_length=5)
    password: Password = Field(description="操作人的密码：改动话机须再次验证身份")


class SeatOut(PresenceEvent):
    """`next_state` is what comes after the talk; `call_id` the call that is offered or taken."""

    organization_id: UUID
    next_state: Presence | None
    takes_calls: bool
    skills: list[Skill]
    call_id: UUID | None
    wrap_up_until: datetime | None


class OwnSeatOut(SeatOut):
    """One's own telephones, in the order in which they are tried."""

    addresses: list[str]


class PhoneTokenOut(BaseModel):
    """With it the browser is rung at `client:<identity>` for so many seconds."""

    token: str
    identity: str
    seconds: int


class SeatPage(BaseModel):
    items: list[SeatOut]
    next: str | None = None
