"""The 114 sunshine hotline.

A call comes in: `calls/webhooks.py` -> `conversation/service.py` -> `tickets/service.py` ->
`events/service.py` -> `realtime/hub.py` -> `agents_ui/src/realtime/handlers.ts`.
Packages stand on floors (docs/architecture.md): a package imports only from floors below it.
"""

import os

# Before numpy is loaded: an utterance is a few small products, and threads that wait for each
# other over them cost ten times what they save. Other cores serve other calls.
for _name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_name, "1")

# The library that computes meaning would tell its maker, from Linux too, about the machine it runs
# on and keep a device's number at home. Nobody outside hears of this installation.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
