"""What a host can do, as data: hosts that speak TwiML differ only in this."""

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class Capabilities:
    """`calls_per_second` is how fast the host lets us place calls."""

    speech: bool = True
    enqueue: bool = True
    conference: bool = True
    client: bool = True
    live_redirect: bool = True
    calls_per_second: float = 1.0

    @property
    def missing(self) -> tuple[str, ...]:
        """The names of what the host cannot do."""
        return tuple(name for name in WORDS if not getattr(self, name))

    @property
    def present(self) -> tuple[str, ...]:
        """The names of what it can."""
        return tuple(name for name in WORDS if getattr(self, name))

    @property
    def reaches_agents(self) -> bool:
        """Whether callers can wait in a line and be brought to an agent."""
        return self.enqueue and self.conference and self.live_redirect


WORDS = {
    "speech": "语音识别",
    "enqueue": "排队等候",
    "conference": "多方通话",
    "client": "浏览器电话",
    "live_redirect": "通话中转接",
}
"""For those who run the service."""
CARRIER = Capabilities(calls_per_second=50.0)
_HOSTS = {
    "api.twilio.com": Capabilities(),
    "signalwire.com": Capabilities(),
    "api.telnyx.com": Capabilities(client=False),
    "somleng.org": Capabilities(
        speech=False, enqueue=False, conference=False, client=False, live_redirect=False
    ),
}


def words_for(names: Iterable[str]) -> str:
    return "、".join(WORDS[name] for name in names)


def capabilities_of(address: str) -> Capabilities:
    """By the host of its REST address; a host that we do not know is taken to be whole."""
    host = urlsplit(address).hostname or ""
    known = (able for name, able in _HOSTS.items() if host == name or host.endswith(f".{name}"))
    return next(known, Capabilities())
