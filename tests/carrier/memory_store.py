"""A store that lives as long as the test, for tests of everything but storing."""

from collections.abc import Mapping
from typing import Any

from hotline.carrier.acts import Entry
from hotline.carrier.store import Kind, Owed, Saved


class MemoryStore:
    def __init__(self) -> None:
        self.saved: dict[tuple[Kind, str], Mapping[str, Any]] = {}
        self.owed: dict[str, Owed] = {}

    def save(
        self, kind: Kind, sid: str, state: Mapping[str, Any], *, is_live: bool = False
    ) -> None:
        self.saved[kind, sid] = state

    def forget(self, kind: Kind, sid: str) -> None:
        self.saved.pop((kind, sid), None)

    def add_act(self, call_sid: str, entry: Entry) -> None:
        pass

    def owe(self, callback: Owed) -> None:
        self.owed[callback.id] = callback

    def settle(self, callback_id: str) -> None:
        self.owed.pop(callback_id, None)

    async def claim(self) -> bool:
        return True

    async def load(self) -> Saved:
        return Saved()

    async def start(self) -> None:
        pass

    async def stop(self) -> None:
        pass
