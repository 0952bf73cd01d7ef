"""JSON of the follow-up's terms."""

from typing import Self

from pydantic import BaseModel, ConfigDict, Field

from hotline.follow_up.tries import Terms

_DAY = 24 * 60


class FollowUpTermsIn(BaseModel):
    """`is_on` false: no robot calls, people do. Minutes from the accepted reply, and between."""

    model_config = ConfigDict(extra="forbid")

    is_on: bool = True
    first_after_minutes: int = Field(ge=10, le=_DAY)
    again_after_minutes: int = Field(ge=60, le=_DAY)


class FollowUpTermsOut(BaseModel):
    is_on: bool
    first_after_minutes: int
    again_after_minutes: int

    @classmethod
    def of(cls, terms: Terms) -> Self:
        return cls(
            is_on=terms.is_on,
            first_after_minutes=terms.first_after_minutes,
            again_after_minutes=terms.again_after_minutes,
        )
