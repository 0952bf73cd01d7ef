"""A client of the carrier's REST API."""

from typing import Any

import httpx2


class Rest:
    def __init__(self, client: httpx2.AsyncClient, account_sid: str, token: str) -> None:
        self._client = client
        self._auth = httpx2.BasicAuth(account_sid, token)
        self.account_sid = account_sid

    async def request(self, method: str, path: str, **fields: Any) -> httpx2.Response:
        query = fields.pop("params", None)
        url = path if path.startswith("/2010") else f"{self.base}/{path}"
        return await self._client.request(
            method, url, data=fields or None, params=query or None, auth=self._auth
        )

    async def get(self, path: str, **query: Any) -> dict[str, Any]:
        return self._json(await self.request("GET", path, params=query), 200)

    async def create(self, path: str, **fields: Any) -> dict[str, Any]:
        return self._json(await self.request("POST", path, **fields), 201)

    async def update(self, path: str, **fields: Any) -> dict[str, Any]:
        return self._json(await self.request("POST", path, **fields), 200)

    async def delete(self, path: str) -> None:
        reply = await self.request("DELETE", path)
        assert reply.status_code == 204, reply.text

    async def refused(self, method: str, path: str, **fields: Any) -> tuple[int, int]:
        """Status and error code of a request that must fail."""
        reply = await self.request(method, path, **fields)
        body = reply.json()
        assert body["status"] == reply.status_code
        assert body["more_info"].endswith(f"/{body['code']}")
        return reply.status_code, body["code"]

    @property
    def base(self) -> str:
        return f"/2010-04-01/Accounts/{self.account_sid}"

    @staticmethod
    def _json(reply: httpx2.Response, status: int) -> dict[str, Any]:
        assert reply.status_code == status, reply.text
        body: dict[str, Any] = reply.json()
        return body
