"""Whoever answers what a DAG asks of people, on Airflow's page Required Actions or by its API, is a reviewer (审核).

Airflow itself lets every role answer that may run a DAG. This stands before its API, under any auth manager.
"""

from typing import Final

from airflow.api_fastapi.core_api.security import bearer_scheme, get_user
from fastapi import HTTPException, Request, status
from fastapi.responses import JSONResponse
from starlette.concurrency import run_in_threadpool
from starlette.types import ASGIApp, Receive, Scope, Send

from etl.orchestration.who import person

_LOOKS: Final = ("GET", "HEAD", "OPTIONS")
_NOT_YOURS = "审批定稿要由审核办理，您的账号没有这项权限。"


class OnlyReviewersAnswer:
    """An ASGI middleware: 401 for who is not logged in, 403 for who is no reviewer."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        answer = await _refusal(Request(scope)) if _answers_a_question(scope) else None
        await (answer or self._app)(scope, receive, send)


def _answers_a_question(scope: Scope) -> bool:
    """The path is decoded; what Airflow routes there ends so, wherever it is mounted."""
    if scope["type"] != "http" or scope["method"] in _LOOKS:
        return False
    return str(scope["path"]).rstrip("/").endswith("/hitlDetails")


async def _refusal(request: Request) -> JSONResponse | None:
    try:
        user = await get_user(request, None, await bearer_scheme(request))
    except HTTPException as why:
        return JSONResponse({"detail": why.detail}, why.status_code)
    if (await run_in_threadpool(person, user)).reviewer:
        return None
    return JSONResponse({"detail": _NOT_YOURS}, status.HTTP_403_FORBIDDEN)
