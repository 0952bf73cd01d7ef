"""The work that goes on beside requests: number events, wake nodes, make partitions."""

import asyncio
import signal
from collections.abc import Coroutine, Mapping
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy import text

from hotline.accounts import jobs as accounts
from hotline.attachments.keeping import Store
from hotline.db import Database
from hotline.db.wakes import Waker, pause
from hotline.dispatch import jobs as dispatch
from hotline.dispatch import settlement_jobs as settlement
from hotline.editing import jobs as editing
from hotline.events.sequencer import run_sequencer
from hotline.follow_up import jobs as follow_up
from hotline.incidents import jobs as incidents
from hotline.jobs.worker import Runner, Worker
from hotline.messages import jobs as messages
from hotline.messages.gateway import SmsGateway, TelephonyGateway
from hotline.messages.operator_gateway import Operator, OperatorGateway
from hotline.portal import jobs as portal
from hotline.queueing import jobs as queueing
from hotline.recordings import jobs as recordings
from hotline.retention import jobs as retention
from hotline.retention.erasing import Hands
from hotline.stats import jobs as stats
from hotline.stats.mailing import Mailer
from hotline.stats.upkeep import keep_rolled_up
from hotline.subscriptions import jobs as subscriptions
from hotline.subscriptions.following import keep_told
from hotline.telephony.client import Telephony
from hotline.telephony.public_hosts import Reach, public_client
from hotline.tickets import jobs as tickets
from hotline.tickets.attending import erase_ticket

log = structlog.get_logger()

GOODBYE_SECONDS = 5.0
PARTITIONS_EVERY = 6 * 3600.0
AGAIN_AFTER = 15.0
"""Workers that start in the same moment may be in each other's way."""
MONTHS_AHEAD = 3


def job_runners(
    telephony: Telephony | None, *, address: str, data_dir: Path, store: Store,
    mailer: Mailer | None = None, reach: Reach | None = None, operator: Operator | None = None,
) -> dict[str, Runner]:  # fmt: skip
    """What each kind of job does, from the `jobs.py` of every domain."""
    gateway = _gateway(telephony, operator)
    return {
        **queueing.runners(telephony),
        **tickets.runners(),
        **editing.runners(public_client()),
        **incidents.runners(),
        **dispatch.runners(telephony),
        **settlement.runners(),
        **portal.runners(data_dir),
        **messages.runners(gateway, address=address),
        **recordings.runners(telephony, store=store),
        **follow_up.runners(telephony),
        **accounts.runners(),
        **retention.runners(Hands(store.erase, erase_ticket)),
        **stats.runners(mailer),
        **subscriptions.runners(public_client(reach)),
    }


def _gateway(telephony: Telephony | None, operator: Operator | None) -> SmsGateway | None:
    """Text messages go by an operator of their own where there is one."""
    if operator is not None:
        return OperatorGateway(operator)
    return None if telephony is None else TelephonyGateway(telephony)


class Background:
    """Tasks that live as long as the process; `stopping` asks them to finish by themselves."""

    def __init__(self, database: Database, runners: Mapping[str, Runner]) -> None:
        self.stopping = asyncio.Event()
        self._database = database
        self._runners = runners
        self._tasks: list[asyncio.Task[None]] = []

    def begin(self, *more: Coroutine[Any, Any, None], with_worker: bool = True) -> None:
        """Start the node's own work, `more`, and the worker's where this process is one."""
        waker = Waker(self._database)
        self._database.on_wake = waker.wake
        work = [run_sequencer(self._database, self.stopping), waker.run(self.stopping), *more]
        if with_worker:
            work.append(self._keep_recurring())
            work.append(keep_rolled_up(self._database, self.stopping))
            work.append(keep_told(self._database, self.stopping))
            work.append(Worker(self._database, self._runners).run(self.stopping))
        self._tasks = [asyncio.create_task(task) for task in work]

    async def end(self) -> None:
        """Give each task a moment, then end it."""
        self.stopping.set()
        _, late = await asyncio.wait(self._tasks, timeout=GOODBYE_SECONDS)
        for task in late:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def run_until_signal(self) -> None:
        """For a process that does nothing else."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self.stopping.set)
        self.begin()
        await self.stopping.wait()
        await self.end()

    async def _keep_recurring(self) -> None:
        while not self.stopping.is_set():
            try:
                async with self._database.transaction() as session:
                    making = text("SELECT ensure_month_partitions(:months)")
                    await session.execute(making, {"months": MONTHS_AHEAD})
                    await tickets.begin(session)
                    await stats.begin(session, self._runners)
                    await subscriptions.begin(session)
                    await settlement.begin(session)
                    await dispatch.begin(session)
                    await portal.begin(session)
                    await recordings.begin(session)
                    await retention.begin(session)
                    await accounts.begin(session)
                    await follow_up.begin(session)
                    await editing.begin(session)
            except Exception:
                log.exception("recurring.failed")
                await pause(self.stopping, AGAIN_AFTER)
            else:
                await pause(self.stopping, PARTITIONS_EVERY)
