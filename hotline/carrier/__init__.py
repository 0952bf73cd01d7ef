"""Our own TwiML host: it places and receives calls, follows TwiML, and speaks Twilio's REST.

It stands apart: it reaches the hotline by signed webhooks only and is reached by REST only.
Every call is one task; a REST update sets its next document and cancels the running verb; every
verb cleans up after itself. All waits of verbs run on the call clock, HTTP time-outs never do.
Start in `carrier.py` (what is built of what), then `engine/session.py` and `engine/program.py`.
"""

from hotline.carrier.carrier import Carrier, create_carrier
from hotline.carrier.configuration import CarrierSettings, NumberSettings

__all__ = ["Carrier", "CarrierSettings", "NumberSettings", "create_carrier"]
