"""Files in the bucket of any storage that speaks S3. What lies there was sealed before it left.

Requests go to the configured host alone, signed by AWS Signature Version 4 (the part of it that
single requests with a known body need).
"""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

import httpx2
import structlog

from hotline import clock
from hotline.errors import HotlineError
from hotline.telephony.outgoing import outgoing_client

log = structlog.get_logger()

# Less than the 10 s for which the database leaves a transaction idle: files are asked for in one.
_PATIENCE = httpx2.Timeout(6, connect=3)
_MISSING = 404
_NO_BUCKET = b"NoSuchBucket"


class StoreUnavailable(HotlineError):
    status, code, detail = 503, "store_unavailable", "文件存储暂时不可用，请稍后再试。"


@dataclass(frozen=True, slots=True)
class Signer:
    """The key of the bucket, and how a request is signed with it."""

    region: str
    key_id: str
    secret: str = field(repr=False)

    def signed(
        self, method: str, url: httpx2.URL, headers: Mapping[str, str], digest: str, now: datetime
    ) -> dict[str, str]:
        """The headers to send; `digest` is SHA-256 of the body in hex."""
        moment = f"{now:%Y%m%dT%H%M%SZ}"
        named = {
            **{name.lower(): value for name, value in headers.items()},
            "host": url.netloc.decode(),
            "x-amz-content-sha256": digest,
            "x-amz-date": moment,
        }
        names = ";".join(sorted(named))
        lines = "".join(f"{name}:{named[name]}\n" for name in sorted(named))
        path = url.raw_path.partition(b"?")[0].decode()
        asked = "\n".join((method, path, "", lines, names, digest))
        scope = f"{moment[:8]}/{self.region}/s3/aws4_request"
        told = "\n".join(("AWS4-HMAC-SHA256", moment, scope, _sha256(asked.encode())))
        signature = hmac.new(self._key(moment[:8]), told.encode(), hashlib.sha256).hexdigest()
        credential = f"AWS4-HMAC-SHA256 Credential={self.key_id}/{scope}"
        named["authorization"] = f"{credential},SignedHeaders={names},Signature={signature}"
        return named

    def _key(self, day: str) -> bytes:
        key = f"AWS4{self.secret}".encode()
        for part in (day, self.region, "s3", "aws4_request"):
            key = hmac.new(key, part.encode(), hashlib.sha256).digest()
        return key


@dataclass(frozen=True, slots=True)
class Bucket:
    """`url` ends with the bucket's name, and may go on with a folder in it."""

    url: str
    signer: Signer
    within: httpx2.AsyncBaseTransport | None = None

    async def put(self, name: str, content: bytes) -> None:
        if (await self._ask("PUT", name, content)).status_code == _MISSING:
            raise StoreUnavailable

    async def get(self, name: str) -> bytes | None:
        answer = await self._ask("GET", name)
        return None if answer.status_code == _MISSING else answer.content

    async def delete(self, name: str) -> None:
        await self._ask("DELETE", name)

    async def _ask(self, method: str, name: str, content: bytes = b"") -> httpx2.Response:
        """Raises StoreUnavailable for what is neither success nor a file that is not there.

        A redirection is not followed, so nothing has been done by it.
        """
        url = httpx2.URL(f"{self.url.rstrip('/')}/{name}")
        headers = self.signer.signed(method, url, {}, _sha256(content), clock.now())
        try:
            async with outgoing_client([self.url], self.within) as client:
                answer = await client.request(
                    method, url, content=content, headers=headers, timeout=_PATIENCE
                )
        except httpx2.HTTPError as error:
            log.warning("store.unreachable", error=type(error).__name__)
            raise StoreUnavailable from error
        if not (answer.is_success or _is_missing(answer)):
            log.error("store.refused", status=answer.status_code)
            raise StoreUnavailable
        return answer


def _is_missing(answer: httpx2.Response) -> bool:
    """The file; where the bucket itself is missing, nothing is known of the file."""
    return answer.status_code == _MISSING and _NO_BUCKET not in answer.content


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
