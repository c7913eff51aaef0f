"""What went wrong with a bucket, in the office's words. No key and no answer's text is quoted."""

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from aiohttp import ClientError as ConnectionBroken
from botocore.exceptions import (
    BotoCoreError,
    ConnectionError,
    CredentialRetrievalError,
    HTTPClientError,
    NoCredentialsError,
    PartialCredentialsError,
    ProfileNotFound,
    SSOError,
    TokenRetrievalError,
)

from etl.edges.places import BucketUrl
from etl.errors import Unavailable

_NO_LOGIN = (
    NoCredentialsError,
    PartialCredentialsError,
    CredentialRetrievalError,
    ProfileNotFound,
    SSOError,
    TokenRetrievalError,
)
_LOGIN = "登录对象存储的钥匙不对或过期了。请换新的（AWS_ACCESS_KEY_ID、AWS_SECRET_ACCESS_KEY、AWS_SESSION_TOKEN 或 AWS_PROFILE）"
_BUSY = "对象存储忙不过来，试了几次都没有成。稍后会再试"
_SAID = {
    "NoSuchBucket": "没有这个桶，或写错了名字。请先建好",
    "AccessDenied": "没有权限。请在桶的策略里给这个账号列出、读、写、删的权限",
    "403": "没有权限，或登录的钥匙不对",
    "AllAccessDisabled": "桶被停用了",
    "PermanentRedirect": "桶在另一个区域。请改 AWS_REGION 或 AWS_ENDPOINT_URL",
    "AuthorizationHeaderMalformed": "桶在另一个区域。请改 AWS_REGION 或 AWS_ENDPOINT_URL",
    "RequestTimeTooSkewed": "本机的钟与对象存储差得太多。请对时（NTP）",
    **dict.fromkeys(
        ("ExpiredToken", "ExpiredTokenException", "TokenRefreshRequired", "InvalidToken"), _LOGIN
    ),
    **dict.fromkeys(("InvalidAccessKeyId", "SignatureDoesNotMatch"), _LOGIN),
    **dict.fromkeys(("SlowDown", "ServiceUnavailable", "InternalError", "500", "502", "503", "504"), _BUSY),
}
_OF_ONE_OBJECT = frozenset({"AccessDenied", "403"})
"""Elsewhere about the whole bucket; where an object was just listed, about that one: its own rights or its own key."""


class Changed(Exception):
    """An object that is not the one that was seen, is gone or cannot be opened (in Chinese why)."""


def code_of(why: BaseException) -> str | None:
    """The code that the server answered with, None where the trouble is another."""
    answered = getattr(why.__cause__, "response", None)
    return answered["Error"].get("Code") if answered else None


def is_missing(why: OSError) -> bool:
    return code_of(why) in ("NoSuchKey", "404")


def of_one_object(why: OSError) -> Exception:
    """The trouble with an object that was seen, where it is that object's alone; else the trouble as it was."""
    code = code_of(why)
    if is_missing(why):
        return Changed("读的时候不见了")
    if code == "PreconditionFailed":
        return Changed("还在变化")
    if code is None or (code in _SAID and code not in _OF_ONE_OBJECT):
        return why
    return Changed(f"打不开（{code}）")


@contextmanager
def told(url: BucketUrl) -> Iterator[None]:
    """Raise Unavailable for whatever keeps the bucket from being used. Trouble with this machine's own files
    stays the OSError that it is."""
    try:
        yield
    except ExceptionGroup as several:
        _tell(url, several.exceptions[0])
    except (OSError, BotoCoreError, ConnectionBroken) as why:
        _tell(url, why)


def _tell(url: BucketUrl, why: Exception) -> None:
    code = code_of(why)
    if (
        code is None
        and type(why).__module__ == "builtins"
        and not isinstance(why, TimeoutError | ConnectionResetError)
    ):
        raise why
    raise Unavailable(f"对象存储用不了：{url}（{_said(why, code)}）") from why


def _said(why: Exception, code: str | None) -> str:
    if code is not None:
        return _SAID.get(code, f"服务器答：{code}")
    if isinstance(why, _NO_LOGIN):
        return "找不到登录的钥匙。请设置 AWS_ACCESS_KEY_ID、AWS_SECRET_ACCESS_KEY，或 AWS_PROFILE"
    if isinstance(why, ConnectionError | HTTPClientError):
        address = urlsplit(why.kwargs.get("endpoint_url") or "")
        return f"连不上 {address.scheme}://{address.netloc}" if address.netloc else "连不上"
    return f"传到一半断了，或设置不对：{type(why).__name__}"
