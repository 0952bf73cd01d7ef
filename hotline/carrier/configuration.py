"""What the carrier is told at its start, as one frozen value."""

from collections.abc import Callable
from dataclasses import dataclass

from starlette.requests import Request

from hotline.carrier.opt_outs import DOCUMENTED_LANGUAGE

MayUsePhone = Callable[[Request], str | None]


@dataclass(frozen=True, slots=True)
class NumberSettings:
    """A number that the carrier serves from its first start."""

    number: str
    voice_url: str | None = None
    voice_fallback_url: str | None = None
    status_callback: str | None = None
    sms_url: str | None = None
    name: str | None = None

    def webhooks(self) -> dict[str, str | None]:
        return {
            "voice_url": self.voice_url,
            "voice_fallback_url": self.voice_fallback_url,
            "status_callback": self.status_callback,
            "sms_url": self.sms_url,
        }


@dataclass(frozen=True, slots=True)
class CarrierSettings:
    """`public_url` is where its REST is reached; recordings and hold music lie under it.

    `language` is that of its own answers to STOP, START and HELP.
    """

    account_sid: str
    auth_token: str
    public_url: str
    numbers: tuple[NumberSettings, ...] = ()
    speed: float = 1.0
    is_phone_on: bool = False
    language: str = DOCUMENTED_LANGUAGE

    def resource_path(self, path: str = "") -> str:
        return f"/2010-04-01/Accounts/{self.account_sid}{path}"
