"""The table of verbs."""

from collections.abc import Mapping
from types import MappingProxyType

from hotline.carrier.engine.control import hangup, leave, redirect, reject
from hotline.carrier.engine.dial import dial
from hotline.carrier.engine.enqueue import enqueue
from hotline.carrier.engine.gather import gather
from hotline.carrier.engine.program import Verb
from hotline.carrier.engine.prompts import pause, play, say
from hotline.carrier.engine.record import record

VERB_TABLE: Mapping[str, Verb] = MappingProxyType(
    {
        "Say": say,
        "Play": play,
        "Pause": pause,
        "Gather": gather,
        "Record": record,
        "Dial": dial,
        "Enqueue": enqueue,
        "Leave": leave,
        "Redirect": redirect,
        "Reject": reject,
        "Hangup": hangup,
    }
)
