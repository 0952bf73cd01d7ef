"""The telephone network that this installation is connected to."""

from dataclasses import dataclass
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class Provider:
    """`bases` are the addresses under which webhooks may be signed, the first one for our URLs."""

    account_sid: str
    auth_token: str
    bases: tuple[str, ...]
    transfer_number: str = ""

    @property
    def base(self) -> str:
        return self.bases[0]

    def url(self, path: str) -> str:
        return f"{self.base}/telephony/{path}"


def loopback_bases(port: int) -> tuple[str, ...]:
    return (f"http://127.0.0.1:{port}", f"http://localhost:{port}")


def known_bases(address: str, port: int, *, inside_first: bool) -> tuple[str, ...]:
    """The public address, and loopback where the network runs in this very process."""
    inside = loopback_bases(port)
    if inside_first:
        return tuple(dict.fromkeys((*inside, address)))
    is_local = urlsplit(address).hostname in ("localhost", "127.0.0.1")
    return tuple(dict.fromkeys((address, *(inside if is_local else ()))))
