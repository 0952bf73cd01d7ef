"""The interface between verbs and the way in which a party hears and is recorded."""

from enum import StrEnum
from typing import Protocol


class SoundFormat(StrEnum):
    WAV = "wav"
    MP3 = "mp3"


class MediaDriver(Protocol):
    """Every method returns when the sound has ended, and can be cancelled at any moment."""

    async def say(self, call_sid: str, text: str, *, voice: str, language: str) -> None: ...
    async def play(self, call_sid: str, url: str) -> None: ...
    async def send_digits(self, call_sid: str, digits: str) -> None: ...
    def recording(
        self, seconds: float, form: SoundFormat = SoundFormat.WAV, *, channels: int = 1
    ) -> bytes:
        """What was recorded, as a file."""
        ...
