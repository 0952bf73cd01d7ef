"""Password hashes: argon2id off the event loop, a bounded number at a time."""

import asyncio
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import BoundedSemaphore
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from hotline.errors import Busy

T = TypeVar("T")

# OWASP Password Storage Cheat Sheet: argon2id with 19 MiB, 2 passes, 1 lane.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
# One core stays free for the event loop.
_WORKERS = ThreadPoolExecutor(max(1, (os.cpu_count() or 2) - 1), thread_name_prefix="argon2")
_PLACES = BoundedSemaphore(200)

# Of a random password that nobody knows: unknown names cost as much time as known ones.
NOBODY = (
    "$argon2id$v=19$m=19456,t=2,p=1$PYa20x40pQrtRF1H0yvmFQ"
    "$l5TReabngKn+6SjlYMAFDcTAsujEq2wEJIK6m2J1uXk"
)


async def hash_password(password: str) -> str:
    return await _off_the_loop(partial(_HASHER.hash, password))


async def is_right(password_hash: str, password: str) -> bool:
    return await _off_the_loop(partial(_verify, password_hash, password))


def is_outdated(password_hash: str) -> bool:
    """Whether it was made with other parameters than new ones are."""
    return _HASHER.check_needs_rehash(password_hash)


def _verify(password_hash: str, password: str) -> bool:
    try:
        return _HASHER.verify(password_hash, password)
    except (VerificationError, InvalidHashError):
        return False


async def _off_the_loop(work: Callable[[], T]) -> T:
    if not _PLACES.acquire(blocking=False):
        raise Busy
    try:
        return await asyncio.get_running_loop().run_in_executor(_WORKERS, work)
    finally:
        _PLACES.release()
