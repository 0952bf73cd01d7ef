"""The 114 sunshine hotline.

A call comes in: `calls/webhooks.py` -> `conversation/service.py` -> `tickets/service.py` ->
`events/service.py` -> `realtime/hub.py` -> `agents_ui/src/realtime/handlers.ts`.
Packages stand on floors (docs/architecture.md): a package imports only from floors below it.
"""
