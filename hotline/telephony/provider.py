"""The telephone network that this installation is connected to."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from hotline.settings import Settings

_LOOPBACK_TOO = ("127.0.0.1", "localhost", "0.0.0.0", "::")  # noqa: S104 - where it listens is only read


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


def inside_bases(settings: Settings) -> tuple[str, ...]:
    """How this very process is reached from its own machine; none where it ends TLS itself.

    Its certificate is for the public name, so that then it is called by that name, and verified.
    """
    if settings.tls_certificate is not None:
        return ()
    if settings.host in _LOOPBACK_TOO:
        return loopback_bases(settings.port)
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    return (f"http://{host}:{settings.port}",)


def known_bases(settings: Settings, *, inside_first: bool) -> tuple[str, ...]:
    """The public address, and an inner one where the network runs in this very process."""
    address, inside = settings.address, inside_bases(settings)
    if inside_first:
        return tuple(dict.fromkeys((*inside, address)))
    is_local = urlsplit(address).hostname in ("localhost", "127.0.0.1")
    return tuple(dict.fromkeys((address, *(inside if is_local else ()))))
