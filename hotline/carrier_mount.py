"""The embedded carrier in this process: built here, reached by HTTP only like any other host."""

from fastapi import FastAPI

from hotline.db import Database
from hotline.settings import Settings


class CarrierMount:
    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def add_to(self, app: FastAPI) -> None:
        pass

    async def start(self, database: Database) -> None:
        pass

    async def stop(self) -> None:
        pass
