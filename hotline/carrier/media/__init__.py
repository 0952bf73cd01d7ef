"""Media drivers: how a prompt reaches a party.

`driver.py` is the interface; `text.py` is the driver of the virtual phone and of the tests.
A driver returns when the party has heard what was sent. Start in `driver.py`.
"""

from hotline.carrier.media.driver import MediaDriver, SoundFormat
from hotline.carrier.media.text import TextDriver

__all__ = ["MediaDriver", "SoundFormat", "TextDriver"]
