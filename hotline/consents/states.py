"""What may be agreed to, and what was answered."""

from enum import StrEnum


class Purpose(StrEnum):
    RECORDING = "recording"
    VENDOR_NUMBER = "vendor_number"
    PROXY = "proxy"
    SMS = "sms"
    ROBOT_CALL = "robot_call"


class Answer(StrEnum):
    """`told`: nothing to agree to, the law is the ground, but it had to be said (PIPL 13, 17)."""

    TOLD = "told"
    GIVEN = "given"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class Channel(StrEnum):
    VOICE = "voice"
    KEY = "key"
    SMS = "sms"
    PORTAL = "portal"
    AGENT = "agent"
    COUNTER = "counter"


OF_A_NUMBER = frozenset({Purpose.SMS, Purpose.ROBOT_CALL})
"""These hold for the number whatever the matter."""
