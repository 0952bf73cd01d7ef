"""Photos of badges, small: fetched and drawn outside of any transaction, kept in memory by content.

A resident who follows an order looks often, and the storage may be slow.
"""

import asyncio
from base64 import b64encode
from collections import OrderedDict
from dataclasses import replace

from hotline.attachments.images import miniature
from hotline.attachments.keeping import Store, opened
from hotline.errors import HotlineError
from hotline.portal.home_visit import HomeVisit, PhotoRef
from hotline.vault import SealBroken, Vault

EDGE = 240
"""Pixels: twice what is shown, for sharp screens."""
_MOST_KEPT = 200


class BadgePhotos:
    """Whichever was looked at longest ago goes first."""

    def __init__(self, most: int = _MOST_KEPT) -> None:
        self._most = most
        self._small: OrderedDict[bytes, bytes] = OrderedDict()

    async def shown(self, visit: HomeVisit | None, store: Store, vault: Vault) -> HomeVisit | None:
        """The visit with its photo. Without one, or with one that cannot be had, name and badge
        still stand there."""
        comer = visit.comer if visit else None
        if visit is None or comer is None or comer.photo_ref is None:
            return visit
        try:
            small = await self.small(comer.photo_ref, store, vault)
        except (HotlineError, OSError, SealBroken):
            return visit
        photo = f"data:image/jpeg;base64,{b64encode(small).decode()}"
        return replace(visit, comer=replace(comer, photo=photo))

    async def small(self, ref: PhotoRef, store: Store, vault: Vault) -> bytes:
        """Raises NotFound, OSError, SealBroken, StoreUnavailable."""
        known = self._small.get(ref.digest)
        if known is None:
            content = await opened(store, vault, ref.attachment_id)
            known = self._small[ref.digest] = await asyncio.to_thread(miniature, content, EDGE)
        self._small.move_to_end(ref.digest)
        while len(self._small) > self._most:
            self._small.popitem(last=False)
        return known
