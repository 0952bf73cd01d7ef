"""Figures for Prometheus: every route's rate, errors and duration, and how the hall stands.

Durations are seconds from the request's head to the last byte of the answer. Nothing names a
person: labels are route templates, states and kinds.
"""

import asyncio
from time import perf_counter

from fastapi import APIRouter, Request, Response
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    generate_latest,
)

from hotline import syslog
from hotline.calls.crowding import Crowd
from hotline.db import Database
from hotline.db.commits import Commits
from hotline.realtime.hub import Hub
from hotline.telephony.strangers import Strangers
from hotline.web.asgi import App, Message, Receive, Scope, Send
from hotline.web.inside import require_inside

router = APIRouter(include_in_schema=False)

BUCKETS = (0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15)
OUTSIDE = "(none)"
"""The route of a request that no route answers, so that strangers cannot invent labels."""

_HALL = {
    "seats": "SELECT state AS label, count(*) AS amount FROM seat GROUP BY state",
    "waiting": "SELECT skill AS label, count(*) AS amount FROM queue_entry"
    " WHERE ended_at IS NULL AND status = 'waiting' GROUP BY skill",
    "calls": "SELECT status AS label, count(*) AS amount FROM call"
    " WHERE status <> 'ended' GROUP BY status",
    "jobs": "SELECT CASE WHEN parked_at IS NOT NULL THEN 'parked' WHEN lease_until IS NOT NULL"
    " THEN 'running' ELSE 'due' END AS label, count(*) AS amount FROM job WHERE done_at IS NULL"
    " AND (parked_at IS NOT NULL OR run_at <= clock_timestamp()) GROUP BY 1",
    "outgoing": "SELECT state AS label, count(*) AS amount FROM outgoing_message"
    " WHERE ended_at IS NULL GROUP BY state",
}
_WORDS = {
    "seats": "Seats by what their agents do.",
    "waiting": "Callers waiting for a person, by language.",
    "calls": "Calls that live, by state.",
    "jobs": "Jobs that are due, running or parked.",
    "outgoing": "Messages to residents that are under way, by state.",
}
_LAG = """
SELECT coalesce(extract(epoch FROM clock_timestamp() - min(created_at)), 0)::float8
FROM event WHERE seq IS NULL
"""
_LONGEST = """
SELECT coalesce(extract(epoch FROM clock_timestamp() - min(entered_at)), 0)::float8
FROM queue_entry WHERE ended_at IS NULL AND status = 'waiting'
"""


class Metrics:
    """One registry for each service, so that several may live in one process."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._requests = Counter(
            "hotline_http_requests", "Requests answered.", ["method", "route", "status"],
            registry=self.registry,
        )  # fmt: skip
        self._seconds = Histogram(
            "hotline_http_request_seconds", "Time to answer.", ["route"], buckets=BUCKETS,
            registry=self.registry,
        )  # fmt: skip
        self._hall = {name: self._gauge(name, words, ["state"]) for name, words in _WORDS.items()}
        self._sockets = self._gauge("sockets", "Consoles connected to this process.")
        self._lag = self._gauge("event_lag_seconds", "Age of the oldest event without a number.")
        self._longest = self._gauge("longest_wait_seconds", "Age of the longest waiting caller.")
        self._turned_away = self._gauge("turned_away", "Voice webhooks asked to wait a moment.")
        self._strangers = self._gauge(
            "unknown_webhooks", "Webhooks refused or about what is not known here.", ["what"]
        )
        self._position = self._gauge("event_position", "Number of the last event handed out.")
        self._commit = self._gauge(
            "commit_seconds", "What the newest trial commit took, or has waited so far."
        )
        self._dropped_lines = self._gauge(
            "log_lines_dropped", "Log lines that the collector did not take in time."
        )
        self._tasks = self._gauge("tasks", "What this process is about at the same time.")
        self._sorry = Counter(
            "hotline_callers_told_sorry", "Voice webhooks that ended with our own failure.",
            registry=self.registry,
        )  # fmt: skip
        ProcessCollector(registry=self.registry)

    def note(self, method: str, route: str, status: int, seconds: float) -> None:
        self._requests.labels(method, route, f"{status // 100}xx").inc()
        self._seconds.labels(route).observe(seconds)

    def note_sorry(self) -> None:
        """The answer has 200, since a live caller hears it: only this tells that it was none."""
        self._sorry.inc()

    async def page(
        self, database: Database, hub: Hub, crowd: Crowd, strangers: Strangers, commits: Commits
    ) -> bytes:
        """Everything in Prometheus's text format."""
        for name, query in _HALL.items():
            self._hall[name].clear()
            for label, amount in await database.raw.fetch(query):
                self._hall[name].labels(label).set(amount)
        self._lag.set(await database.raw.fetchval(_LAG))
        self._longest.set(await database.raw.fetchval(_LONGEST))
        self._sockets.set(hub.reader_count)
        self._position.set(hub.position)
        self._turned_away.set(crowd.turned_away)
        self._commit.set(commits.seconds)
        self._dropped_lines.set(syslog.dropped_count())
        self._tasks.set(len(asyncio.all_tasks()))
        for stranger, amount in strangers.counts.items():
            self._strangers.labels(stranger.value).set(amount)
        return generate_latest(self.registry)

    def _gauge(self, name: str, words: str, labels: list[str] | None = None) -> Gauge:
        return Gauge(f"hotline_{name}", words, labels or [], registry=self.registry)


class Measured:
    """Wraps the whole app and notes every request when its answer is out."""

    def __init__(self, app: App, *, metrics: Metrics) -> None:
        self.app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        began, status = perf_counter(), 500

        async def send_noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, send_noted)
        finally:
            route = getattr(scope.get("route"), "path", OUTSIDE)
            self._metrics.note(scope["method"], route, status, perf_counter() - began)


@router.get("/metrics")
async def read_metrics(request: Request) -> Response:
    """For a scraper beside the service or in the network of the listed proxies."""
    require_inside(request)
    state = request.state
    page = await state.metrics.page(
        state.database, state.hub, state.crowd, state.strangers, state.commits
    )
    return Response(page, media_type=CONTENT_TYPE_LATEST)
