"""Ports to the telephone network: what we are told (signed webhooks) and what we say (TwiML).

`script.py` holds what a turn may ask of the network as plain values, `twiml.py` writes them as a
document, `signature.py` proves who asked. Hosts that speak TwiML differ only in data.
Ids of a host are opaque text. Start in `script.py`.
"""
