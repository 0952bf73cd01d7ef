"""Who arrives at a page meets the newest catalog."""

from typing import Annotated

from fastapi import Depends, Request

from hotline import clock
from hotline.errors import Busy
from hotline.portal.visit import Visit, display_of, portal_of


async def arrive(request: Request) -> Visit:
    """503 until there is a city to show."""
    portal = portal_of(request)
    catalog = await portal.shelves.current(request.state.database, request.state.directory)
    if catalog is None:
        raise Busy
    return Visit(request, portal, catalog, display_of(request), clock.now())


Arrived = Annotated[Visit, Depends(arrive)]
