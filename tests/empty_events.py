"""Payloads for tests that look at the log and not at what events say."""

from pydantic import BaseModel

from hotline.web.event_payloads import PAYLOADS


def empty(name: str) -> BaseModel:
    """Of the event's schema, without its fields."""
    return PAYLOADS[name].model_construct()
