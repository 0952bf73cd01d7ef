"""Verbs that steer: Redirect, Reject, Hangup, Leave."""

from typing import NoReturn

from hotline.carrier import attributes
from hotline.carrier.acts import Act, By
from hotline.carrier.documents import Element
from hotline.carrier.engine.program import CallEnded, Program, QueueLeft
from hotline.carrier.legs import CallStatus, Source

_REASONS = frozenset({"rejected", "busy"})


async def redirect(program: Program, verb: Element) -> Source:
    url = program.resolve(verb.own_text())
    program.exchange.note(program.leg, Act.REDIRECT, url=url.partition("#")[0])
    return Source(url, attributes.method(verb), fields=dict(program.fields()))


async def reject(program: Program, verb: Element) -> NoReturn:
    """Never answers. On a call that was answered already there is only hanging up."""
    reason = attributes.choice(verb, "reason", _REASONS, "rejected")
    program.exchange.note(program.leg, Act.REJECT, reason=reason)
    if program.leg.is_answered:
        raise CallEnded(By.DOCUMENT)
    status = CallStatus.BUSY if reason == "busy" else CallStatus.NO_ANSWER
    raise CallEnded(By.DOCUMENT, status)


async def hangup(program: Program, verb: Element) -> NoReturn:
    raise CallEnded(By.DOCUMENT)


async def leave(program: Program, verb: Element) -> None:
    """Only a caller who waits in a queue can leave it."""
    if program.is_outermost:
        return
    program.exchange.note(program.leg, Act.LEAVE)
    raise QueueLeft
