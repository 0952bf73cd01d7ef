"""The music of the waiting line: a few soft tones that we make ourselves, so no licence is owed."""

import io
import math
import struct
import wave
from functools import cache

RATE = 8_000
_NOTE_SECONDS = 0.8
_MELODY = (392.0, 440.0, 523.25, 587.33, 523.25, 440.0, 392.0, 329.63)
_LOUDNESS = 0.18


@cache
def waiting_music() -> bytes:
    """A WAV file, 8 kHz mono 16 bit, about six seconds of a pentatonic phrase."""
    samples: list[int] = []
    for pitch in _MELODY:
        samples += _note(pitch)
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(struct.pack(f"<{len(samples)}h", *samples))
    return buffer.getvalue()


def _note(pitch: float) -> list[int]:
    """One plucked tone: it rises in 20 ms and fades to its end."""
    count = int(RATE * _NOTE_SECONDS)
    return [_sample(pitch, place / RATE) for place in range(count)]


def _sample(pitch: float, at: float) -> int:
    envelope = min(at / 0.02, 1.0) * math.exp(-3.0 * at)
    tone = math.sin(2 * math.pi * pitch * at) + 0.3 * math.sin(4 * math.pi * pitch * at)
    return int(32_767 * _LOUDNESS * envelope * tone)
