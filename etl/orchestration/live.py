"""What Airflow's own web server shows of the office, under /returns: to people who are logged in, nobody else."""

import html
import mimetypes
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import Annotated
from urllib.parse import quote

from airflow.api_fastapi.app import get_auth_manager
from airflow.api_fastapi.auth.managers.models.base_user import BaseUser
from airflow.api_fastapi.core_api.security import get_user
from fastapi import Depends, FastAPI, HTTPException, Request, Response, status
from fastapi.exception_handlers import http_exception_handler
from fastapi.responses import HTMLResponse, RedirectResponse

from etl.books.board import Links
from etl.definitions.roster import UNKNOWN_SENDER
from etl.edges.places import data_docs_at
from etl.edges.share import RECEIPTS, published
from etl.model import receipt_number
from etl.office import Office, open_office
from etl.orchestration.actions import HEADERS, actions_for, router
from etl.pipeline import open_campaigns
from etl.settings import load_settings
from etl.stages.publish import board_now
from etl.terminal import VERDICTS
from etl.warehouse.publications import current
from etl.warehouse.questions import Answer, ask

# Airflow serves a plugin's app to anybody, unless it asks who is there: each route does, by this one line.
# FastAPI's own pages about the routes would not, and are left out.
app = FastAPI(
    title="双拥报送", dependencies=[Depends(get_user)], docs_url=None, redoc_url=None, openapi_url=None
)
app.include_router(router)

_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}
_NUMBER = re.compile(r"[\w-]+-[0-9]{6,}", re.ASCII)
_PAGE_NAME = re.compile(r"[\w-]+\.html")


@app.exception_handler(HTTPException)
async def _lead_to_the_login(request: Request, why: HTTPException) -> Response:
    """Somebody at a browser who is not logged in is led to Airflow's login, and back from there."""
    if why.status_code == status.HTTP_401_UNAUTHORIZED and "text/html" in request.headers.get("accept", ""):
        return RedirectResponse(get_auth_manager().get_url_login(next_url=str(request.url)))
    return await http_exception_handler(request, why)


@app.get("/board/")
def board_list() -> HTMLResponse:
    """The open campaigns' pages, or the one there is."""
    with open_office() as office:
        campaigns = {name: office.definitions.campaign(name).title for name in open_campaigns(office)}
    links = "".join(
        f'<li><a href="{html.escape(name)}/">{html.escape(title)}报送进度</a></li>'
        for name, title in campaigns.items()
    )
    said = f"<ul>{links}</ul>" if links else "<p>还没有开始任何一期。</p>"
    return _page("报送进度", said)


@app.get("/board/{campaign_id}/")
def board(campaign_id: str, user: Annotated[BaseUser, Depends(get_user)]) -> HTMLResponse:
    """报送进度 as it stands now, with what this person may do. 404 for a campaign that is not open."""
    with _office_of(campaign_id) as office:
        offered = actions_for(user, campaign_id, office)
        page = board_now(campaign_id, office, Links("receipts/", "files/", "../../data-docs/"), offered)
    return HTMLResponse(page, headers=HEADERS)


@app.get("/board/{campaign_id}/receipts/{unit}/{number}.html")
def receipt(campaign_id: str, unit: str, number: str) -> Response:
    """A receipt as it stands on the share."""
    with _office_of(campaign_id) as office:
        names = {each.name for each in office.roster.units} | {UNKNOWN_SENDER}
        allowed = unit in names and bool(_NUMBER.fullmatch(number))
        return _file(RECEIPTS / unit / f"{number}.html", allowed, _HEADERS, office)


@app.get("/board/{campaign_id}/files/{name:path}")
def published_file(campaign_id: str, name: str) -> Response:
    """A published file, to be saved."""
    with _office_of(campaign_id) as office, office.warehouse.reading() as connection:
        names = {each.file for each in current(connection, campaign_id).values()}
        place = published(office.definitions.campaign(campaign_id).title) / name
        headers = {
            "X-Content-Type-Options": "nosniff",
            "Content-Disposition": f"attachment; filename*=utf-8''{quote(place.name)}",
        }
        return _file(place, name in names, headers, office)


@contextmanager
def _office_of(campaign_id: str) -> Iterator[Office]:
    with open_office() as office:
        if campaign_id not in open_campaigns(office):
            raise HTTPException(status.HTTP_404_NOT_FOUND, "没有开始这一期")
        yield office


def _file(name: PurePosixPath, allowed: bool, headers: Mapping[str, str], office: Office) -> Response:
    content = office.share.read(name) if allowed else None
    if content is None:
        raise HTTPException(status.HTTP_404_NOT_FOUND, "没有这个文件，或者已经换了新的")
    kind, _ = mimetypes.guess_type(name.name)
    return Response(content, media_type=kind or "application/octet-stream", headers=dict(headers))


@app.get("/batches/{batch_id}/")
def batch_files(batch_id: int) -> HTMLResponse:
    """What became of each file of a batch, with its receipt. 404 for a batch that there is not."""
    with open_office() as office, office.warehouse.reading() as connection:
        files = ask(connection, "batch_files", batch=batch_id)
    if not files:
        raise HTTPException(status.HTTP_404_NOT_FOUND, "没有这一批")
    lines = "".join(f"<li>{_receipt_line(file)}</li>" for file in files)
    return _page(f"第 {batch_id} 批的回执", f"<ol>{lines}</ol>")


def _receipt_line(file: Answer) -> str:
    """Number, unit and verdict; the file's own name stands on its receipt, unless it is secret."""
    number, unit = receipt_number(file["campaign"] or "", file["id"]), file["unit"] or UNKNOWN_SENDER
    said = html.escape(f"{unit}：{VERDICTS.get(file['verdict'], '还没有审核')}")
    if not file["answered"]:
        return f"{said}（还没有回执）"
    where = f"../../board/{quote(file['campaign'])}/receipts/{quote(unit)}/{quote(number)}.html"
    return f'<a href="{where}">{html.escape(number)}</a> {said}'


def _page(title: str, body: str) -> HTMLResponse:
    """A plain page; `body` is markup of ours."""
    page = (
        f'<!DOCTYPE html><html lang="zh-CN"><meta charset="utf-8"><title>{title}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<style>body{font:16px/1.8 "Microsoft YaHei","Noto Sans CJK SC",sans-serif;'
        "margin:32px auto;max-width:44em;padding:0 16px}</style>"
        f"<main><h1>{title}</h1>{body}</main></html>"
    )
    return HTMLResponse(page, headers=_HEADERS)


@app.get("/data-docs/")
def data_docs_list() -> HTMLResponse:
    """All pages that stand, the newest batch first."""
    names = reversed(data_docs_at(load_settings().data_docs).names())
    links = "".join(
        f'<li><a href="{html.escape(name)}">{html.escape(Path(name).stem)}</a></li>' for name in names
    )
    return _page("Data Docs", f"<ul>{links}</ul>")


@app.get("/data-docs/{name}")
def data_docs_page(name: str) -> HTMLResponse:
    """One page. 404 for one that was tidied away, and for what is no page's name."""
    pages = data_docs_at(load_settings().data_docs)
    if not _PAGE_NAME.fullmatch(name) or not pages.has(name):
        raise HTTPException(status.HTTP_404_NOT_FOUND, "没有这一页，或者已经清理掉了")
    return HTMLResponse(pages.read(name), headers=_HEADERS)
