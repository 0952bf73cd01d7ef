"""Callbacks that nobody waits for: owed first, then delivered, then settled."""

import asyncio
import uuid
from collections.abc import Mapping

from hotline import logs
from hotline.carrier.faults import Faults
from hotline.carrier.store import Owed, Store
from hotline.carrier.timing import Tasks
from hotline.carrier.webhooks import WebhookFailed, Webhooks

log = logs.get_logger()


class Callbacks:
    def __init__(self, webhooks: Webhooks, store: Store, tasks: Tasks, faults: Faults) -> None:
        self._webhooks = webhooks
        self._store = store
        self._tasks = tasks
        self._faults = faults

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
        await asyncio.gather(*(self._deliver_once(owed, delay) for delay in delays))
        self._store.settle(owed.id)

    async def _deliver_once(self, owed: Owed, delay: float) -> None:
        if delay:
            await asyncio.sleep(delay)
        try:
            await self._webhooks.ask(owed.url, owed.method, owed.fields, token=owed.id)
        except WebhookFailed as failure:
            log.warning("carrier.callback_lost", code=failure.code, callback_id=owed.id)
