"""What to paste into the work group's chat about one submission: at most 150 characters."""

import re

from etl.books.words import MATERIALS, materials, month_day
from etl.definitions import Campaign, Form
from etl.masking import shown
from etl.model import Material, Receipt, Severity, Status, Told, shortest

LONGEST = 150
_LONGEST_NAME = 30
_ENOUGH_TO_SAY = 24  # with less room than this a quoted finding says nothing
_TOLD_AT_ONCE = 2
_REQUEST = re.compile(r"(?<=[。？！])请[^。？！]*。?$")
"""The last sentence of a reason to hold, where it asks the clerk for something."""

_RESULTS = {
    Status.ACCEPTED: "已收下",
    Status.SUPERSEDED: "已收下，另有更新的一份在用",
    Status.RETURNED: "已退回",
    Status.HELD: "已收到，待认领",
}


def chat_text(receipt: Receipt, form: Form, campaign: Campaign) -> str:
    """Who, which material, what became of it, the worst things to change, by when; then the receipt's number."""
    head = f"{_who(receipt)}：{_what(receipt)}{_result(receipt)}。{_another_counts(receipt, campaign)}"
    ask = _ask(receipt, campaign)
    number = f"回执号：{receipt.number}"
    room = LONGEST - len(head) - len(ask) - len(number)
    return _cut(head + _middle(receipt, form, campaign, room) + ask, LONGEST - len(number)) + number


def by_when(receipt: Receipt, campaign: Campaign) -> str:
    """How a request begins: 请于2月10日23:59前, or what holds once that is past. An extension moves it."""
    until = max(campaign.deadline, receipt.extended_to or campaign.deadline)
    if campaign.is_closed(receipt.answered_at):
        return f"本期已关账，请先联系{campaign.office}再"
    if receipt.answered_at > until:
        return "已过截止时间，请尽快"
    return f"请于{month_day(campaign, until)}前"


def told_by_weight(receipt: Receipt) -> list[Told]:
    """The findings, errors first, then queries, then warnings; in each in the order they came."""
    weight = list(Severity)
    return sorted(receipt.findings, key=lambda told: weight.index(told.severity))


def to_change(receipt: Receipt) -> list[Told]:
    """What the clerk has to act on: the errors, or where there is none the queries; nothing once superseded.

    A query that was explained in writing is not asked again.
    """
    if receipt.status is Status.SUPERSEDED or displaced(receipt):
        return []
    errors = [told for told in receipt.findings if told.severity is Severity.ERROR and not waived(receipt)]
    return errors or [
        told for told in receipt.findings if told.severity is Severity.QUERY and told.explained is None
    ]


def waived(receipt: Receipt) -> bool:
    """Whether the file was accepted, by itself or by its like before: errors in it were waived by a person."""
    return Status.ACCEPTED in (receipt.status, receipt.earlier)


def displaced(receipt: Receipt) -> bool:
    """The bytes of a file that was accepted and has since given way to another: v1, v2, v1 again."""
    return another_counts(receipt) and receipt.earlier is Status.ACCEPTED


def what_counts(receipt: Receipt, campaign: Campaign) -> str:
    """现在有效的是回执…（1月16日收到）; empty where nothing else is in force."""
    if receipt.in_force is None or receipt.in_force_at is None:
        return ""
    local = campaign.local(receipt.in_force_at)
    what = MATERIALS[Material.STATISTICS] if receipt.material is Material.BOTH else ""
    return f"现在有效的{what}是回执{receipt.in_force}（{local.month}月{local.day}日收到）"


def reason_and_request(receipt: Receipt, campaign: Campaign) -> tuple[str, str]:
    """Why a file is held, and who does what next: what the reason itself asks for, else the office's part.

    Of a file with a secrecy mark the reason says all: whoever sent it must call at once.
    """
    why = _sentence(receipt.why_held or "要由人核对", LONGEST * 2)
    if receipt.secret:
        return why, ""
    asked = _REQUEST.search(why)
    if asked:
        return why[: asked.start()], asked[0]
    return why, f"{campaign.office}会核实处理。"


def _who(receipt: Receipt) -> str:
    return _cut(receipt.unit, _LONGEST_NAME) if receipt.unit else "未认出单位"


def _what(receipt: Receipt) -> str:
    if receipt.unit is None:
        return f"文件“{_cut(_one_line(receipt.file), _LONGEST_NAME)}”"
    return MATERIALS[receipt.material] if receipt.material else "文件"


def _result(receipt: Receipt) -> str:
    if receipt.status is Status.DUPLICATE:
        return f"与回执{receipt.duplicate_of}的文件完全相同，结论同前{earlier_result(receipt)}"
    marks = _marks(receipt) if receipt.status in (Status.ACCEPTED, Status.SUPERSEDED) else []
    return _RESULTS[receipt.status] + (f"（{'、'.join(marks)}）" if marks else "")


def _marks(receipt: Receipt) -> list[str]:
    marks = ["零报告"] if receipt.nil_return else []
    if receipt.voluntary:
        return [*marks, "自愿报送"]
    if receipt.late:
        marks.append("迟报；首次按时报送，不影响按时" if receipt.first_on_time else "迟报")
    return marks


def _another_counts(receipt: Receipt, campaign: Campaign) -> str:
    """To a duplicate: which other file counts now, and how to change that."""
    if not another_counts(receipt):
        return ""
    change = f"；要改用这一份，请联系{campaign.office}" if displaced(receipt) else ""
    return f"{what_counts(receipt, campaign)}{change}。"


def another_counts(receipt: Receipt) -> bool:
    """Bytes that came again, while a file with others counts: nothing need be sent for what they hold."""
    return receipt.status is Status.DUPLICATE and receipt.in_force not in (None, receipt.duplicate_of)


def earlier_result(receipt: Receipt) -> str:
    """（已退回）: what became of the file whose bytes came again."""
    return f"（{_RESULTS[receipt.earlier]}）" if receipt.earlier else ""


def _ask(receipt: Receipt, campaign: Campaign) -> str:
    """What the unit has to do next, and by when."""
    if receipt.status is Status.HELD:
        request = reason_and_request(receipt, campaign)[1]
        return "" if receipt.secret else f"不用重报，{request}"
    if receipt.secret:
        return f"请马上与{campaign.office}联系。"
    when = by_when(receipt, campaign)
    change = _change(receipt)
    only_if = "要改用这一份的，" if another_counts(receipt) else ""
    asks = [f"{only_if}{_change_by(receipt, campaign)}{change}。"] if change else []
    if others := still_owed_besides(receipt):
        asks.append(f"还差{materials(others)}，{'也请同时' if asks else when}报送。")
    return "".join(asks)


def _change_by(receipt: Receipt, campaign: Campaign) -> str:
    """As `by_when`; who sends of their own will has no deadline."""
    if receipt.voluntary and not campaign.is_closed(receipt.answered_at):
        return "请"
    return by_when(receipt, campaign)


def still_owed_besides(receipt: Receipt) -> tuple[Material, ...]:
    """What the unit still owes apart from the material that this receipt is about."""
    covered = receipt.material.covers if receipt.material else ()
    return tuple(owed for owed in receipt.still_owed if owed not in covered)


def _change(receipt: Receipt) -> str:
    wrong = any(told.severity is Severity.ERROR for told in receipt.findings) and not waived(receipt)
    if receipt.status is Status.RETURNED or wrong:
        named = "" if receipt.unit else "在文件名里写上单位名称，"
        return f"{named}{'改正后' if receipt.figures else ''}重报"
    return "改正或书面说明" if to_change(receipt) else ""


def _middle(receipt: Receipt, form: Form, campaign: Campaign, room: int) -> str:
    """The most that can be said in `room` characters between the result and the request."""
    if room < _ENOUGH_TO_SAY:
        return ""
    if receipt.status is Status.HELD and receipt.why_held:
        return _sentence(reason_and_request(receipt, campaign)[0], room)
    if to_change(receipt):
        said = _worst(to_change(receipt), room)
        more = [_stands(receipt), _changed(receipt)]
    else:
        said = ""
        more = [] if displaced(receipt) else [_headline(receipt, form), _changed(receipt), _no_form(receipt)]
    for sentence in more:
        said += sentence if len(said) + len(sentence) <= room else ""
    return said


def _stands(receipt: Receipt) -> str:
    """To a returned file: what was accepted earlier still counts."""
    returned = receipt.status is Status.RETURNED and receipt.in_force
    return f"以前收下的（回执{receipt.in_force}）照旧有效。" if returned else ""


def _no_form(receipt: Receipt) -> str:
    """To a stamped copy whose form has not come."""
    owed = receipt.material is Material.STAMPED and Material.STATISTICS in receipt.still_owed
    return "盖章件不能代替统计表。" if owed else ""


def _changed(receipt: Receipt) -> str:
    """To a form sent again: in how many places it differs from the unit's form before."""
    if receipt.compared is None:
        return ""
    many = len(receipt.compared.changes)
    return f"比上一份改了{many}处。" if many else "内容与上一份相同。"


def _worst(findings: list[Told], room: int) -> str:
    """One or two findings, as many as fit whole, and how many more there are; a single long one is cut."""
    for count in range(min(_TOLD_AT_ONCE, len(findings)), 0, -1):
        said = "".join(_sentence(_located(told), LONGEST) for told in findings[:count])
        more = f"另有{len(findings) - count}处见回执。" if len(findings) > count else ""
        if len(said) + len(more) <= room:
            return said + more
    return _sentence(_located(findings[0]), room - len(more)) + more


def _located(told: Told) -> str:
    return f"{told.cell}：{told.message}" if told.cell else told.message


def _headline(receipt: Receipt, form: Form) -> str:
    """The total row's first figure and its sums, for the clerk to see that we read the right table."""
    columns = (form.figure_columns[0], *form.sum_columns)
    read = {figure.column: figure.value for figure in receipt.figures if figure.row == form.total_row.id}
    said = [
        f"{column.label}{shortest(value)}{column.unit}"
        for column in columns
        if (value := read.get(column.id)) is not None
    ]
    return f"读到的{form.total_row.label}：{'，'.join(said)}。" if said else ""


def _sentence(text: str, room: int) -> str:
    """`text` as whole sentences where `room` holds at least one, else cut within it."""
    said = _one_line(text)
    said = said if said.endswith(("。", "！", "？")) else f"{said}。"
    whole = said.rfind("。", 0, room) + 1
    if len(said) > room and whole >= _ENOUGH_TO_SAY:
        return said[:whole]
    return _cut(said, room)


def _one_line(text: str) -> str:
    return shown(" ".join(text.split()))


def _cut(text: str, room: int) -> str:
    return text if len(text) <= room else text[: room - 1] + "…"
