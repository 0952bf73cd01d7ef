"""OpenID Connect with a provider of the city: where to send people, and what its answer proves.

Authorization code with PKCE (RFC 7636), state and nonce; the ID token is taken only when the
issuer, the audience, the times, the nonce and the signature are right. Everything is asked at the
issuer's own origin. Keys are fetched anew when a token names one that is not known.
"""

import base64
import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import httpx2
import jwt
import structlog

from hotline import clock
from hotline.errors import HotlineError
from hotline.telephony.outgoing import origin_of, outgoing_client

log = structlog.get_logger()

_ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "ES256", "ES384", "EdDSA")
_LEEWAY = timedelta(seconds=60)
_SECONDS = 5.0
_KEYS_EVERY = timedelta(seconds=30)
_STRONG = frozenset({"mfa", "otp", "hwk", "swk", "pop", "sc", "fpt", "face"})


class ProviderFailed(HotlineError):
    status, code, detail = 503, "sso_failed", "统一身份认证暂时不可用，请用密码登录。"


class TokenRefused(HotlineError):
    status, code, detail = 401, "sso_refused", "统一身份认证没有通过。"


@dataclass(frozen=True, slots=True)
class Proof:
    """What only we and the provider know of one sign-in."""

    state: str
    nonce: str
    verifier: str


@dataclass(frozen=True, slots=True)
class Identity:
    """Who it is: issuer and subject, never an address of mail. RFC 8176 names the methods."""

    issuer: str
    subject: str
    has_second_factor: bool


@dataclass(frozen=True, slots=True)
class Client:
    """We, as the provider knows us."""

    issuer: str
    client_id: str
    client_secret: str
    return_url: str


def new_proof() -> Proof:
    return Proof(*(secrets.token_urlsafe(32) for _ in range(3)))


@dataclass(slots=True)
class Provider:
    """One provider; what it publishes is kept for as long as the process lives."""

    client: Client
    within: httpx2.AsyncBaseTransport | None = None
    _published: dict[str, Any] = field(default_factory=dict)
    _keys: dict[str, jwt.PyJWK] = field(default_factory=dict)
    _keys_at: Any = None

    async def address_to_sign_in(self, proof: Proof) -> str:
        published = await self._description()
        challenge = hashlib.sha256(proof.verifier.encode()).digest()
        query = {
            "response_type": "code",
            "client_id": self.client.client_id,
            "redirect_uri": self.client.return_url,
            "scope": "openid",
            "state": proof.state,
            "nonce": proof.nonce,
            "code_challenge": base64.urlsafe_b64encode(challenge).rstrip(b"=").decode(),
            "code_challenge_method": "S256",
        }
        return f"{published['authorization_endpoint']}?{urlencode(query)}"

    async def identity(self, code: str, proof: Proof) -> Identity:
        """Raises TokenRefused for what proves nothing, ProviderFailed where nobody answers."""
        published = await self._description()
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.client.return_url,
            "client_id": self.client.client_id,
            "client_secret": self.client.client_secret,
            "code_verifier": proof.verifier,
        }
        answer = await self._ask("POST", published["token_endpoint"], form)
        return await self.read_token(str(answer.get("id_token", "")), proof.nonce)

    async def read_token(self, token: str, nonce: str) -> Identity:
        try:
            key = await self._key(str(jwt.get_unverified_header(token).get("kid", "")))
            claims = self._claims(token, key)
        except jwt.PyJWTError as error:
            log.warning("sso.token_refused", error=type(error).__name__)
            raise TokenRefused from error
        if not secrets.compare_digest(str(claims.get("nonce", "")).encode(), nonce.encode()):
            log.warning("sso.token_refused", error="nonce")
            raise TokenRefused
        methods = claims.get("amr")
        strong = isinstance(methods, list) and not _STRONG.isdisjoint(map(str, methods))
        return Identity(self.client.issuer, str(claims["sub"]), strong)

    def _claims(self, token: str, key: jwt.PyJWK) -> Mapping[str, Any]:
        claims: dict[str, Any] = jwt.decode(
            token, key, algorithms=list(_ALGORITHMS), audience=self.client.client_id,
            issuer=self.client.issuer, leeway=_LEEWAY,
            options={"require": ["exp", "iat", "iss", "aud", "sub", "nonce"]},
        )  # fmt: skip
        if claims.get("azp", self.client.client_id) != self.client.client_id:
            raise jwt.InvalidAudienceError
        return claims

    async def _key(self, kid: str) -> jwt.PyJWK:
        """Unknown keys are looked for at the provider: it may have changed them."""
        now = clock.now()
        if kid not in self._keys and (self._keys_at is None or now - self._keys_at > _KEYS_EVERY):
            published = await self._description()
            found = await self._ask("GET", published["jwks_uri"])
            self._keys = {one.key_id or "": one for one in jwt.PyJWKSet.from_dict(found).keys}
            self._keys_at = now
        if kid not in self._keys:
            raise jwt.InvalidKeyError
        return self._keys[kid]

    async def _description(self) -> dict[str, Any]:
        if not self._published:
            address = f"{self.client.issuer.rstrip('/')}/.well-known/openid-configuration"
            found = await self._ask("GET", address)
            if found.get("issuer") != self.client.issuer:
                raise ProviderFailed
            self._published = found
        return self._published

    async def _ask(
        self, method: str, address: str, form: Mapping[str, str] | None = None
    ) -> dict[str, Any]:
        try:
            async with outgoing_client([self.client.issuer], self.within) as asking:
                answer = await asking.request(method, address, data=form, timeout=_SECONDS)
        except httpx2.HTTPError as error:
            log.warning("sso.unreachable", error=type(error).__name__)
            raise ProviderFailed from error
        if answer.status_code in (400, 401):
            raise TokenRefused
        return _json_of(answer)


def _json_of(answer: httpx2.Response) -> dict[str, Any]:
    try:
        told = answer.json()
    except ValueError as error:
        raise ProviderFailed from error
    if answer.status_code != 200 or not isinstance(told, dict):
        raise ProviderFailed
    return told


def require_origin(issuer: str) -> str:
    """Over https, or a provider on this very machine. Raises ValueError."""
    origin = origin_of(httpx2.URL(issuer))
    if not origin.startswith(("https://", "http://localhost:", "http://127.0.0.1:")):
        raise ValueError("the issuer must be reached by https")
    return origin
