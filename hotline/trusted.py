"""Whose certificates outgoing connections believe."""

import ssl
from functools import cache

import httpx2


@cache
def trusted() -> ssl.SSLContext:
    """The authorities that the machine trusts, read once for all clients of a process."""
    return httpx2.create_ssl_context(trust_env=False)
