"""Reading what a webhook answered: TwiML, sound or plain text, by its content type."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from xml.parsers import expat

PARSE_FAILURE = 12100
INVALID_VERSION = 12101
WRONG_ROOT = 12102
INVALID_CONTENT_TYPE = 12300
NO_CONTENT_TYPE = 11200
TOO_LARGE = 11750
MAX_BYTES = 64 * 1024
XML_TYPES = frozenset({"text/xml", "application/xml", "text/html"})
_VERSIONS = frozenset({"2008-08-01", "2010-04-01"})
_DEEPEST = 50
_CHARSET = re.compile(r'charset="?([\w.:-]+)"?', re.IGNORECASE)
_DECLARED = re.compile(rb"(?:\xef\xbb\xbf)?<\?xml[^>]*?encoding=[\"']([\w.:-]+)[\"']")


class DocumentInvalid(Exception):
    """What was answered cannot be followed; `code` is the documented error."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


@dataclass(slots=True)
class Element:
    """A verb or a noun. `children` are elements and the text between them."""

    name: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list["Element | str"] = field(default_factory=list)

    def elements(self) -> Iterator["Element"]:
        return (child for child in self.children if isinstance(child, Element))

    def own_text(self) -> str:
        return "".join(child for child in self.children if isinstance(child, str)).strip()

    def all_text(self) -> str:
        """The text of the element and of everything in it, white space collapsed."""
        return " ".join(self._raw_text().split())

    def _raw_text(self) -> str:
        parts = (
            child if isinstance(child, str) else child.attributes.get("alias") or child._raw_text()
            for child in self.children
        )
        return "".join(parts)


@dataclass(frozen=True, slots=True)
class Document:
    """Verbs to follow and the address that relative URLs in them are seen from."""

    verbs: tuple[Element, ...]
    url: str | None = None


def read_document(body: bytes, content_type: str | None, url: str | None) -> Document:
    """Follow the content type as documented; raises `DocumentInvalid`."""
    kind, _, parameters = (content_type or "").partition(";")
    kind = kind.strip().lower()
    if kind.startswith("audio/"):
        return Document((Element("Play", children=[url or ""]), Element("Hangup")), url)
    if len(body) > MAX_BYTES:
        raise DocumentInvalid(TOO_LARGE, "TwiML response body too large")
    if kind == "text/plain":
        return _read_plain_text(body, parameters, url)
    if not kind:
        raise DocumentInvalid(NO_CONTENT_TYPE, "HTTP retrieval failure")
    if kind not in XML_TYPES:
        raise DocumentInvalid(INVALID_CONTENT_TYPE, "Invalid Content-Type")
    return parse_twiml(_decoded(body, parameters), url)


def parse_twiml(text: str | bytes, url: str | None) -> Document:
    root = _parse(text)
    if root.name != "Response":
        raise DocumentInvalid(WRONG_ROOT, "The root element must be Response")
    if root.attributes.get("version", "2010-04-01") not in _VERSIONS:
        raise DocumentInvalid(INVALID_VERSION, "Invalid Twilio Markup XML version")
    return Document(tuple(root.elements()), url)


def _read_plain_text(body: bytes, parameters: str, url: str | None) -> Document:
    """Valid TwiML is followed whatever it is called; anything else is read out."""
    text = _decoded(body, parameters)
    try:
        return parse_twiml(text, url)
    except DocumentInvalid:
        spoken = text if isinstance(text, str) else text.decode(errors="replace")
        return Document((Element("Say", children=[spoken]), Element("Hangup")), url)


def _decoded(body: bytes, parameters: str) -> str | bytes:
    """Decode by the charset of the header, else by the XML declaration, which may be GBK."""
    charset = _charset(body, parameters)
    if charset is None:
        return body
    try:
        return body.decode(charset).removeprefix("\ufeff")
    except (LookupError, ValueError) as error:
        raise DocumentInvalid(PARSE_FAILURE, "Document parse failure") from error


def _charset(body: bytes, parameters: str) -> str | None:
    """Without either the parser goes by the byte order mark, or takes UTF-8."""
    if match := _CHARSET.search(parameters):
        return match[1]
    declared = _DECLARED.match(body)
    return declared[1].decode() if declared else None


def _parse(text: str | bytes) -> Element:
    """Strictly: even a blank before the XML declaration is an error, as documented."""
    tree = _Tree()
    try:
        tree.parser.Parse(text, True)
    except (expat.ExpatError, _Unfit) as error:
        raise DocumentInvalid(PARSE_FAILURE, "Document parse failure") from error
    return tree.root


class _Unfit(Exception):
    """Entities and deep nesting are never needed in TwiML and can be made to grow without bound."""


class _Tree:
    """Builds elements from expat's events."""

    def __init__(self) -> None:
        self.root = Element("")
        self._open: list[Element] = []
        self.parser = expat.ParserCreate()
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        self.parser.EntityDeclHandler = self._entity

    def _start(self, name: str, attributes: Mapping[str, str]) -> None:
        if len(self._open) >= _DEEPEST:
            raise _Unfit
        element = Element(name, dict(attributes))
        if self._open:
            self._open[-1].children.append(element)
        else:
            self.root = element
        self._open.append(element)

    def _end(self, _name: str) -> None:
        self._open.pop()

    def _text(self, text: str) -> None:
        self._open[-1].children.append(text)

    def _entity(self, *_declaration: object) -> None:
        raise _Unfit
