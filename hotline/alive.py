"""`python -m hotline.alive`: does the service here answer? For the health check of the image.

Asked every few seconds: it loads the settings and the standard library, not the commands.
"""

import ssl
import sys
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import NoReturn

from hotline.settings import Settings

ANYWHERE = ("0.0.0.0", "::")  # noqa: S104 - where it listens is only read


def is_alive(settings: Settings, *, seconds: float = 5.0) -> bool:
    line = line_to(settings, seconds=seconds)
    try:
        line.request("GET", "/healthz")
        return line.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        line.close()


def line_to(settings: Settings, *, seconds: float) -> HTTPConnection:
    """To where the service listens, in the way in which it does."""
    host = "127.0.0.1" if settings.host in ANYWHERE else settings.host
    if settings.tls_certificate is None:
        return HTTPConnection(host, settings.port, timeout=seconds)
    # It asks itself: the certificate names the city's address, not this machine's.
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return HTTPSConnection(host, settings.port, timeout=seconds, context=context)


def main() -> NoReturn:
    sys.exit(0 if is_alive(Settings()) else 1)


if __name__ == "__main__":
    main()
