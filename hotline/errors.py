"""Errors that people can be told about.

Each names a fact and carries a stable `code` that the console translates; `detail` is Chinese,
the product's first language. Anything else that is raised is a bug and answers 500.
"""

from typing import Any, ClassVar


class HotlineError(Exception):
    """Base of every error that becomes `application/problem+json`."""

    status: ClassVar[int] = 400
    code: ClassVar[str] = "bad_request"
    detail: ClassVar[str] = "请求有误。"

    def __init__(self, detail: str | None = None, **params: Any) -> None:
        self.params = params
        self.message = detail or self.detail
        super().__init__(self.message)


class NotSignedIn(HotlineError):
    status, code, detail = 401, "not_signed_in", "请先登录。"


class BadCredentials(HotlineError):
    status, code, detail = 401, "bad_credentials", "账号或密码不正确。"


class TooManyAttempts(HotlineError):
    status, code, detail = 429, "too_many_attempts", "尝试次数过多，请稍后再试。"


class ScopeMissing(HotlineError):
    status, code, detail = 403, "scope_missing", "您没有进行此操作的权限。"


class ForeignOrigin(HotlineError):
    status, code, detail = 403, "foreign_origin", "请求来源不被允许。"


class NotFound(HotlineError):
    """Also the answer for what exists but lies outside the principal's subtree."""

    status, code, detail = 404, "not_found", "没有找到。"


class Conflict(HotlineError):
    status, code, detail = 409, "conflict", "与当前状态冲突。"


class StaleVersion(Conflict):
    code, detail = "stale_version", "内容已被他人更新，请刷新后再试。"


class IllegalMove(Conflict):
    code, detail = "illegal_move", "当前状态下不能进行此操作。"


class InvalidInput(HotlineError):
    status, code, detail = 422, "invalid_input", "填写的内容有误。"


class Busy(HotlineError):
    status, code, detail = 503, "busy", "系统繁忙，请稍后再试。"


class InstallationError(Exception):
    """Why the service cannot start, in one sentence for the person who started it."""
