"""Whether a reader takes what is compressed."""

from fastapi import Request

_NOT_AT_ALL = ("q=0", "q=0.0", "q=0.00", "q=0.000")


def takes_gzip(request: Request) -> bool:
    """By `Accept-Encoding`; a weight of nothing is a refusal."""
    named = (part.partition(";") for part in request.headers.get("accept-encoding", "").split(","))
    return any(
        kind.strip() == "gzip" and weight.strip() not in _NOT_AT_ALL for kind, _, weight in named
    )
