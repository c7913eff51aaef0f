"""The log: one fact a line, with campaign, unit and submission as fields; masked, and never a line of a file's own.

Code logs through `logging` and names its fields in `extra`. At a terminal only what needs a person is shown, as
text; with RETURNS_LOG=json everything is, one JSON object a line, for a collector. In Airflow its own log is used.
"""

import logging
import os
import time
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from functools import wraps
from typing import Any, ParamSpec, TypeVar
from urllib.parse import unquote, urlsplit

import msgspec

from etl.errors import DefinitionError
from etl.masking import shown
from etl.settings import load_settings, one_setting

FIELDS = ("campaign", "batch", "unit", "submission", "stage", "seconds", "taken", "verdict")
"""What a line may say beside its words. `seconds` is how long a stage took, `taken` how many files were taken in."""
_AT_MOST = 2_000
_KEYS = ("AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")
_P = ParamSpec("_P")
_R = TypeVar("_R")


def set_up(environment: Mapping[str, str] = os.environ) -> None:
    """Let this process log to stderr as RETURNS_LOG says: text (default) or json. Raises DefinitionError."""
    form = one_setting(environment, "LOG", "text")
    if form not in ("text", "json"):
        raise DefinitionError(f"RETURNS_LOG：只能是 text 或 json，现在是 {form!r}")
    handler = logging.StreamHandler()
    handler.setFormatter((JsonLines if form == "json" else TextLines)(secrets_of(environment)))
    # libraries set levels of their own: what they merely mention is not for here
    handler.addFilter(lambda record: record.levelno >= logging.WARNING or record.name.startswith("etl."))
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger("etl").setLevel(logging.INFO if form == "json" else logging.WARNING)


def secrets_of(environment: Mapping[str, str] = os.environ) -> tuple[str, ...]:
    """The texts that no line may show: the warehouse's password, as it is and as its URL writes it, and what opens
    object storage."""
    keys = {environment[name] for name in _KEYS if environment.get(name)}
    try:
        password = urlsplit(load_settings(environment).warehouse).password
    except (DefinitionError, ValueError):
        password = None
    return tuple(keys | ({password, unquote(password)} if password else set()))


class _Lines(logging.Formatter):
    def __init__(self, secrets: Iterable[str]) -> None:
        super().__init__()
        self._secrets = tuple(secrets)

    def clean(self, text: str) -> str:
        """On one line, masked, nothing that moves a cursor, no secret."""
        for secret in self._secrets:
            text = text.replace(secret, "***")
        return shown(" ".join(text.split()), _AT_MOST)

    def said(self, record: logging.LogRecord) -> str:
        told = self.clean(record.getMessage())
        if record.exc_info and record.exc_info[1] is not None:
            told += self.clean(f"（{type(record.exc_info[1]).__name__}：{record.exc_info[1]}）")
        return told


class TextLines(_Lines):
    def format(self, record: logging.LogRecord) -> str:
        return self.said(record)


class JsonLines(_Lines):
    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, tz=UTC)
        line: dict[str, Any] = {"at": at, "level": record.levelname.lower(), "says": self.said(record)}
        for name in FIELDS:
            value = getattr(record, name, None)
            if value is not None:
                line[name] = self.clean(value) if isinstance(value, str) else value
        return msgspec.json.encode(line | {"by": record.name}).decode()


def timed(stage: str) -> Callable[[Callable[_P, _R]], Callable[_P, _R]]:
    """Log when a stage is done and how long it took; its campaign or batch is what it was given first."""

    def around(run: Callable[_P, _R]) -> Callable[_P, _R]:
        log = logging.getLogger(run.__module__)

        @wraps(run)
        def noted(*args: _P.args, **kwargs: _P.kwargs) -> _R:
            began = time.monotonic()
            done = run(*args, **kwargs)
            seconds = round(time.monotonic() - began, 3)
            log.info(
                "%s %.3f s", stage, seconds, extra={"stage": stage, "seconds": seconds, **_whose(args[0])}
            )
            return done

        return noted

    return around


def _whose(given: object) -> dict[str, object]:
    if isinstance(given, str):
        return {"campaign": given}
    if isinstance(given, int):
        return {"batch": given}
    batch = getattr(given, "batch", None)
    return (
        {"campaign": batch.campaign, "batch": batch.id}
        if batch
        else {"campaign": getattr(given, "campaign", None)}
    )
