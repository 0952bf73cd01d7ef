"""What PostgreSQL can store as text. Pure."""


def is_storable(text: str) -> bool:
    """It stores neither NUL nor half a surrogate pair."""
    return not any(char == "\0" or "\ud800" <= char <= "\udfff" for char in text)
