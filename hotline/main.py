"""Put the service together: `create_app(settings)` mounts every edge, and the carrier."""

from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from functools import cache, partial
from types import ModuleType
from typing import Any
from urllib.parse import urlsplit

from fastapi import APIRouter, FastAPI
from starlette.routing import BaseRoute

from hotline import tracing
from hotline.accounts import api as accounts_api
from hotline.accounts import pages as accounts_pages
from hotline.agents import api as agents_api
from hotline.announcements import api as announcements_api
from hotline.attachments import api as attachments_api
from hotline.attachments.keeping import Store
from hotline.audit import api as audit_api
from hotline.audit.upkeep import sign_heads
from hotline.background import Background, job_runners
from hotline.calls import api as calls_api
from hotline.calls import webhooks
from hotline.calls.crowding import Crowd
from hotline.canned_texts import api as canned_texts_api
from hotline.carrier_mount import CarrierMount
from hotline.consents import api as consents_api
from hotline.conversation import api as conversation_api
from hotline.conversation.live_directory import LiveDirectory
from hotline.conversation.wording import Wording
from hotline.db import Database, open_database
from hotline.db.commits import Commits
from hotline.db.standby import Standby
from hotline.directory import api as directory_api
from hotline.dispatch import api as dispatch_api
from hotline.dispatch import roster_api, settlement_api, standing_api, vendor_api, vendor_papers_api
from hotline.dispatch import webhooks as dispatch_webhooks
from hotline.editing import api as editing_api
from hotline.events import api as events_api
from hotline.exports import api as exports_api
from hotline.follow_up import api as follow_up_api
from hotline.follow_up import webhooks as follow_up_webhooks
from hotline.incidents import api as incidents_api
from hotline.installation import (
    carry_secrets,
    identity_provider,
    is_sample_city,
    provider_of,
    reach_of,
    reports_database,
    semantic_of,
    sms_operator_of,
    telephone_host,
)
from hotline.jobs import api as jobs_api
from hotline.messages import api as messages_api
from hotline.messages import webhooks as messages_webhooks
from hotline.opendata import api as opendata_api
from hotline.opendata import pages as opendata_pages
from hotline.organizations import api as organizations_api
from hotline.portal import pages as portal_pages
from hotline.portal.mount import serve_portal_files
from hotline.proxy import api as proxy_api
from hotline.queueing import api as queueing_api
from hotline.queueing import webhooks as queueing_webhooks
from hotline.queueing.upkeep import keep_reconciled
from hotline.realtime import socket
from hotline.realtime.hub import Hub
from hotline.realtime.upkeep import beat, sweep_sessions
from hotline.recordings import api as recordings_api
from hotline.recordings import webhooks as recordings_webhooks
from hotline.retention import api as retention_api
from hotline.settings import Settings
from hotline.stats import api as stats_api
from hotline.stats.mailing import mailer_of
from hotline.subscriptions import api as subscriptions_api
from hotline.telephony.browser_phones import issuer_of
from hotline.telephony.client import Telephony
from hotline.telephony.strangers import Strangers
from hotline.telephony.webhook import WebhookRefused
from hotline.tickets import api as tickets_api
from hotline.tickets import desk_api
from hotline.tickets import pages as ticket_pages
from hotline.vendor_pages import pages as vendor_pages
from hotline.vendor_pages.access import LinkOver
from hotline.web import console, description, docs, health, metrics, problems
from hotline.web.departing import Departing, Departure
from hotline.web.envelope import Envelope
from hotline.web.gates import gate
from hotline.web.hosts import Hosts
from hotline.web.traced import Traced
from hotline.web.visitor import networks_of

# `/entries/suggest` of the conversation stands before `/entries/{entry_id}` of the directory.
_EDGES = (accounts_api, agents_api, organizations_api, conversation_api, directory_api, calls_api,
          queueing_api, recordings_api, tickets_api, desk_api, attachments_api, incidents_api,
          events_api, dispatch_api, settlement_api, roster_api, standing_api, vendor_api,
          vendor_papers_api, jobs_api, audit_api, opendata_api, editing_api, stats_api,
          announcements_api, proxy_api, follow_up_api, subscriptions_api, messages_api,
          exports_api, canned_texts_api, consents_api, retention_api)  # fmt: skip
_PAGES = (accounts_pages, socket, health, metrics, docs, ticket_pages, opendata_pages, vendor_pages)
_WEBHOOKS = (webhooks, queueing_webhooks, recordings_webhooks, follow_up_webhooks,
             messages_webhooks, dispatch_webhooks)  # fmt: skip


def create_app(
    settings: Settings, database_url: str | None = None, *, with_worker: bool = True
) -> FastAPI:
    """The whole service on one database; `database_url` wins over the one in the settings."""
    carrier = CarrierMount(settings)
    figures = metrics.Metrics()
    departure = Departure()

    @asynccontextmanager
    async def live(_app: FastAPI) -> AsyncIterator[dict[str, Any]]:
        async with (
            telephone_host(settings) as host,
            _running(settings, database_url, carrier, host, with_worker=with_worker) as state,
        ):
            departure.then(state["hub"].cut_everyone)
            yield {**state, "metrics": figures, "departure": departure}

    app = FastAPI(
        title="114 阳光政务服务热线",
        version="1",
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        lifespan=live,
    )
    app.state.departure = departure
    problems.install(app)
    app.add_exception_handler(WebhookRefused, webhooks.refuse)
    app.add_exception_handler(LinkOver, vendor_pages.over)
    for edge, name in _edges(settings):
        app.router.routes.extend(_routes_of(edge, name))
    carrier.add_to(app)
    console.serve_console(app)
    serve_portal_files(app)
    gate(app)
    description.describe(app)
    if settings.console_url:
        app.add_middleware(Hosts, staff=urlsplit(settings.console_url).netloc)
    app.add_middleware(
        Envelope, is_https=settings.is_https, proxies=networks_of(settings.trusted_proxies),
        has_browser_phones=issuer_of(settings) is not None, pictures=settings.tiles_origin,
    )  # fmt: skip
    app.add_middleware(metrics.Measured, metrics=figures)
    app.add_middleware(Departing, departure=departure)
    if settings.otlp_url or tracing.is_on():
        app.add_middleware(Traced)
    return app


def _edges(settings: Settings) -> Iterator[tuple[ModuleType, str]]:
    """Modules, and which of their routers."""
    # First, since routes are tried in order and calls wait for nobody.
    yield from _of_networks(settings)
    # Then what most people read: hundreds of routes of the API lie after it.
    yield portal_pages, "router"
    yield from ((edge, "router") for edge in _EDGES + _PAGES)


def _of_networks(settings: Settings) -> Iterator[tuple[ModuleType, str]]:
    """Who is configured may reach us; without its secret an address does not exist."""
    if provider_of(settings) is not None:
        yield from ((edge, "router") for edge in _WEBHOOKS)
    if settings.sms_template is not None and settings.sms_report_key is not None:
        yield messages_webhooks, "operator_router"


@cache
def _routes_of(edge: ModuleType, name: str) -> Sequence[BaseRoute]:
    """Put together once in a process, however many services live in it: it is most of a start."""
    holder = APIRouter()
    holder.include_router(getattr(edge, name))
    return holder.routes


@asynccontextmanager
async def _running(
    settings: Settings, database_url: str | None, carrier: CarrierMount,
    telephony: Telephony | None, *, with_worker: bool,
) -> AsyncIterator[dict[str, Any]]:  # fmt: skip
    """Everything that lives as long as the process; what it yields is the requests' state."""
    database = await _open(settings, database_url)
    standby = Standby(partial(reports_database, settings))
    await standby.here()
    live_directory = LiveDirectory(database, semantic_of(settings))
    hub, commits = Hub(database), Commits()
    await live_directory.load()
    await hub.begin()
    runners = job_runners(
        telephony, address=settings.address, data_dir=settings.data_dir, store=Store.of(settings),
        mailer=mailer_of(settings.mail_server, settings.mail_from),
        reach=reach_of(settings), operator=sms_operator_of(settings),
    )  # fmt: skip
    background = Background(database, runners)
    stopping = background.stopping
    background.begin(
        hub.run(stopping),
        live_directory.follow(stopping),
        beat(hub, stopping),
        sweep_sessions(hub, database, stopping),
        keep_reconciled(database, stopping),
        sign_heads(database, settings.data_dir, stopping),
        commits.follow(database, stopping),
        with_worker=with_worker,
    )
    await carrier.start(database)
    try:
        yield {
            "settings": settings,
            "database": database,
            "standby": standby,
            "directory": live_directory,
            "hub": hub,
            "commits": commits,
            "sso": identity_provider(settings),
            "provider": provider_of(settings),
            "wording": Wording(),
            "crowd": Crowd(settings.turns_at_once),
            "strangers": Strangers(),
            "operator": sms_operator_of(settings),
            "is_sample_city": is_sample_city(settings),
        }
    finally:
        hub.cut_everyone()
        await carrier.stop()
        await background.end()
        await database.close()
        await standby.close()


async def _open(settings: Settings, database_url: str | None) -> Database:
    url = database_url or (settings.database_url and settings.database_url.get_secret_value())
    if not url:
        raise ValueError("no database: give create_app its address")
    database = await open_database(url)
    carry_secrets(database, settings)
    return database
