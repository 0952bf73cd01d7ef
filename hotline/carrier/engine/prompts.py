"""Verbs that the party hears: Say, Play, Pause."""

import itertools
from collections.abc import Iterator

from hotline.carrier import attributes
from hotline.carrier.acts import Act
from hotline.carrier.documents import Element
from hotline.carrier.engine.program import Program

_VOICE = "man"
_LANGUAGE = "en-US"


async def say(program: Program, verb: Element) -> None:
    text = verb.all_text()
    voice = attributes.given(verb, "voice") or _VOICE
    language = attributes.given(verb, "language") or _language_of(voice)
    for _ in _repetitions(verb) if text else ():
        program.exchange.note(program.leg, Act.SAY, text=text, voice=voice, language=language)
        await program.exchange.media.say(program.leg.sid, text, voice=voice, language=language)


async def play(program: Program, verb: Element) -> None:
    digits = attributes.given(verb, "digits")
    if digits is not None:
        await program.exchange.media.send_digits(program.leg.sid, digits)
        return
    reference = verb.own_text()
    if not reference:
        return
    await play_url(program, program.resolve(reference), repetitions=_repetitions(verb))


async def play_url(program: Program, url: str, *, repetitions: Iterator[int] | None = None) -> None:
    for _ in repetitions or (0,):
        program.exchange.note(program.leg, Act.PLAY, url=url)
        await program.exchange.media.play(program.leg.sid, url)


async def pause(program: Program, verb: Element) -> None:
    """As the first verb of a call it delays answering."""
    seconds = attributes.whole(verb, "length", 1, least=0)
    program.exchange.note(program.leg, Act.PAUSE, seconds=seconds)
    await program.exchange.clock.sleep(seconds)
    program.exchange.answer(program.leg)


def _repetitions(verb: Element) -> Iterator[int]:
    """`loop` times; 0 means until the call goes on."""
    loop = attributes.whole(verb, "loop", 1, least=0)
    return iter(range(loop)) if loop else itertools.count()


def _language_of(voice: str) -> str:
    """Named voices speak one language: `Google.cmn-CN-Wavenet-A`."""
    provider, _, rest = voice.partition(".")
    if provider == "Google" and rest.count("-") >= 2:
        return "-".join(rest.split("-")[:2])
    return "cmn-CN" if rest.startswith("Zhiyu") else _LANGUAGE
