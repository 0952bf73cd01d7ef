"""Dial: connects the caller with lines, a conference or somebody who waits in a queue."""

import asyncio

from hotline.carrier import addresses
from hotline.carrier.documents import Element
from hotline.carrier.engine.dial_conference import dial_conference
from hotline.carrier.engine.dial_lines import dial_lines
from hotline.carrier.engine.dial_queue import dial_queue
from hotline.carrier.engine.dialled import Dialled, DialSettings, Line, read_dial, read_line
from hotline.carrier.engine.program import Program
from hotline.carrier.legs import Source

_LINES = frozenset({"Number", "Client", "Sip"})
_MOST_LINES = 10


async def dial(program: Program, verb: Element) -> Source | None:
    settings = read_dial(program, verb)
    dialled = Dialled()
    try:
        await _connect(program, verb, settings, dialled)
    except asyncio.CancelledError:
        if program.is_hung_up:
            program.tell(program.action(verb, dialled.fields()))
        raise
    return program.action(verb, dialled.fields())


async def _connect(
    program: Program, verb: Element, settings: DialSettings, dialled: Dialled
) -> None:
    """The first noun decides what kind of dialling this is; plain text is a number."""
    nouns = list(verb.elements())
    first = next((noun for noun in nouns if noun.name in _LINES | {"Conference", "Queue"}), None)
    if first is not None and first.name == "Conference":
        await dial_conference(program, first, settings, dialled)
    elif first is not None and first.name == "Queue":
        await dial_queue(program, first, settings, dialled)
    else:
        lines = [read_line(program, noun) for noun in nouns if noun.name in _LINES]
        if verb.own_text():
            lines.insert(0, Line(addresses.clean(verb.own_text())))
        await dial_lines(program, lines[:_MOST_LINES], settings, dialled)
