"""Names of things: two letters and 32 hexadecimal digits, as the documented patterns want them."""

import secrets
from enum import StrEnum


class Prefix(StrEnum):
    CALL = "CA"
    CONFERENCE = "CF"
    MESSAGE = "SM"
    NUMBER = "PN"
    OPT_OUT = "OO"
    QUEUE = "QU"
    RECORDING = "RE"
    TRANSCRIPTION = "TR"


def new_sid(prefix: Prefix) -> str:
    return prefix.value + secrets.token_hex(16)
