"""Files in a bucket that speaks S3: signed as Amazon documents it, sealed, and as they were."""

from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import httpx2
import pytest
from PIL import Image
from pydantic import ValidationError
from sqlalchemy.ext.asyncio import AsyncSession

from hotline import clock, doctor
from hotline.attachments.bucket import Bucket, Signer, StoreUnavailable
from hotline.attachments.keeping import Store, check, content_of, keep
from hotline.attachments.scanner import NoScanner
from hotline.db import uuid7
from hotline.findings import Grade
from hotline.settings import Settings

NOTHING = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
KEY = Signer("us-east-1", "AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")
THURSDAY = datetime(2026, 11, 26, 6, tzinfo=UTC)


class Storage(httpx2.AsyncBaseTransport):
    """Another party's storage: takes what is signed with its key, and nothing else."""

    def __init__(self, signer: Signer = KEY) -> None:
        self.files: dict[str, bytes] = {}
        self.is_down = False
        self.says: httpx2.Response | None = None
        self._signer = signer

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        if self.is_down:
            raise httpx2.ConnectError("down", request=request)
        if self.says is not None:
            return self.says
        digest = request.headers["x-amz-content-sha256"]
        wanted = self._signer.signed(request.method, request.url, {}, digest, clock.now())
        if request.headers["authorization"] != wanted["authorization"]:
            return httpx2.Response(403)
        name = request.url.path
        if request.method == "PUT":
            self.files[name] = await request.aread()
            return httpx2.Response(200)
        if request.method == "DELETE":
            self.files.pop(name, None)
            return httpx2.Response(204)
        found = self.files.get(name)
        return httpx2.Response(404) if found is None else httpx2.Response(200, content=found)


@pytest.fixture
def storage() -> Storage:
    return Storage()


@pytest.fixture
def store(storage: Storage, tmp_path: Path) -> Store:
    return Store(tmp_path, Bucket("https://storage.example/files", KEY, storage))


def picture() -> bytes:
    out = BytesIO()
    Image.new("RGB", (8, 8), "white").save(out, "PNG")
    return out.getvalue()


def test_a_request_is_signed_as_in_amazons_example() -> None:
    """ "Authenticating Requests: Using the Authorization Header", GET Object."""
    signed = KEY.signed(
        "GET", httpx2.URL("https://examplebucket.s3.amazonaws.com/test.txt"),
        {"Range": "bytes=0-9"}, NOTHING, datetime(2013, 5, 24, tzinfo=UTC),
    )  # fmt: skip
    assert signed["authorization"] == (
        "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,"
        "SignedHeaders=host;range;x-amz-content-sha256;x-amz-date,"
        "Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"
    )


async def test_a_file_goes_to_the_bucket_sealed_and_comes_back(
    session: AsyncSession, store: Store, storage: Storage
) -> None:
    with clock.stopped(THURSDAY):
        checked = await check(picture(), "路灯.png", NoScanner())
        kept = await keep(
            session, store, checked, subject="ticket:1", name="路灯.png", account_id=None
        )
        _, content = await content_of(session, store, "ticket:1", kept.id)
    assert content == checked.content
    ((name, sealed),) = storage.files.items()
    assert name == f"/files/{kept.id.hex[-2:]}/{kept.id.hex}"
    assert checked.content not in sealed
    assert not store.path(kept.id).exists()


async def test_what_was_kept_before_there_was_a_bucket_is_found_and_moves_when_sealed_anew(
    store: Store, storage: Storage, tmp_path: Path
) -> None:
    own = uuid7()
    await Store(tmp_path).write(own, b"old")
    with clock.stopped(THURSDAY):
        assert await store.read(own) == b"old"
        await store.replace(own, b"new")
        assert not store.path(own).exists()
        assert await store.read(own) == b"new"
        await store.erase(own)
    assert storage.files == {}
    with clock.stopped(THURSDAY), pytest.raises(FileNotFoundError):
        await store.read(own)


async def test_a_storage_that_is_down_or_refuses_is_said_as_such(
    store: Store, storage: Storage, tmp_path: Path
) -> None:
    other = Signer("us-east-1", "AKIAIOSFODNN7EXAMPLE", "another")
    refused = Store(tmp_path, Bucket("https://storage.example/files", other, storage))
    with clock.stopped(THURSDAY):
        with pytest.raises(StoreUnavailable):
            await refused.write(uuid7(), b"x")
        storage.is_down = True
        for act in (store.write(uuid7(), b"x"), store.read(uuid7()), store.erase(uuid7())):
            with pytest.raises(StoreUnavailable):
                await act


@pytest.mark.parametrize(
    ("status", "told"),
    [(307, b""), (301, b""), (404, b"<Error><Code>NoSuchBucket</Code></Error>")],
)
async def test_moved_away_or_without_its_bucket_it_has_neither_kept_nor_let_go_of_anything(
    store: Store, storage: Storage, status: int, told: bytes
) -> None:
    moved = {"location": "https://elsewhere.example/files"}
    storage.says = httpx2.Response(status, headers=moved, content=told)
    with clock.stopped(THURSDAY):
        for act in (store.write(uuid7(), b"x"), store.read(uuid7()), store.erase(uuid7())):
            with pytest.raises(StoreUnavailable):
                await act


async def test_the_doctor_says_whether_the_storage_answers(
    store: Store, storage: Storage, tmp_path: Path
) -> None:
    assert await doctor.storage(Store(tmp_path)) == []
    with clock.stopped(THURSDAY):
        (good,) = await doctor.storage(store)
        storage.is_down = True
        (bad,) = await doctor.storage(store)
    assert (good.grade, bad.grade) == (Grade.GOOD, Grade.BAD)


def test_the_settings_choose_the_store_and_a_bucket_needs_its_key(tmp_path: Path) -> None:
    given: dict[str, Any] = {"data_dir": tmp_path, "s3_url": "https://storage.example/files/"}
    assert Store.of(Settings(data_dir=tmp_path)).bucket is None
    with pytest.raises(ValidationError):
        Settings(**given)
    bucket = Store.of(Settings(**given, s3_key_id="k", s3_secret="s")).bucket
    assert bucket is not None
    assert (bucket.url, bucket.signer.key_id) == ("https://storage.example/files", "k")
    assert "'s'" not in repr(bucket)
