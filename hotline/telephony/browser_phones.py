"""Telephones in agents' browsers where Twilio carries the calls: tokens, and what they may reach.

The embedded carrier has a text telephone of its own; other hosts ring a telephone on the desk.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from twilio.jwt.access_token import AccessToken
from twilio.jwt.access_token.grants import VoiceGrant

from hotline.settings import Settings, Telephony

SECONDS = 3600
CLIENT = "client:"
SIGNALS = "wss://voice-js.roaming.twilio.com https://eventgw.twilio.com"
SOUNDS = "https://sdk.twilio.com"


@dataclass(frozen=True, slots=True)
class TokenIssuer:
    """Signs with an API key, which can be taken back without changing the account's token."""

    account_sid: str
    key_sid: str
    key_secret: str

    def token(self, identity: str) -> str:
        """Lets a browser be rung as `client:<identity>`, and place no calls."""
        token = AccessToken(
            self.account_sid, self.key_sid, self.key_secret, identity=identity, ttl=SECONDS
        )
        token.add_grant(VoiceGrant(incoming_allow=True))
        return str(token.to_jwt())


def issuer_of(settings: Settings) -> TokenIssuer | None:
    """None where agents have no telephone in the browser, or another one."""
    key_sid, secret = settings.twilio_api_key_sid, settings.twilio_api_key_secret
    is_twilio = settings.telephony is Telephony.TWILIO and not settings.twilio_api_url
    if not is_twilio or not settings.twilio_account_sid or not key_sid or secret is None:
        return None
    return TokenIssuer(settings.twilio_account_sid, key_sid, secret.get_secret_value())


def own_identity(username: str, addresses: Sequence[str]) -> str | None:
    """The name under which the browser is rung: the agent's own, if the seat is rung there.

    Any other `client:` address is another agent's telephone, whoever wrote it into the seat.
    """
    return username if f"{CLIENT}{username}" in addresses else None
