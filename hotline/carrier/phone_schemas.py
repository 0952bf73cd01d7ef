"""What the control API of the virtual phone takes."""

from pydantic import BaseModel, ConfigDict, Field

from hotline.carrier.numbers import Answer

CONFIDENCE = 0.9
# Of Chinese and emoji too, a webhook with so much still keeps below 64 KB.
LONGEST_UTTERANCE = 5000


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class NewCall(_Body):
    from_: str | None = Field(None, alias="from", min_length=1, max_length=200)
    to: str | None = Field(None, min_length=1, max_length=200)


class Utterance(_Body):
    text: str = Field(min_length=1, max_length=LONGEST_UTTERANCE)
    confidence: float = Field(CONFIDENCE, ge=0.0, le=1.0)


class Keys(_Body):
    digits: str = Field(min_length=1, max_length=100, pattern=r"^[0-9*#]+$")


class RingPlan(_Body):
    address: str = Field(min_length=1, max_length=200)
    answer: Answer


class NewText(_Body):
    body: str = Field(min_length=1, max_length=1600)
    from_: str | None = Field(None, alias="from", max_length=200)
    to: str | None = Field(None, max_length=200)


class FaultSettings(_Body):
    """Unnamed switches stay as they are."""

    drop_rate: float | None = Field(None, ge=0, le=1)
    duplicate_rate: float | None = Field(None, ge=0, le=1)
    delay_rate: float | None = Field(None, ge=0, le=1)
    delay_seconds: float | None = Field(None, ge=0, le=60)
    reorder_rate: float | None = Field(None, ge=0, le=1)
    slow_webhook_seconds: float | None = Field(None, ge=0, le=60)
    failing_rest_calls: int | None = Field(None, ge=0, le=1000)
    undelivered_messages: int | None = Field(None, ge=0, le=1000)
    silent_addresses: list[str] | None = None
