"""A program follows documents on one leg until they run out."""

from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING

from hotline import logs
from hotline.carrier.acts import Act, By
from hotline.carrier.documents import (
    Document,
    DocumentInvalid,
    Element,
    parse_twiml,
    read_document,
)
from hotline.carrier.grammar import VERBS, warnings
from hotline.carrier.legs import CallStatus, HangUp, Leg, Source
from hotline.carrier.urls import INVALID_URL, resolve
from hotline.carrier.webhooks import WebhookFailed

if TYPE_CHECKING:
    from hotline.carrier.exchange import Exchange

NO_CONTENT = 204
_MOST_FAILURES_IN_A_ROW = 10
_DELAY_ANSWERING = frozenset({"Pause", "Reject", "Redirect"})

log = logs.get_logger()

Verb = Callable[["Program", Element], Awaitable[Source | None]]
Fields = Callable[[], Mapping[str, str]]


class CallEnded(Exception):
    """The call is over because the document, the host or an error says so."""

    def __init__(self, by: By, status: CallStatus | None = None) -> None:
        super().__init__(by.value)
        self.by = by
        self.status = status


class QueueLeft(Exception):
    """`Leave` was followed in the document of a waiting caller."""


class DocumentFailed(Exception):
    """A document could not be had or followed."""

    def __init__(self, code: int, message: str, url: str | None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.url = url


class Program:
    """`allowed` are the verbs that are followed here; others are skipped with a warning.

    Only the outermost program answers the call, turns to the fallback URL and ends the call.
    """

    def __init__(
        self,
        exchange: "Exchange",
        leg: Leg,
        verbs: Mapping[str, Verb],
        *,
        allowed: frozenset[str] = VERBS,
        fields: Fields = dict,
        is_outermost: bool = True,
    ) -> None:
        self.exchange = exchange
        self.leg = leg
        self.document = Document(())
        self.fields = fields
        self._verbs = verbs
        self._allowed = allowed
        self.is_outermost = is_outermost
        self._failures = 0

    def nested(self, allowed: frozenset[str], fields: Fields | None = None) -> "Program":
        """A program for what a party hears while a verb of this one holds the line."""
        return Program(
            self.exchange,
            self.leg,
            self._verbs,
            allowed=allowed,
            fields=fields or self.fields,
            is_outermost=False,
        )

    async def follow(self, source: Source) -> None:
        """Follow `source` and what it leads to, until nothing is left to do."""
        document: Document | None = await self._fetch(source)
        while document is not None:
            await self._keep_pace()
            self.document = document
            self._warn()
            document = await self._follow_document()

    async def perform(self, verbs: tuple[Element, ...]) -> Source | None:
        for verb in verbs:
            if verb.name not in self._allowed:
                log.info("carrier.verb_skipped", verb=verb.name[:40])
                continue
            self._answer_for(verb)
            upcoming = await self._verbs[verb.name](self, verb)
            if upcoming is not None:
                return upcoming
        return None

    def resolve(self, reference: str) -> str:
        """An address in the current document. Without a document URL it must be absolute."""
        url = resolve(self.document.url, reference)
        if not url:
            raise DocumentFailed(INVALID_URL, "Invalid URL format", self.document.url)
        return url

    def action(
        self, verb: Element, fields: Mapping[str, str], *, is_required: bool = False
    ) -> Source | None:
        """Where a verb sends its result; by default nowhere, or to its own document."""
        action = verb.attributes.get("action")
        if action is None and not is_required:
            return None
        method = verb.attributes.get("method", "POST").strip().upper()
        return Source(
            self.resolve(action or ""),
            "GET" if method == "GET" else "POST",
            fields={**self.fields(), **fields},
        )

    @property
    def is_hung_up(self) -> bool:
        """Asked while a verb is being cancelled: is that the end of the call?"""
        return isinstance(self.leg.pending, HangUp)

    def tell(self, source: Source | None) -> None:
        """Send a result whose answer will not be followed, once the call's status is final."""
        if source is None:
            return
        if self.is_hung_up:
            self.leg.farewells.append(source)
        else:
            self.exchange.notify(self.leg, source, source.fields)

    def failed(self, failure: DocumentFailed) -> None:
        """The party notices that something went wrong."""
        self.exchange.note(self.leg, Act.ERROR, code=failure.code, message=failure.message)

    async def _keep_pace(self) -> None:
        """All programs of a leg share its pace: a loop may lie in any of them."""
        wait = self.leg.pace.wait(self.exchange.clock.now())
        if wait > 0:
            log.info("carrier.leg_slowed")
            await self.exchange.clock.sleep(wait)

    async def _follow_document(self) -> Document | None:
        """The document that this one leads to, if any."""
        try:
            upcoming = await self.perform(self.document.verbs)
        except DocumentFailed as failure:
            return await self._recover(failure)
        return None if upcoming is None else await self._fetch(upcoming)

    async def _fetch(self, source: Source) -> Document:
        try:
            document = await self._read(source)
        except DocumentFailed as failure:
            return await self._recover(failure)
        self._failures = 0
        return document

    async def _read(self, source: Source) -> Document:
        try:
            if source.twiml is not None:
                return parse_twiml(source.twiml, source.url)
            return await self._request(source)
        except WebhookFailed as failure:
            raise DocumentFailed(failure.code, failure.message, source.url) from failure
        except DocumentInvalid as failure:
            raise DocumentFailed(failure.code, failure.message, source.url) from failure

    async def _request(self, source: Source) -> Document:
        fields = self.exchange.call_fields(self.leg) | source.fields
        reply = await self.exchange.webhooks.ask(
            source.url or "", source.method, fields, cookies=self.leg.cookies
        )
        if reply.status == NO_CONTENT:
            return Document((), reply.url)
        return read_document(reply.body, reply.content_type, self._current_url(source, reply.url))

    def _current_url(self, source: Source, answered_from: str) -> str:
        """The address of the document, with the overrides that it was asked with."""
        asked = (source.url or "").partition("#")
        return source.url or "" if asked[0] == answered_from else answered_from

    async def _recover(self, failure: DocumentFailed) -> Document:
        """Only the outermost program has a fallback; in the others the verb decides."""
        if not self.is_outermost:
            raise failure
        self.failed(failure)
        self._failures += 1
        fallback = self.leg.fallback
        if fallback is None or self._failures > _MOST_FAILURES_IN_A_ROW:
            self.exchange.answer(self.leg)
            raise CallEnded(By.HOST)
        fields = {"ErrorCode": str(failure.code), "ErrorUrl": failure.url or ""}
        try:
            return await self._read(Source(fallback.url, fallback.method, fields=fields))
        except DocumentFailed as second:
            self.failed(second)
            self.exchange.answer(self.leg)
            raise CallEnded(By.HOST) from second

    def _answer_for(self, verb: Element) -> None:
        """Most verbs pick up the call; a few leave it ringing."""
        if not self.is_outermost or self.leg.is_answered or verb.name in _DELAY_ANSWERING:
            return
        if verb.name == "Dial" and verb.attributes.get("answerOnBridge") == "true":
            return
        self.exchange.answer(self.leg)

    def _warn(self) -> None:
        for warning in warnings(self.document):
            log.info("carrier.document_warning", skipped=warning[:80])
