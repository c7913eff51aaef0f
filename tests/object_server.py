"""A server that speaks S3, moto's, behind a door at which a test may refuse, or watch what passes."""

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote
from wsgiref.types import StartResponse, WSGIEnvironment

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import WSGIRequestHandler, make_server

_STATUS = {"SlowDown": "503 Slow Down", "ExpiredToken": "400 Bad Request"}


@dataclass(frozen=True)
class Asked:
    """One request: GET, PUT …; the key with its bucket; what stands behind the question mark."""

    method: str
    path: str
    query: str


@dataclass
class ObjectServer:
    """Listens on loopback. `refuses` answers a request with an S3 error code, or lets it pass; `passed` hears of
    each that was carried out, before the answer is sent."""

    refuses: Callable[[Asked], str | None] = lambda _asked: None
    passed: Callable[[Asked], object] = lambda _asked: None
    address: str = ""
    _app: Any = field(default_factory=lambda: DomainDispatcherApplication(create_backend_app))

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        path = unquote(environ["PATH_INFO"].encode("latin-1").decode())
        asked = Asked(environ["REQUEST_METHOD"], path, environ.get("QUERY_STRING", ""))
        code = self.refuses(asked)
        if code:
            environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
            start(_STATUS.get(code, "403 Forbidden"), [("Content-Type", "application/xml")])
            return [f"<Error><Code>{code}</Code><Message>refused</Message></Error>".encode()]
        answer = list(self._app(environ, start))
        self.passed(asked)
        return answer

    @contextmanager
    def listening(self) -> Iterator[str]:
        """Its address, for as long as it listens."""
        server = make_server("127.0.0.1", 0, self, threaded=True, request_handler=_Quiet)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.port}"
        finally:
            server.shutdown()
            thread.join()

    @contextmanager
    def refusing(self, code: str, *, times: int | None = None, **which: str) -> Iterator[list[Asked]]:
        """Refuse requests whose parts end as said, always or so many times; which came meanwhile."""
        came: list[Asked] = []

        def refuses(asked: Asked) -> str | None:
            if not all(getattr(asked, part).endswith(end) for part, end in which.items()):
                return None
            came.append(asked)
            return code if times is None or len(came) <= times else None

        before, self.refuses = self.refuses, refuses
        try:
            yield came
        finally:
            self.refuses = before


class _Quiet(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"

    def log(self, type: str, message: str, *args: Any) -> None:
        """Thousands of lines would drown the one that tells why a test failed."""
