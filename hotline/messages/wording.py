"""What our messages say, by key; an organization may put its own words in their place."""

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

LONGEST = 500
_NEWS = ("sms_ticket_", "sms_incident_")
_NEWS_OF_ORDERS = frozenset({
    "sms_order_accepted", "sms_order_again", "sms_order_done", "sms_order_rate",
    "sms_order_unplaced", "sms_order_worker", "sms_order_worker_other",
})  # fmt: skip


def message_texts() -> Mapping[str, str]:
    return _shipped("zh-CN")


def may_be_declined(template: str) -> bool:
    """What tells a resident of a matter; not codes, not what vendors get as vendors."""
    return template.startswith(_NEWS) or template in _NEWS_OF_ORDERS


def written(template: str, params: Mapping[str, str], own: Mapping[str, str]) -> str:
    """The message as it goes out."""
    text = own.get(template) or message_texts()[template]
    return text.format_map(params)[:LONGEST]


@cache
def _shipped(language: str) -> Mapping[str, str]:
    listing = files("hotline.messages") / "texts" / f"{language}.json"
    texts: dict[str, str] = json.loads(listing.read_text(encoding="utf-8"))
    return texts
