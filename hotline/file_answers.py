"""How the API's description tells of operations that answer with a file."""

from typing import Any

Answers = dict[int | str, dict[str, Any]]


def file_of(*media_types: str) -> Answers:
    """For `responses=`: one of these types, as bytes."""
    schema = {"schema": {"type": "string", "format": "binary"}}
    return {200: {"content": dict.fromkeys(media_types, schema)}}
