"""What is announced and what is disturbed now: a page, and feeds for readers and machines."""

from datetime import timedelta

from fastapi import APIRouter, Response

from hotline.portal import news_queries
from hotline.portal.arriving import Arrived
from hotline.portal.news import Channel, feed, notices_as_news
from hotline.portal.render import Page
from hotline.portal.visit import Visit

router = APIRouter(include_in_schema=False)

_READ = ["GET", "HEAD"]
_KEPT = timedelta(days=30)
PAGE = "/announcements"


@router.api_route(PAGE, methods=_READ)
async def show_announcements(visit: Arrived) -> Response:
    notices = visit.notices
    incidents = visit.directory.incidents

    def make() -> Page:
        return visit.page("announcements.html", notices=notices, incidents=incidents)

    marks = [*(f"{one.id}.{one.version}" for one in notices), *(str(one.id) for one in incidents)]
    return visit.kept(make, *marks)


@router.api_route("/announcements.atom", methods=_READ)
async def send_announcements(visit: Arrived) -> Response:
    channel = _channel(visit, "news.announcements", "/announcements.atom")
    return feed(channel, notices_as_news(visit.notices, PAGE)).answer(visit.request)


@router.api_route("/incidents.atom", methods=_READ)
async def send_incidents(visit: Arrived) -> Response:
    since = visit.moment - _KEPT
    async with visit.request.state.database.transaction() as session:
        found = await news_queries.incidents_since(session, visit.catalog.city_id, since, page=PAGE)
    return feed(_channel(visit, "news.incidents", "/incidents.atom"), found).answer(visit.request)


def _channel(visit: Visit, key: str, path: str) -> Channel:
    city = visit.catalog.city
    title = visit.texts.t(key, city=city.short_name)
    return Channel(title, city.name, visit.request.state.settings.address, path, PAGE)
