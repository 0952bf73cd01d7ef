"""Which parties a production would talk to in clear, and whether it can end TLS itself."""

import ssl
from collections.abc import Iterator
from ipaddress import ip_address, ip_network
from urllib.parse import urlsplit

from sqlalchemy.engine import URL, make_url

from hotline.errors import InstallationError
from hotline.settings import Settings

_VERIFIED = "verify-full"


def in_clear(settings: Settings, *, gateway: str = "") -> list[str]:
    """What is wrong, in Chinese; nothing outside production (the sample city on loopback).

    `gateway` is the address of the operator of text messages, which stands in a file.
    """
    return [*_faults(settings), *_addresses(settings, gateway)] if settings.is_https else []


def require_certificate(settings: Settings) -> None:
    """Raises InstallationError where the service is to end TLS and could not."""
    chain, key = settings.tls_certificate, settings.tls_key_file
    if chain is None or key is None:
        return
    try:
        # No password: a key that is locked with one is refused, and nobody is asked for it.
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(chain, key, password="")
    except (OSError, ValueError) as error:
        says = f"证书 {chain} 和私钥 {key} 用不了：读不到、不是 PEM、私钥有口令，或不是一对"
        raise InstallationError(f"{says}。") from error


def proxies_elsewhere(settings: Settings) -> bool:
    listed = map(str.strip, settings.trusted_proxies.split(","))
    return not all(ip_network(one).is_loopback for one in listed if one)


def _faults(settings: Settings) -> Iterator[str]:
    """The mail server is asked for TLS when it is spoken to; the identity provider at the start."""
    if (settings.tls_certificate is None) != (settings.tls_key_file is None):
        yield "证书和私钥须同时设置"
    for secret in filter(None, (settings.database_url, settings.replica_url)):
        url = make_url(secret.get_secret_value())
        if not all(map(_is_here, _hosts(url))) and url.query.get("ssl") != _VERIFIED:
            yield f"数据库不在本机，连接须验证证书（地址后加 ?ssl={_VERIFIED}）"


def _addresses(settings: Settings, gateway: str) -> Iterator[str]:
    named = {
        "话务平台": settings.twilio_api_url or "", "对象存储": settings.s3_url,
        "短信平台": gateway, "追踪收集器": settings.otlp_url,
    }  # fmt: skip
    for party, address in named.items():
        if address and not address.startswith("https://") and not _is_here(_host(address)):
            yield f"{party}的地址须为 https"
    scanner = settings.virus_scanner
    is_sealed = scanner.startswith(("unix:", "tls:"))
    if scanner and not is_sealed and not _is_here(scanner.rpartition(":")[0].strip("[]")):
        yield "病毒扫描不在本机，地址须写成 tls:主机:端口"


def _host(address: str) -> str:
    return urlsplit(address).hostname or "?"


def _hosts(url: URL) -> list[str | None]:
    """A socket's directory is a host too, and is here."""
    named = url.query.get("host")
    if named is None:
        return [url.host]
    several = [named] if isinstance(named, str) else list(named)
    return [one if one.startswith("/") else one.rpartition(":")[0] or one for one in several]


def _is_here(host: str | None) -> bool:
    if not host or host == "localhost" or host.startswith("/"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
