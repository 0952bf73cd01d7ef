"""The text driver: prompts are read, not heard; they last as long as their reading aloud."""

import io
import wave

from hotline.carrier.media.driver import SoundFormat
from hotline.carrier.timing import CallClock

SECONDS_A_CHARACTER = 0.22
SECONDS_A_PLAY = 3.0
SECONDS_A_TONE = 0.25
_SECONDS_OF = {"w": 0.5, "W": 1.0}
_RATE = 8_000
_SILENCE = b"\x80"
_MP3_MONO, _MP3_STEREO = b"\xff\xfb\x14\xc0", b"\xff\xfb\x14\x00"
"""Heads of frames of MPEG-1 layer III at 48 kHz and 32 kbit/s."""
_MP3_FRAME_BYTES, _MP3_FRAME_SECONDS = 96, 0.024


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

    def recording(
        self, seconds: float, form: SoundFormat = SoundFormat.WAV, *, channels: int = 1
    ) -> bytes:
        """Silence of the right length: the text driver has no sound to keep."""
        length = max(0.0, seconds)
        return (
            _silent_mp3(length, channels)
            if form is SoundFormat.MP3
            else _silent_wav(length, channels)
        )


def _silent_wav(seconds: float, channels: int) -> bytes:
    sound = io.BytesIO()
    with wave.open(sound, "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(1)
        file.setframerate(_RATE)
        file.writeframes(_SILENCE * channels * round(_RATE * seconds))
    return sound.getvalue()


def _silent_mp3(seconds: float, channels: int) -> bytes:
    """Frames without any content are silence."""
    head = _MP3_MONO if channels == 1 else _MP3_STEREO
    return head.ljust(_MP3_FRAME_BYTES, b"\0") * round(seconds / _MP3_FRAME_SECONDS)
