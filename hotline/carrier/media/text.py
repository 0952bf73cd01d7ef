"""The text driver: prompts are read, not heard; they last as long as their reading aloud."""

import io
import wave

from hotline.carrier.timing import CallClock

SECONDS_A_CHARACTER = 0.22
SECONDS_A_PLAY = 3.0
SECONDS_A_TONE = 0.25
_SECONDS_OF = {"w": 0.5, "W": 1.0}
_RATE = 8_000
_SILENCE = b"\x80"


class TextDriver:
    def __init__(self, clock: CallClock) -> None:
        self._clock = clock

    async def say(self, call_sid: str, text: str, *, voice: str, language: str) -> None:
        await self._clock.sleep(len(text) * SECONDS_A_CHARACTER)

    async def play(self, call_sid: str, url: str) -> None:
        await self._clock.sleep(SECONDS_A_PLAY)

    async def send_digits(self, call_sid: str, digits: str) -> None:
        seconds = sum(_SECONDS_OF.get(mark, SECONDS_A_TONE) for mark in digits)
        await self._clock.sleep(seconds)

    def recording(self, seconds: float) -> bytes:
        """Silence of the right length: the text driver has no sound to keep."""
        sound = io.BytesIO()
        with wave.open(sound, "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(1)
            file.setframerate(_RATE)
            file.writeframes(_SILENCE * round(_RATE * max(0.0, seconds)))
        return sound.getvalue()
