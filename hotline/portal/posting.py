"""What every form of the portal needs: our own page posted it, and who posts is not many."""

from typing import Annotated

from fastapi import Depends, Request

from hotline import clock
from hotline.accounts.origins import is_own
from hotline.errors import ForeignOrigin
from hotline.portal.forms import Posted, read_posted
from hotline.portal.visit import portal_of


async def own_post(request: Request) -> Posted:
    """What was posted from our own pages; another site may not post in somebody's name."""
    headers = {name.lower(): value for name, value in request.headers.items()}
    if not is_own(headers, request.state.settings.address):
        raise ForeignOrigin
    portal_of(request).posts.use("", clock.now())
    return await read_posted(request)


OwnPost = Annotated[Posted, Depends(own_post)]
