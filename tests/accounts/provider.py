"""A small OpenID provider: discovery, keys, tokens. What it says can be bent for a test."""

import base64
import hashlib
import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import httpx2
import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

from hotline import clock

ISSUER = "https://sso.example.cn"
CLIENT_ID = "hotline"
SECRET = "kept between the two"


@dataclass
class Provider:
    """`claims` overrides what a token says; `asked` holds the forms of the token endpoint."""

    subject: str = "person-1"
    claims: dict[str, Any] = field(default_factory=dict)
    kid: str = "key-1"
    key: rsa.RSAPrivateKey = field(default_factory=lambda: rsa.generate_private_key(65537, 2048))
    published: list[str] = field(default_factory=list)
    asked: list[dict[str, str]] = field(default_factory=list)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    algorithm: str = "RS256"
    is_down: bool = False
    keys_asked: int = 0

    def change_key(self) -> None:
        self.kid, self.key = f"key-{uuid4().hex[:6]}", rsa.generate_private_key(65537, 2048)

    def signs_in(self, address: str) -> dict[str, str]:
        """The person agrees at the address; what comes back in the query of our return address."""
        query = {name: one[0] for name, one in parse_qs(urlsplit(address).query).items()}
        assert (query["response_type"], query["scope"]) == ("code", "openid")
        code = uuid4().hex
        self.codes[code] = query
        return {"code": code, "state": query["state"]}

    def transport(self) -> httpx2.AsyncBaseTransport:
        return httpx2.MockTransport(self._answer)

    def token(self, nonce: str) -> str:
        now = int(clock.now().timestamp())
        claims = {
            "iss": ISSUER, "sub": self.subject, "aud": CLIENT_ID, "iat": now, "exp": now + 300,
            "nonce": nonce,
        } | self.claims  # fmt: skip
        claims = {name: value for name, value in claims.items() if value is not None}
        if self.algorithm == "none":
            return jwt.encode(claims, None, algorithm="none", headers={"kid": self.kid})
        if self.algorithm == "HS256":
            return jwt.encode(claims, "x" * 32, algorithm="HS256", headers={"kid": self.kid})
        return jwt.encode(claims, self.key, algorithm="RS256", headers={"kid": self.kid})

    def _answer(self, request: httpx2.Request) -> httpx2.Response:
        if self.is_down:
            return httpx2.Response(502)
        path = request.url.path
        if path == "/.well-known/openid-configuration":
            return httpx2.Response(200, json=self._description())
        if path == "/keys":
            self.keys_asked += 1
            public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key()))
            return httpx2.Response(
                200, json={"keys": [public | {"kid": self.kid, "alg": "RS256", "use": "sig"}]}
            )
        form = {name: one[0] for name, one in parse_qs(request.content.decode()).items()}
        self.asked.append(form)
        return self._tokens(form)

    def _tokens(self, form: dict[str, str]) -> httpx2.Response:
        """A code is good once, and only with the verifier of its challenge."""
        begun = self.codes.pop(form.get("code", ""), None)
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if begun is None or begun["code_challenge"] != challenge:
            return httpx2.Response(400, json={"error": "invalid_grant"})
        return httpx2.Response(200, json={"id_token": self.token(begun["nonce"])})

    def _description(self) -> dict[str, str]:
        return {
            "issuer": ISSUER,
            "authorization_endpoint": f"{ISSUER}/authorize",
            "token_endpoint": f"{ISSUER}/token",
            "jwks_uri": f"{ISSUER}/keys",
        }
