"""What Airflow's own web server shows of the office, under /returns: to people who are logged in, nobody else."""

import html
import re
from pathlib import Path

from airflow.api_fastapi.app import get_auth_manager
from airflow.api_fastapi.core_api.security import get_user
from fastapi import Depends, FastAPI, HTTPException, Request, Response, status
from fastapi.exception_handlers import http_exception_handler
from fastapi.responses import FileResponse, HTMLResponse, RedirectResponse

from etl.edges.data_docs import DataDocs
from etl.settings import load_settings

# Airflow serves a plugin's app to anybody, unless it asks who is there: each route does, by this one line.
# FastAPI's own pages about the routes would not, and are left out.
app = FastAPI(
    title="双拥报送", dependencies=[Depends(get_user)], docs_url=None, redoc_url=None, openapi_url=None
)

_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}
_PAGE_NAME = re.compile(r"[\w-]+\.html")


@app.exception_handler(HTTPException)
async def _lead_to_the_login(request: Request, why: HTTPException) -> Response:
    """Somebody at a browser who is not logged in is led to Airflow's login, and back from there."""
    if why.status_code == status.HTTP_401_UNAUTHORIZED and "text/html" in request.headers.get("accept", ""):
        return RedirectResponse(get_auth_manager().get_url_login(next_url=str(request.url)))
    return await http_exception_handler(request, why)


@app.get("/data-docs/")
def data_docs_list() -> HTMLResponse:
    """All pages that stand, the newest batch first."""
    names = reversed(DataDocs(load_settings().data_docs).names())
    links = "".join(
        f'<li><a href="{html.escape(name)}">{html.escape(Path(name).stem)}</a></li>' for name in names
    )
    page = f'<!DOCTYPE html><html lang="zh-CN"><meta charset="utf-8"><title>Data Docs</title><h1>Data Docs</h1><ul>{links}</ul>'
    return HTMLResponse(page, headers=_HEADERS)


@app.get("/data-docs/{name}")
def data_docs_page(name: str) -> FileResponse:
    """One page. 404 for one that was tidied away, and for what is no page's name."""
    pages = DataDocs(load_settings().data_docs)
    if not _PAGE_NAME.fullmatch(name) or not pages.has(name):
        raise HTTPException(status.HTTP_404_NOT_FOUND, "没有这一页，或者已经清理掉了")
    return FileResponse(pages.root / name, headers=_HEADERS)
