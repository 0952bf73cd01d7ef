"""Moments as they are kept and as they are shown (RFC 2822, GMT)."""

from datetime import datetime
from email.utils import format_datetime


def shown(moment: datetime | None) -> str | None:
    return format_datetime(moment.replace(microsecond=0)) if moment else None


def kept(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def read(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
