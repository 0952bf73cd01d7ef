"""How often somebody may do something, by device and by address: in this node's memory, forgotten.

Many people stand behind the one address of a school or of a mobile network, and one telephone
wanders from address to address: neither alone is somebody.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from hotline.portal.allowance import Allowance

_CROWD = 10


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sends a form; `device` is what its cookie says, None without a valid one."""

    address: str
    device: str | None = None


class Limit:
    """A device has `most` within `span`, from wherever; an address `crowd` times as many.

    Whoever brings no device shares `most` with all others of the address that bring none.
    """

    def __init__(self, most: int, span: timedelta, *, crowd: int = _CROWD) -> None:
        self._most = most
        self._devices = Allowance(most, span)
        self._strangers = Allowance(most, span)
        self._addresses = Allowance(most * crowd, span)

    def is_used_up(self, sender: Sender, now: datetime) -> bool:
        own, key = self._own(sender)
        return own.is_used_up(key, now) or self._addresses.is_used_up(sender.address, now)

    def share(self, sender: Sender, now: datetime) -> float:
        """How much is used of what one alone has: a crowd goes past 1 and is asked for work."""
        own, key = self._own(sender)
        return max(own.count(key, now), self._addresses.count(sender.address, now)) / self._most

    def use(self, sender: Sender, now: datetime) -> None:
        own, key = self._own(sender)
        own.use(key, now)
        self._addresses.use(sender.address, now)

    def take(self, sender: Sender, now: datetime) -> bool:
        """Use one in the same breath as asking, so that many at once pass no more than there are;
        False where all are used."""
        if self.is_used_up(sender, now):
            return False
        self.use(sender, now)
        return True

    def _own(self, sender: Sender) -> tuple[Allowance, str]:
        if sender.device is None:
            return self._strangers, sender.address
        return self._devices, sender.device
