"""Everything that the environment decides. What an organization may change is data, not here."""

import os
import re
from enum import StrEnum
from functools import cached_property
from ipaddress import ip_network
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationInfo, field_validator, model_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SecretsSettingsSource,
    SettingsConfigDict,
)


class Telephony(StrEnum):
    CARRIER = "carrier"
    TWILIO = "twilio"


class Switch(StrEnum):
    ON = "on"
    OFF = "off"


class Datum(StrEnum):
    """Whose latitudes and longitudes: the world's, or those of maps that are published in China."""

    WGS84 = "WGS-84"
    GCJ02 = "GCJ-02"


class PasswordProfile(StrEnum):
    """What a password must be: by OWASP's ASVS, or by MLPS 2.0 (GB/T 22239, level 3)."""

    ASVS = "asvs"
    MLPS = "mlps"


_SCANNER = re.compile(r"unix:/.+|(tls:)?[^\s:/]+:\d{1,5}|(tls:)?\[[0-9A-Fa-f:.]+\]:\d{1,5}")
_POSTGRES = ("postgresql", "postgres", "postgresql+asyncpg")
_TILE_PLACES = ["{x}", "{y}", "{z}"]
_TILE_HOST = re.compile(r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*(:\d{1,5})?")
_PLACEHOLDER = re.compile(r"\{[^{}]*\}?|\}")
_TILE_PATH = re.compile(r"[A-Za-z0-9_.~/?&=%:@!$*+,;(){}-]*")


class Settings(BaseSettings):
    """Read from `HOTLINE_*`; built in `cli.py` and in tests and handed to `create_app`."""

    model_config = SettingsConfigDict(
        env_prefix="HOTLINE_", env_ignore_empty=True, frozen=True, extra="ignore"
    )

    secrets_dir: Path = Field(
        Path("/run/secrets"), description="密钥文件的目录：文件名如 hotline_vault_key，内容是它的值"
    )
    data_dir: Path = Field(Path("./var"), description="数据目录：内置数据库、密钥、样例账号")
    city_files: Path | None = Field(
        None, description="空库起步时载入的城市文件目录；不设则载入乌海样例城市"
    )
    database_url: SecretStr | None = Field(None, description="外部 PostgreSQL；不设则用内置的")
    replica_url: SecretStr | None = Field(None, description="统计所读的只读副本；不设则读主库")
    archive_dir: Path | None = Field(None, description="内置数据库的日志归档和基础备份；不设则没有")
    host: str = Field("127.0.0.1", description="监听地址")
    port: int = Field(8114, ge=1, le=65535, description="监听端口")
    tls_certificate: Path | None = Field(None, description="证书链（PEM）；设了就由本服务提供 TLS")
    tls_key_file: Path | None = Field(None, description="证书的私钥文件（PEM）")
    public_url: str = Field("", description="外部访问地址；不设则为 http://主机:端口")
    console_url: str = Field("", description="控制台自己的访问地址；不设则与公众页面同一域名")
    trusted_proxies: str = Field("", description="可信反向代理：地址或网段，逗号分隔")
    telephony: Telephony = Field(Telephony.CARRIER, description="电话承载：carrier 或 twilio")
    twilio_account_sid: str | None = Field(None, description="电话平台账号")
    twilio_auth_token: SecretStr | None = Field(None, description="电话平台密钥，用于验签")
    twilio_api_key_sid: str | None = Field(None, description="坐席浏览器话机的 API 密钥编号")
    twilio_api_key_secret: SecretStr | None = Field(None, description="坐席浏览器话机的 API 密钥")
    twilio_api_url: str | None = Field(None, description="其他 TwiML 平台的 REST 地址")
    carrier_speed: float = Field(1.0, gt=0, description="内置话务平台的时钟倍速")
    drain_seconds: float = Field(0, ge=0, description="收到停止信号后继续处理请求的秒数")
    turns_at_once: int = Field(48, ge=1, description="同时处理的来电轮次；再多的请来电人稍候")
    phone: Switch | None = Field(None, description="虚拟电话页：on 或 off；样例城市默认 on")
    semantic: Switch | None = Field(None, description="语义通道：on 或 off；已安装时默认 on")
    vault_key: SecretStr | None = Field(None, description="个人信息加密主密钥（base64，32 字节）")
    s3_url: str = Field("", description="附件和录音存入的 S3 桶的地址；不设则存数据目录")
    s3_region: str = Field("us-east-1", description="对象存储的区域名")
    s3_key_id: str = Field("", description="对象存储的访问密钥编号")
    s3_secret: SecretStr | None = Field(None, description="对象存储的访问密钥")
    virus_scanner: str = Field("", description="clamd：unix:套接字 或 [tls:]主机:端口；不设则没有")
    oidc_issuer: str = Field("", description="统一身份认证（OpenID Connect）的签发者；不设则不用")
    oidc_client_id: str = Field("", description="在统一身份认证登记的客户端编号")
    oidc_client_secret: SecretStr | None = Field(None, description="客户端密钥")
    oidc_name: str = Field("统一身份认证", description="登录页按钮上的名称")
    breached_passwords: Path | None = Field(None, description="泄露密码文件：按序的 SHA-1 摘要")
    password_profile: PasswordProfile = Field(
        PasswordProfile.ASVS,
        description="口令规则：asvs，或等保三级的 mlps（四类字符、九十天更换）",
    )
    smtp_url: SecretStr | None = Field(None, description="邮件服务器：smtp:// 或 smtps://")
    mail_from: str = Field("hotline@localhost", description="报表邮件的发件人")
    webhook_networks: str = Field("", description="事件通知可送往的内网网段；默认只到公网")
    sms_template: Path | None = Field(None, description="国内短信平台的接口模板；不设则用电话平台")
    sms_secret: SecretStr | None = Field(None, description="国内短信平台的密钥")
    sms_report_key: SecretStr | None = Field(None, description="短信平台回送地址末段的密钥")
    transfer_number: str = Field("", description="系统故障时来电转接到的号码；不设则念号码")
    gate_posts: int = Field(60, ge=0, description="门户表单每分钟达此数起，先请人答题或计算")
    gate_share: float = Field(0.5, gt=0, description="同一地址用掉表单限额的这一份起也要求")
    tiles: str = Field("", description="底图瓦片的地址（https，含 {z}{x}{y}）；不设则只有示意图")
    tiles_attribution: str = Field("", validate_default=True, description="底图的署名，显示在图下")
    tiles_datum: Datum | None = Field(
        None, validate_default=True, description="底图的坐标系：WGS-84 或 GCJ-02"
    )
    otlp_url: str = Field("", description="追踪数据送往的 OTLP 收集器；不设则不追踪")
    log_url: str = Field("", description="日志另送往的 syslog 服务器：tls://主机:6514；不设则没有")
    log_level: str = Field("info", description="日志级别：debug、info、warning、error")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Variables, and beneath them files: of systemd's credentials, a vault's agent, Docker."""
        named = init_settings().get("secrets_dir") or env_settings().get("secrets_dir")
        files = SecretsSettingsSource(settings_cls, _secret_folders(named))
        return init_settings, env_settings, files

    @field_validator("public_url", "console_url", "s3_url")
    @classmethod
    def _without_slash(cls, value: str) -> str:
        if value and urlsplit(value).scheme not in ("http", "https"):
            raise ValueError("须以 http:// 或 https:// 开头")
        return value.rstrip("/")

    @field_validator("trusted_proxies", "webhook_networks")
    @classmethod
    def _addresses(cls, value: str) -> str:
        for one in filter(None, map(str.strip, value.split(","))):
            if not _is_network(one):
                raise ValueError(f"{one} 不是 IP 地址或网段（网段的主机位须为零）")
        return value

    @field_validator("database_url", "replica_url")
    @classmethod
    def _is_a_database(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not _is_postgres(value.get_secret_value()):
            raise ValueError("须写成 postgresql://用户:密码@主机/库名，密码中的特殊字符写成 %XX")
        return value

    @field_validator("virus_scanner")
    @classmethod
    def _is_a_scanner(cls, value: str) -> str:
        if value and not _SCANNER.fullmatch(value):
            raise ValueError("须写成 unix:/套接字、主机:端口 或 tls:主机:端口")
        return value

    @field_validator("smtp_url")
    @classmethod
    def _is_a_mail_server(cls, value: SecretStr | None) -> SecretStr | None:
        parts = urlsplit("" if value is None else value.get_secret_value())
        if value is not None and not (parts.scheme in ("smtp", "smtps") and parts.hostname):
            raise ValueError("须写成 smtp://用户:密码@主机:587 或 smtps://…")
        return value

    @field_validator("tiles")
    @classmethod
    def _tile_template(cls, value: str) -> str:
        if value and (fault := _fault_of_tiles(value)):
            raise ValueError(fault)
        return value

    @field_validator("tiles_datum", mode="before")
    @classmethod
    def _nothing_is_none(cls, value: str | None) -> str | None:
        return value or None

    @field_validator("tiles_attribution", "tiles_datum")
    @classmethod
    def _tells_of_its_tiles(cls, value: str | None, before: ValidationInfo) -> str | None:
        if before.data.get("tiles") and not value:
            raise ValueError("设置了 HOTLINE_TILES，还需要这一项")
        return value

    @field_validator("log_url")
    @classmethod
    def _is_sealed(cls, value: str) -> str:
        parts = urlsplit(value)
        if value and not (parts.scheme == "tls" and parts.hostname and parts.port != 0):
            raise ValueError("须写成 tls://主机:端口")
        return value

    @field_validator("log_level")
    @classmethod
    def _known_level(cls, value: str) -> str:
        if value not in ("debug", "info", "warning", "error"):
            raise ValueError("须是 debug、info、warning、error 之一")
        return value

    @model_validator(mode="after")
    def _has_the_key_of_its_bucket(self) -> Self:
        if self.s3_url and not (self.s3_key_id and self.s3_secret):
            raise ValueError("设置了 HOTLINE_S3_URL，还需要 HOTLINE_S3_KEY_ID 和 HOTLINE_S3_SECRET")
        return self

    @cached_property
    def address(self) -> str:
        """Where people and providers reach this installation, without a slash at the end."""
        host = "localhost" if self.host in ("127.0.0.1", "0.0.0.0", "::", "::1") else self.host  # noqa: S104
        return self.public_url or f"http://{host}:{self.port}"

    @property
    def tiles_origin(self) -> str:
        """The only other site that a page of residents may load pictures from; empty: none."""
        return f"https://{urlsplit(self.tiles).netloc.lower()}" if self.tiles else ""

    @property
    def console_address(self) -> str:
        return self.console_url or self.address

    def address_under(self, host: str | None) -> str:
        """Which of our own addresses a request came to, by its `Host`."""
        is_console = host is not None and host.lower() == urlsplit(self.console_url).netloc.lower()
        return self.console_url if is_console else self.address

    @property
    def mail_server(self) -> str | None:
        return None if self.smtp_url is None else self.smtp_url.get_secret_value()

    @property
    def is_https(self) -> bool:
        return self.address.startswith("https://")

    def cookie_name(self, name: str) -> str:
        """Over https a cookie is bound to its host by its name, and only then."""
        return f"__Host-{name}" if self.is_https else name

    @property
    def is_external_database(self) -> bool:
        return self.database_url is not None


def _is_network(text: str) -> bool:
    try:
        ip_network(text)
    except ValueError:
        return False
    return True


def _is_postgres(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in _POSTGRES and len(parts.path) > 1


def _may_be_read(folder: str | Path) -> bool:
    return os.access(folder, os.R_OK | os.X_OK)


def _secret_folders(named: str | Path | None) -> list[Path]:
    """Those that are there and may be read; systemd names its own by a variable."""
    default = Settings.model_fields["secrets_dir"].default
    given = (named or default, os.environ.get("CREDENTIALS_DIRECTORY"))
    return [Path(one) for one in given if one and _may_be_read(one)]


def missing_secrets_folder(settings: Settings) -> Path | None:
    """One that was named, and that is not there or may not be read: its keys would be missed."""
    default = Settings.model_fields["secrets_dir"].default
    named = settings.secrets_dir
    return None if named == default or _may_be_read(named) else named


def setting_names() -> tuple[str, ...]:
    """`HOTLINE_X` of every field, for the README's table and for unknown-variable warnings."""
    return tuple(f"HOTLINE_{name.upper()}" for name in Settings.model_fields)


def unknown_variables() -> list[str]:
    """`HOTLINE_*` variables that no setting reads: usually a spelling mistake."""
    known = set(setting_names())
    return sorted(name for name in os.environ if name.startswith("HOTLINE_") and name not in known)


def _fault_of_tiles(template: str) -> str | None:
    """What stands in the policy of every page, and in the pages themselves, is plain."""
    parts = urlsplit(template)
    if parts.scheme != "https":
        return "须以 https:// 开头"
    if "@" in parts.netloc:
        return "不能含用户名和密码：每个读者都看得到"
    if not _TILE_HOST.fullmatch(parts.netloc):
        return "须写明一个主机，其中没有占位符"
    rest = template.partition(parts.netloc)[2]
    if not _TILE_PATH.fullmatch(rest):
        return "须是普通地址，没有空格、引号和 # 片段"
    is_whole = sorted(_PLACEHOLDER.findall(rest)) == _TILE_PLACES
    return None if is_whole else "{z}、{x}、{y} 须各出现一次，没有别的占位符"
