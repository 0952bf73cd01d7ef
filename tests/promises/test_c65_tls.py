"""TLS to every party: what comes in clear is refused, and nothing goes out in clear."""

import asyncio
import json
import os
import shutil
import smtplib
import socket
import ssl
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from pydantic import SecretStr
from starlette.responses import Response

from hotline import doctor
from hotline.errors import InstallationError
from hotline.installation import parties_in_clear, prepare
from hotline.serving import server_config
from hotline.settings import Settings
from hotline.stats.mailing import Letter, SmtpMailer
from hotline.stats.reporting import File
from hotline.tls import in_clear
from hotline.web.asgi import Message, Receive, Scope, Send
from hotline.web.envelope import Envelope
from hotline.web.visitor import networks_of
from tests.certificates import make_certificate

CLUSTER = Path(__file__).parents[2] / "docs" / "examples" / "cluster"
HTTPS = "https://114.example.cn"
STRANGER, PROXY = "203.0.113.9", "10.0.0.5"


async def _status(peer: str, *, proto: str | None = None, scheme: str = "http") -> int:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await Response("in")(scope, receive, send)

    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    headers = [(b"x-forwarded-proto", proto.encode())] if proto else []
    scope: dict[str, Any] = {
        "type": "http", "method": "GET", "path": "/api/v1/me", "query_string": b"",
        "headers": headers, "client": (peer, 1), "scheme": scheme, "server": ("h", 80),
    }  # fmt: skip
    receiving = asyncio.Event()
    await Envelope(app, is_https=True, proxies=networks_of("10.0.0.0/8"))(
        scope,
        receiving.wait,
        send,  # type: ignore[arg-type]
    )
    return int(sent[0]["status"])


@pytest.mark.parametrize(
    ("peer", "proto", "scheme", "status"),
    [
        (STRANGER, None, "http", 403),
        (STRANGER, "https", "http", 200),
        (PROXY, "http", "http", 403),
        (PROXY, "https, http", "http", 403),
        (PROXY, "https", "http", 200),
        (PROXY, None, "http", 200),
        (STRANGER, None, "https", 200),
        ("127.0.0.1", None, "http", 200),
        ("127.0.0.1", "http", "http", 403),
    ],
)
async def test_c65_what_comes_in_clear_is_refused_and_not_redirected(
    peer: str, proto: str | None, scheme: str, status: int
) -> None:
    assert await _status(peer, proto=proto, scheme=scheme) == status


@pytest.mark.parametrize(("scheme", "is_taken"), [("ws", False), ("wss", True)])
async def test_c65_a_socket_in_clear_is_refused(scheme: str, is_taken: bool) -> None:
    reached: list[Scope] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        reached.append(scope)

    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    scope: dict[str, Any] = {
        "type": "websocket", "path": "/api/v1/socket", "headers": [], "client": (STRANGER, 1),
        "scheme": scheme, "query_string": b"",
    }  # fmt: skip
    await Envelope(app, is_https=True)(scope, asyncio.Event().wait, send)  # type: ignore[arg-type]
    assert bool(reached) is is_taken
    assert [message["type"] for message in sent] == ([] if is_taken else ["websocket.close"])


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"twilio_api_url": "http://calls.example.cn"}, "话务平台"),
        ({"database_url": SecretStr("postgresql://a:b@db.example.cn/hotline")}, "数据库"),
        ({"database_url": SecretStr("postgresql://a:b@db.example.cn/x?ssl=require")}, "数据库"),
        ({"database_url": SecretStr("postgresql://a:b@/x?host=db1:5432&host=db2:5432")}, "数据库"),
        ({"tls_certificate": Path("chain.pem")}, "私钥"),
        ({"virus_scanner": "scanner.example.cn:3310"}, "病毒扫描"),
        ({"virus_scanner": "[2001:db8::1]:3310"}, "病毒扫描"),
        ({"otlp_url": "http://collector:4318/v1/traces"}, "追踪收集器"),
        ({"otlp_url": "collector:4318"}, "追踪收集器"),
        (
            {"s3_url": "http://store.example.cn/b", "s3_key_id": "k", "s3_secret": SecretStr("s")},
            "对象存储",
        ),
    ],
)
async def test_c65_a_production_that_would_speak_in_clear_does_not_start(
    more: dict[str, Any], says: str
) -> None:
    settings = Settings(public_url=HTTPS, **more)
    assert says in "".join(in_clear(settings))
    with pytest.raises(InstallationError, match=says):
        await prepare(settings, "postgresql+asyncpg://nobody@nowhere/none", lambda _line: None)
    assert in_clear(Settings(**more)) == []


@pytest.mark.parametrize(
    "database",
    ["postgresql://a@db.example.cn/x?ssl=verify-full", "postgresql://a@127.0.0.1/x",
     "postgresql://a@/x?host=/run/postgresql"],
)  # fmt: skip
def test_c65_a_verified_or_local_database_is_taken(database: str) -> None:
    settings = Settings(
        public_url=HTTPS, database_url=SecretStr(database), twilio_api_url="http://127.0.0.1:9"
    )
    assert in_clear(settings) == []


@pytest.mark.parametrize(
    "more",
    [{"virus_scanner": "unix:/run/clamav/clamd.ctl"}, {"virus_scanner": "127.0.0.1:3310"},
     {"virus_scanner": "[::1]:3310"}, {"virus_scanner": "tls:scanner.example.cn:3311"},
     {"otlp_url": "http://127.0.0.1:4318/v1/traces"}, {"otlp_url": "https://collector/v1/traces"}],
)  # fmt: skip
def test_c65_what_is_here_or_by_tls_is_taken(more: dict[str, Any]) -> None:
    assert in_clear(Settings(public_url=HTTPS, **more)) == []


@pytest.mark.parametrize(
    ("url", "is_taken"),
    [("http://sms.example.cn/send", False), ("https://sms.example.cn/send", True),
     ("http://127.0.0.1:9/send", True)],
)  # fmt: skip
def test_c65_a_gateway_of_texts_is_spoken_to_by_tls(
    tmp_path: Path, url: str, is_taken: bool
) -> None:
    template = tmp_path / "gateway.json"
    template.write_text(json.dumps({"url": url, "fields": {"to": "{to}", "text": "{body}"}}))
    settings = Settings(public_url=HTTPS, sms_template=template, data_dir=tmp_path)
    assert (parties_in_clear(settings) == []) is is_taken
    said = "".join(finding.says for finding in doctor.configuration(settings, []))
    assert ("短信平台的地址须为 https" in said) is not is_taken


@pytest.fixture
async def mail_without_tls() -> AsyncIterator[int]:
    heard: list[bytes] = []

    async def speak(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 mail\r\n")
        while line := await reader.readline():
            heard.append(line)
            writer.write(b"221 bye\r\n" if line.upper().startswith(b"QUIT") else b"250 mail\r\n")
        writer.close()

    server = await asyncio.start_server(speak, "0.0.0.0", 0)
    yield int(server.sockets[0].getsockname()[1])
    server.close()
    assert not any(b"MAIL FROM" in line.upper() for line in heard)


async def test_c65_no_mail_goes_to_another_machine_in_clear(mail_without_tls: int) -> None:
    """Reached by another name than this machine's own, as a server elsewhere would be."""
    other = socket.gethostbyname_ex("127.0.0.2")[0]
    mailer = SmtpMailer(f"smtp://{other}:{mail_without_tls}", "hotline@example.cn")
    with pytest.raises(smtplib.SMTPNotSupportedError):
        await mailer.send(
            Letter("k", ["a@example.cn"], "s", "t", File("a.txt", "text/plain", b"x"))
        )


@pytest.mark.parametrize(
    ("version", "is_taken"),
    [(ssl.TLSVersion.TLSv1_3, True), (ssl.TLSVersion.TLSv1_2, True),
     (ssl.TLSVersion.TLSv1_1, False)],
)  # fmt: skip
async def test_c65_the_service_itself_speaks_tls_1_2_and_better(
    tmp_path: Path, version: ssl.TLSVersion, is_taken: bool
) -> None:
    async with _serving_tls(tmp_path) as port:
        assert await _is_answered(port, version) is is_taken


@pytest.mark.parametrize(
    ("suite", "is_taken"),
    [("ECDHE-ECDSA-AES128-GCM-SHA256", True), ("ECDHE-ECDSA-CHACHA20-POLY1305", True),
     ("ECDHE-ECDSA-AES128-SHA256", False), ("ECDHE-ECDSA-AES256-SHA", False)],
)  # fmt: skip
async def test_c65_only_suites_with_a_seal_are_taken(
    tmp_path: Path, suite: str, is_taken: bool
) -> None:
    async with _serving_tls(tmp_path) as port:
        answered = await _is_answered(port, ssl.TLSVersion.TLSv1_2, f"{suite}:@SECLEVEL=0")
        assert answered is is_taken


@pytest.fixture
def cluster_certificates(tmp_path: Path) -> Path:
    """What the example's own script makes; to whom it gives the keys is root's to do."""
    if shutil.which("openssl") is None:
        pytest.skip("no openssl here: certificates.sh needs it")
    chown = tmp_path / "chown"
    chown.write_text("#!/bin/sh\n")
    chown.chmod(0o755)
    found = {**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}"}
    subprocess.run(["sh", CLUSTER / "certificates.sh"], cwd=tmp_path, env=found, check=True)
    return tmp_path / "certs"


@pytest.mark.parametrize(("name", "is_verified"), [("node", True), ("elsewhere", False)])
async def test_c65_the_cluster_s_proxy_verifies_the_certificate_that_its_nodes_show(
    cluster_certificates: Path, name: str, is_verified: bool
) -> None:
    made, nginx = cluster_certificates, (CLUSTER / "nginx.conf").read_text(encoding="utf-8")
    assert "proxy_ssl_verify on;" in nginx
    assert "proxy_ssl_name node;" in nginx
    assert "proxy_pass http:" not in nginx
    context = ssl.create_default_context(cafile=str(made / "ca.crt"))
    async with _serving(made / "node.crt", made / "node.key") as port:
        try:
            _, writer = await asyncio.open_connection(
                "127.0.0.1", port, ssl=context, server_hostname=name
            )
        except ssl.SSLCertVerificationError:
            assert not is_verified
            return
        writer.close()
        assert is_verified


def test_c65_doctor_tells_of_a_proxy_that_speaks_in_clear(tmp_path: Path) -> None:
    def said(**more: Any) -> str:
        settings = Settings(public_url=HTTPS, data_dir=tmp_path, **more)
        return "".join(finding.says for finding in doctor.configuration(settings, []))

    ends_tls = {"tls_certificate": tmp_path / "chain.pem", "tls_key_file": tmp_path / "key.pem"}
    assert "到可信代理之间是明文" in said(trusted_proxies="127.0.0.1, 10.0.0.0/24")
    assert "到可信代理之间是明文" not in said(trusted_proxies="127.0.0.1,::1")
    assert "到可信代理之间是明文" not in said(trusted_proxies="10.0.0.0/24", **ends_tls)


@asynccontextmanager
async def _serving_tls(folder: Path) -> AsyncIterator[int]:
    chain = make_certificate(folder)
    async with _serving(chain, folder / "key.pem") as port:
        yield port


@asynccontextmanager
async def _serving(chain: Path, key: Path) -> AsyncIterator[int]:
    settings = Settings(tls_certificate=chain, tls_key_file=key)

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await Response("in")(scope, receive, send)

    config = server_config(settings, app)
    config.lifespan = "off"
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = uvicorn.Server(config)
        serving = asyncio.create_task(server.serve([listening]))
        yield int(listening.getsockname()[1])
        server.should_exit = True
        await serving


async def _is_answered(port: int, version: ssl.TLSVersion, suites: str = "ALL:@SECLEVEL=0") -> bool:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.set_ciphers(suites)
    context.minimum_version = context.maximum_version = version
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", port, ssl=context)
    except (ssl.SSLError, ConnectionError):
        return False
    writer.write(b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
    status = await reader.readline()
    writer.close()
    return b" 200 " in status
