"""What a person does on the live page: claim, note, remind, waive, extend, approve. The same functions as the
commands, under the name of who is logged in; each leaves its row in the audit trail."""

import html
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated

from airflow.api_fastapi.auth.managers.models.base_user import BaseUser
from airflow.api_fastapi.core_api.security import get_user
from fastapi import APIRouter, Depends, Request, status
from fastapi.responses import HTMLResponse
from starlette.concurrency import run_in_threadpool

from etl.books.board import Actions
from etl.books.page_scripts import POLICY
from etl.decide import Decided, Who, accept, claim, extend, note, remind_now
from etl.errors import Refused, ReturnsError, Unavailable
from etl.masking import masked
from etl.office import Office, open_office
from etl.orchestration.mail import mail_server
from etl.orchestration.who import Person, is_own, is_same_site, person, token_of
from etl.stages.finalise import Approval, finalise, request_approval
from etl.terminal import VERDICTS, end_said

log = logging.getLogger(__name__)
router = APIRouter(dependencies=[Depends(get_user)])
HEADERS = {
    "Content-Security-Policy": f"{POLICY}; form-action 'self'; frame-ancestors 'self'",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}
Fields = Mapping[str, str]
_AT_MOST = 500
"""Characters of one field of a form."""


@dataclass(frozen=True, slots=True)
class _Action:
    """Who may do it, and what it does: campaign, form, person and office in, one Chinese sentence out."""

    may: Callable[[Person], bool]
    do: Callable[[str, Fields, Who, Office], str]
    why: str = ""
    """The reason, where nobody has to give one."""


def actions_for(user: BaseUser, campaign_id: str, office: Office) -> Actions:
    """What this person's live page offers."""
    who = person(user)
    facts = why_not = ""
    if who.reviewer:
        try:
            facts = request_approval(campaign_id, office).facts
        except Refused as why:
            why_not = str(why)
    return Actions(who.name, token_of(who.name, campaign_id), who.clerk, who.reviewer, facts, why_not)


@router.post("/board/{campaign_id}/actions/{name}")
async def act(
    campaign_id: str, name: str, request: Request, user: Annotated[BaseUser, Depends(get_user)]
) -> HTMLResponse:
    """Do one thing. 403 for whom it is not, or a form from elsewhere; 409 where it makes no sense now."""
    async with request.form() as sent:
        fields = {key: str(value).strip()[:_AT_MOST] for key, value in sent.items()}
    return await run_in_threadpool(_act, campaign_id, name, fields, request, person(user))


def _act(campaign_id: str, name: str, fields: Fields, request: Request, who: Person) -> HTMLResponse:
    action = _ACTIONS.get(name)
    if action is None:
        return _page("没有这项操作。", status.HTTP_404_NOT_FOUND)
    if not is_same_site(request) or not is_own(fields.get("token", ""), who.name, campaign_id):
        return _page("这张表单不是从您的报送进度页提交的，或者已经过期。请回到报送进度，刷新后再试。", 403)
    if not action.may(who):
        return _page(f"{who.name}没有办理这一项的权限，请找有权限的同志。", status.HTTP_403_FORBIDDEN)
    try:
        with open_office() as office:
            office.opened(campaign_id)
            said = action.do(
                campaign_id, fields, Who(who.name, action.why or _needed(fields, "why", "为什么")), office
            )
    except Unavailable as why:
        return _page(str(why), status.HTTP_503_SERVICE_UNAVAILABLE)
    except ReturnsError as why:
        return _page(str(why), status.HTTP_409_CONFLICT)
    log.info("%s 在报送进度页办理：%s", who.name, name)
    return _page(said, status.HTTP_200_OK)


def _claim(_campaign: str, fields: Fields, who: Who, office: Office) -> str:
    return _told(claim(_needed(fields, "file", "回执号"), _needed(fields, "unit", "单位"), who, office))


def _waive(_campaign: str, fields: Fields, who: Who, office: Office) -> str:
    return _told(accept(_needed(fields, "file", "回执号"), who, office))


def _extend(campaign: str, fields: Fields, who: Who, office: Office) -> str:
    until = end_said(_needed(fields, "until", "延到哪一天"))
    moment = extend(campaign, _needed(fields, "unit", "单位"), until, who, office)
    return f"已延期到 {moment:%Y-%m-%d %H:%M}。"


def _note(campaign: str, fields: Fields, who: Who, office: Office) -> str:
    return f"已记在{note(campaign, _needed(fields, 'unit', '单位'), who, office).name}名下。"


def _remind(campaign: str, _fields: Fields, who: Who, office: Office) -> str:
    done = remind_now(campaign, who, office, mail_server())
    return f"{done}，见“催办记录”。" if done else "到了催办日的都已经催过，没有要再催的。"


def _finalise(campaign: str, fields: Fields, who: Who, office: Office) -> str:
    if not fields.get("sure"):
        raise Refused("请先勾选“我看过合计、未报和待说明的”。")
    approval = Approval(who.name, office.now(), facts=_needed(fields, "facts", "要审批的内容"))
    with office.alone():
        seal, _ = finalise(campaign, approval, office)
    return f"已定稿，审批人 {seal.by}。"


_ACTIONS = {
    "claim": _Action(lambda who: who.clerk, _claim),
    "note": _Action(lambda who: who.clerk, _note),
    "remind": _Action(lambda who: who.clerk, _remind, "现在就催"),
    "waive": _Action(lambda who: who.reviewer, _waive),
    "extend": _Action(lambda who: who.reviewer, _extend),
    "finalise": _Action(lambda who: who.reviewer, _finalise, "审批定稿"),
}


def _needed(fields: Fields, key: str, name: str) -> str:
    if not fields.get(key):
        raise Refused(f"请填写“{name}”。")
    return fields[key]


def _told(done: Decided) -> str:
    verdict = VERDICTS[done.verdict] if done.verdict else "属于另一期，等那一期运行时处理"
    more = f"还要由人处理：{done.why_held}" if done.why_held else ""
    return f"{done.receipt}（{done.file}）{done.unit or '未识别单位'}：{verdict}。{more}"


def _page(said: str, code: int) -> HTMLResponse:
    """One sentence, as text, and the way back."""
    text = html.escape(masked(said))
    page = (
        '<!DOCTYPE html><html lang="zh-CN"><meta charset="utf-8"><title>报送进度</title>'
        '<style>body{font:16px/1.7 "Microsoft YaHei",sans-serif;margin:40px auto;max-width:40em}</style>'
        f"<h1>{'已办理' if code < status.HTTP_400_BAD_REQUEST else '没有办成'}</h1>"
        f'<p role="status">{text}</p><p><a href="../">回到报送进度</a></p></html>'
    )
    return HTMLResponse(page, code, headers=HEADERS)
