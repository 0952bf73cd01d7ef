"""Callbacks that nobody waits for: owed first, then delivered, then settled."""

import asyncio
import time
import uuid
from collections.abc import Mapping

from hotline import logs
from hotline.carrier.faults import Faults
from hotline.carrier.store import Owed, Store
from hotline.carrier.timing import Tasks
from hotline.carrier.webhooks import WebhookFailed, Webhooks

_PATIENCE_AT_START = 60.0
_PAUSE_BETWEEN_TRIES = 0.5

log = logs.get_logger()


class Callbacks:
    """Shortly after the start the application may not listen yet: it is tried for a minute.

    While the carrier stops, what cannot be delivered stays owed and is the next run's to deliver.
    """

    def __init__(self, webhooks: Webhooks, store: Store, tasks: Tasks, faults: Faults) -> None:
        self._webhooks = webhooks
        self._store = store
        self._tasks = tasks
        self._faults = faults
        self._patient_until = time.monotonic() + _PATIENCE_AT_START
        self.is_stopping = False

    def send(self, url: str | None, method: str, fields: Mapping[str, str]) -> None:
        """Deliver in the background; order of arrival is not promised."""
        if not url:
            return
        owed = Owed(str(uuid.uuid4()), url, method, dict(fields))
        self._store.owe(owed)
        self.deliver(owed)

    def deliver(self, owed: Owed) -> None:
        self._tasks.start(self._deliver(owed), name="carrier-callback")

    async def _deliver(self, owed: Owed) -> None:
        delays = self._faults.callback_delays()
        tries = await asyncio.gather(*(self._deliver_once(owed, delay) for delay in delays))
        if all(tries) or not self.is_stopping:
            self._store.settle(owed.id)

    async def _deliver_once(self, owed: Owed, delay: float) -> bool:
        await asyncio.sleep(delay)
        while True:
            try:
                await self._webhooks.ask(owed.url, owed.method, owed.fields, token=owed.id)
            except WebhookFailed as failure:
                if failure.kind == "ct" and self._is_patient():
                    await asyncio.sleep(_PAUSE_BETWEEN_TRIES)
                    continue
                log.warning("carrier.callback_lost", code=failure.code, callback_id=owed.id)
                return False
            return True

    def _is_patient(self) -> bool:
        return not self.is_stopping and time.monotonic() < self._patient_until
