"""Announcements, incidents and changed services as feeds (Atom, RFC 4287). Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from xml.sax.saxutils import escape, quoteattr

from hotline.announcements.queries import Notice
from hotline.portal.render import Page

_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
# Characters that no XML 1.0 document may hold, not even escaped.
_UNSPEAKABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class News:
    """One entry of a feed; `id` never changes, `updated_at` does with its words.

    `path` is where people read it, on this site.
    """

    id: str
    path: str
    title: str
    text: str
    updated_at: datetime
    published_at: datetime


@dataclass(frozen=True, slots=True)
class Channel:
    """A feed: where it is, where people read the same."""

    title: str
    author: str
    address: str
    path: str
    page: str


def feed(channel: Channel, news: Sequence[News]) -> Page:
    updated = max((one.updated_at for one in news), default=_LONG_AGO)
    own, page = channel.address + channel.path, channel.address + channel.page
    head = (
        '<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom" '
        f'xml:lang="zh-CN">\n<id>{escape(own)}</id>\n<title>{_text(channel.title)}</title>\n'
        f"<updated>{_moment(updated)}</updated>\n"
        f"<author><name>{_text(channel.author)}</name></author>\n"
        f'<link rel="self" type="application/atom+xml" href={quoteattr(own)}/>\n'
        f'<link rel="alternate" type="text/html" href={quoteattr(page)}/>\n'
    )
    entries = "".join(_entry(one, channel.address) for one in news)
    return Page.of(f"{head}{entries}</feed>\n", media_type="application/atom+xml; charset=utf-8")


def notices_as_news(notices: Sequence[Notice], page: str) -> list[News]:
    """What was put otherwise since it began is news again."""
    return [
        News(
            id=f"urn:uuid:{one.id}",
            path=f"{page}#n-{one.id}",
            title=one.title,
            text=one.details or one.spoken,
            updated_at=max(one.starts_at, one.changed_at),
            published_at=one.starts_at,
        )
        for one in notices
    ]


def _entry(one: News, address: str) -> str:
    return (
        f"<entry><id>{_text(one.id)}</id><title>{_text(one.title)}</title>"
        f"<updated>{_moment(one.updated_at)}</updated>"
        f"<published>{_moment(one.published_at)}</published>"
        f'<link rel="alternate" type="text/html" href={quoteattr(address + one.path)}/>'
        f'<content type="text">{_text(one.text)}</content></entry>\n'
    )


def _text(words: str) -> str:
    return escape(_UNSPEAKABLE.sub("", words))


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
