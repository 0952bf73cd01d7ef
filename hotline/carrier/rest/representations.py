"""The same resources as XML, the API's default, and as CSV: made from the JSON of their routes."""

import csv
import io
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring

from fastapi import Request, Response
from starlette.routing import BaseRoute, Match
from starlette.types import Message, Scope

from hotline.carrier.rest.route import RestError

_NAMES = {
    "Accounts": "Account",
    "Calls": "Call",
    "Conferences": "Conference",
    "IncomingPhoneNumbers": "IncomingPhoneNumber",
    "MediaList": "Media",
    "Members": "QueueMember",
    "Messages": "Message",
    "Participants": "Participant",
    "QueueMembers": "QueueMember",
    "Queues": "Queue",
    "Recordings": "Recording",
}
_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_OF_JSON = (b"content-type", b"content-length")
_ERROR = "RestException"


class Representation(StrEnum):
    XML = "xml"
    CSV = "csv"


_MEDIA_TYPES = {Representation.XML: "application/xml", Representation.CSV: "text/csv"}


@dataclass(slots=True)
class _Answer:
    """What a route sent."""

    status: int = 500
    headers: Sequence[tuple[bytes, bytes]] = ()
    body: bytes = b""

    async def take(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status, self.headers = message["status"], message["headers"]
        else:
            self.body += message.get("body", b"")


async def represented(
    request: Request, routes: Iterable[BaseRoute], stem: str, wanted: Representation
) -> Response | None:
    """The answer of the route of `stem` with `.json`; nothing where there is no such route."""
    scope = {**request.scope, "path": f"{stem}.json", "raw_path": f"{stem}.json".encode()}
    for route in routes:
        match, more = route.matches(scope)
        if match is Match.FULL:
            return await _translated(request, route, {**scope, **more}, wanted)
    return None


async def _translated(
    request: Request, route: BaseRoute, scope: Scope, wanted: Representation
) -> Response:
    answer = _Answer()
    await route.handle(scope, request.receive, answer.take)
    if not answer.body:
        return Response(status_code=answer.status)
    name = _ERROR if answer.status >= 400 else _name_at(scope["path"].removesuffix(".json"))
    return _reworded(answer, name, wanted)


def refused(error: RestError, wanted: Representation) -> Response:
    """An error of a request that came to no route."""
    response = error.as_response()
    answer = _Answer(response.status_code, response.raw_headers, bytes(response.body))
    return _reworded(answer, _ERROR, wanted)


def _reworded(answer: _Answer, name: str, wanted: Representation) -> Response:
    content: dict[str, Any] = json.loads(answer.body)
    write = as_xml if wanted is Representation.XML else as_csv
    response = Response(write(content, name), answer.status, media_type=_MEDIA_TYPES[wanted])
    kept = [pair for pair in answer.headers if pair[0].lower() not in _OF_JSON]
    response.raw_headers.extend(kept)
    return response


def as_xml(content: Mapping[str, Any], name: str) -> bytes:
    root = Element("TwilioResponse")
    key = _list_in(content)
    if key is None:
        _add_fields(SubElement(root, name), content)
    else:
        paging = {word.replace("_", ""): _text(word, content[word]) for word in content}
        del paging[key.replace("_", "")]
        listing = SubElement(root, _camel(key), paging)
        for item in content[key]:
            _add_fields(SubElement(listing, _NAMES[_camel(key)]), item)
    document: bytes = tostring(root, encoding="UTF-8", xml_declaration=True)
    return document


def as_csv(content: Mapping[str, Any], _name: str) -> bytes:
    """A header and a row for each resource; what lies deeper has no column."""
    key = _list_in(content)
    items = [content] if key is None else content[key]
    plain = [{k: v for k, v in item.items() if not isinstance(v, dict | list)} for item in items]
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    if plain:
        rows.writerow(_camel(word) for word in plain[0])
    rows.writerows([_text(word, value) for word, value in item.items()] for item in plain)
    return text.getvalue().encode()


def _add_fields(parent: Element, fields: Mapping[str, Any]) -> None:
    for word, value in fields.items():
        child = SubElement(parent, _camel(word))
        if isinstance(value, dict):
            _add_fields(child, value)
        elif text := _text(word, value):
            child.text = text


def _list_in(content: Mapping[str, Any]) -> str | None:
    """The key of the resources where this is a page of them."""
    lists = [word for word, value in content.items() if isinstance(value, list)]
    return lists[0] if lists and "first_page_uri" in content else None


def _name_at(path: str) -> str:
    """What the resource at an address is called: by the last list on the way to it."""
    return next(_NAMES[part] for part in reversed(path.split("/")) if part in _NAMES)


def _camel(word: str) -> str:
    return "".join(part.capitalize() for part in word.split("_"))


def _text(word: str, value: Any) -> str:
    """Addresses in XML and CSV bear no ending, so that what they lead to is XML."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    text = _NOT_IN_XML.sub("", str(value))
    is_address = text.startswith("/2010-04-01/") or word == "message"
    return text.replace(".json", "", 1) if is_address else text
