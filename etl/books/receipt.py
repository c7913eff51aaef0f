"""The receipt (回执): one small HTML page a submission, to read, to print and to paste from."""

from collections.abc import Iterable
from itertools import groupby

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from etl.books.as_read import readings
from etl.books.changes import TOLD_AT_MOST, lines, moved_sums
from etl.books.chat import (
    by_when,
    chat_text,
    displaced,
    earlier_result,
    reason_and_request,
    to_change,
    told_by_weight,
    waived,
    what_counts,
)
from etl.books.fix_list import has_marked_copy
from etl.books.words import MATERIALS, SEVERITIES, materials, moment, month_day, zone
from etl.definitions import Campaign, Form
from etl.masking import shown
from etl.model import Brought, Comparison, Figure, Material, Receipt, Severity, Status, Told, shortest

__all__ = ["chat_text", "receipt_page", "receipt_pages"]

# Compiled once: a run answers thousands of files.
_TEMPLATES = Environment(
    loader=PackageLoader("etl.books"),
    autoescape=True,
    trim_blocks=True,
    lstrip_blocks=True,
    undefined=StrictUndefined,
)
_PAGE, _HEADER = map(_TEMPLATES.get_template, ("receipt.html", "receipt_header.html"))

_STATUSES = {
    Status.ACCEPTED: ("good", "已收下"),
    Status.SUPERSEDED: ("good", "已收下，另有更新的一份"),
    Status.RETURNED: ("bad", "已退回，请改正后重报"),
    Status.HELD: ("wait", "待认领"),
    Status.DUPLICATE: ("same", "重复报送"),
}
"""Status → colour and words of the mark at the top."""

_Cell = tuple[str, str]
"""One figure as the table shows it, safe as markup, and what colours it."""
_UNSAID = "unsaid"


def receipt_page(receipt: Receipt, form: Form, campaign: Campaign) -> bytes:
    """A self-contained HTML page in UTF-8: no script, nothing from elsewhere, text from files only as text."""
    return receipt_pages([receipt], form, campaign)[0]


def receipt_pages(receipts: Iterable[Receipt], form: Form, campaign: Campaign) -> list[bytes]:
    """As receipt_page, of many: what they have in common is laid out once."""
    said = _HEADER.render(header=_header(form), item=form.labels.item.label)
    header = Markup(said)  # nosec B704 - the template escapes
    return [_page(receipt, form, campaign, header) for receipt in receipts]


def _page(receipt: Receipt, form: Form, campaign: Campaign, header: Markup) -> bytes:
    mark, word = _status(receipt)
    figures = () if displaced(receipt) else receipt.figures
    rows = _rows(figures, receipt, form)
    page = _PAGE.render(
        receipt=receipt,
        campaign=campaign,
        chat=chat_text(receipt, form, campaign),
        mark=mark,
        word=word,
        verdict=_verdict(receipt, campaign),
        owed=_owed(receipt, campaign),
        facts=_facts(receipt, campaign),
        findings=[_told(told, waived(receipt)) for told in told_by_weight(receipt)],
        compared=_compared(receipt.compared, campaign) if receipt.compared else None,
        changes=lines(receipt.compared.changes, form) if receipt.compared else [],
        header=header if figures else None,
        rows=[(label, _laid_out(cells)) for label, cells in rows],
        has_blanks=any(mark == _UNSAID for _, cells in rows for _, mark in cells),
        readings=readings(figures, form),
        answered=f"{moment(campaign, receipt.answered_at)}（{zone(campaign)}）",
    )
    return page.encode("utf-8")


def _status(receipt: Receipt) -> tuple[str, str]:
    if receipt.status is Status.ACCEPTED and receipt.nil_return:
        return "good", "零报告"
    return _STATUSES[receipt.status]


def _verdict(receipt: Receipt, campaign: Campaign) -> str:
    """What the status means for the clerk, in a sentence or two."""
    what = MATERIALS[receipt.material] if receipt.material else "文件"
    match receipt.status:
        case Status.RETURNED:
            return _returned(receipt, what, campaign)
        case Status.HELD:
            return _held(receipt, campaign)
        case Status.DUPLICATE:
            return _duplicate(receipt, campaign)
        case Status.SUPERSEDED:
            newer = f"（回执 {receipt.in_force}）" if receipt.in_force else ""
            return f"这份{what}已收下；本单位另有更新的一份{newer}，以更新的为准。"
    return _accepted(receipt, what)


def _returned(receipt: Receipt, what: str, campaign: Campaign) -> str:
    many = sum(told.severity is Severity.ERROR for told in receipt.findings)
    how = "再把文件放进收件箱"
    if campaign.is_closed(receipt.answered_at):
        how = f"本期已关账，请先联系{campaign.office}再重报"
    nobody = "" if receipt.unit else "看不出是哪个单位报的，请在文件名里写上单位名称。"
    stands = f"以前收下的照旧有效：{what_counts(receipt, campaign)}。" if receipt.in_force else ""
    if not receipt.figures:
        return f"这份{what}暂时不能收下：原因和办法见下面的意见，照着办好，{how}。{_copy(receipt)}{nobody}{stands}"
    return f"这份{what}有 {many} 处要改，暂时不能收下。请照下面的意见改好，{how}。{_copy(receipt)}{nobody}{stands}"


def _copy(receipt: Receipt) -> str:
    """The workbook beside this page, if there is one."""
    if not has_marked_copy(receipt):
        return ""
    if not receipt.figures:
        return f"旁边的 {receipt.number}.xlsx 是一张标准表，报的是统计表的，可以直接在里面填好放进收件箱。"
    return f"可以直接在旁边的标注副本（{receipt.number}.xlsx）里改：要改的格子涂了颜色，第一页是请修改清单。"


def _held(receipt: Receipt, campaign: Campaign) -> str:
    reason, request = reason_and_request(receipt, campaign)
    return f"{reason}{request}" if receipt.secret else f"{reason}文件已妥善保存，不用重报。{request}"


def _duplicate(receipt: Receipt, campaign: Campaign) -> str:
    same = f"这份文件与回执 {receipt.duplicate_of} 的那一份完全相同：结论同前{earlier_result(receipt)}，不重复计算。"
    if receipt.secret:
        return f"{same}请马上与{campaign.office}联系。"
    if receipt.in_force is None:
        return same
    if receipt.in_force == receipt.duplicate_of:
        return f"{same}现在有效的就是那一份。"
    change = f"请联系{campaign.office}" if displaced(receipt) else "请改正后重报"
    return f"{same}{what_counts(receipt, campaign)}；要改用这一份，{change}。"


def _accepted(receipt: Receipt, what: str) -> str:
    if receipt.material is Material.STAMPED:
        return _stamped(receipt)
    if receipt.nil_return:
        own_will = "本单位不作要求，这是自愿报送。" if receipt.voluntary else ""
        return f"各项都是 0，按零报告收下。零报告也是报告，谢谢。{own_will}"
    if to_change(receipt):
        asked = f"有 {len(to_change(receipt))} 处要请核实：填错了请改正后重报，没错请书面说明。"
        return f"这份{what}已收下，但{asked}{_copy(receipt)}"
    if receipt.voluntary:
        counted = "，计入全区汇总" if receipt.material is not Material.NARRATIVE else ""
        return f"这份{what}已收下。自愿报送，谢谢{counted}。"
    return f"这份{what}已收下，谢谢。"


def _stamped(receipt: Receipt) -> str:
    """A PDF or picture of the form gives no figure: whether the form itself is still to come."""
    if Material.STATISTICS not in receipt.still_owed:
        return "这份文件按盖章件收下，留存备查，谢谢。统计表不用再报。"
    return (
        "这份文件按盖章件收下，留存备查。盖章件不能代替统计表，里面的数字不计入汇总："
        "统计表还没有收下，请用空白表填好，把 .xlsx 文件也放进收件箱。"
    )


def _owed(receipt: Receipt, campaign: Campaign) -> str:
    """What the unit still owes and until when; empty where the unit is not known."""
    if receipt.unit is None:
        return ""
    if not receipt.still_owed:
        return "没有还要报的材料。"
    return f"{materials(receipt.still_owed)}。{by_when(receipt, campaign)}报送。"


def _facts(receipt: Receipt, campaign: Campaign) -> list[list[tuple[str, str]]]:
    """Rows of one or two pairs of name and value."""
    return [
        [("回执号", receipt.number), ("填报单位", receipt.unit or "未认出")],
        [("文件", shown(receipt.file))],
        [
            ("材料", MATERIALS[receipt.material] if receipt.material else "认不出是哪种材料"),
            ("文件大小", f"{receipt.size:,} 字节"),
        ],
        *([[("代收、代录", _brought(receipt.brought, campaign))]] if receipt.brought else []),
        [
            ("收到时间", f"{moment(campaign, receipt.received_at)}（{zone(campaign)}）"),
            _on_time(receipt, campaign),
        ],
    ]


def _brought(brought: Brought, campaign: Campaign) -> str:
    """By whom, how, and when it was really typed in; 收到时间 is when it really came."""
    return f"{shown(brought.by, 40)}，{shown(brought.how, 120)}（{moment(campaign, brought.at)}录入）"


def _on_time(receipt: Receipt, campaign: Campaign) -> tuple[str, str]:
    """Whether it came in time; who sends of their own will cannot be late."""
    if receipt.voluntary:
        return "报送性质", "自愿报送"
    first = "；首次按时报送，不影响按时" if receipt.late and receipt.first_on_time else ""
    word = "迟报" if receipt.late else "按时"
    extended = f"，已延期至 {moment(campaign, receipt.extended_to)}" if receipt.extended_to else ""
    return "是否按时", f"{word}（截止 {moment(campaign, campaign.deadline)}{extended}）{first}"


def _told(told: Told, is_waived: bool) -> tuple[str, str, str, str]:
    """Severity's id and word, where, and what to do."""
    where = " ".join(shown(place, 40) for place in (told.sheet, told.cell) if place)
    said = f"（已说明：{shown(told.explained, 200)}）" if told.explained is not None else ""
    if is_waived and told.severity is Severity.ERROR:
        said += "（双拥办已照收）"
    return (
        told.severity.value,
        SEVERITIES[told.severity],
        where or "整个文件",
        shown(told.message, 600) + said,
    )


def _compared(compared: Comparison, campaign: Campaign) -> tuple[str, str]:
    """What stands before and after the list of changes."""
    arrived = month_day(campaign, compared.received_at)
    earlier = f"与本单位上一份统计表（回执 {compared.receipt}，{arrived}收到）相比"
    many = len(compared.changes)
    if not many:
        return f"{earlier}，内容相同，各格的数字和文字都没有改动。", ""
    rest = f"另有 {many - TOLD_AT_MOST} 处改动没有列出。" if many > TOLD_AT_MOST else ""
    moved = moved_sums(compared.changes)
    return f"{earlier}，改了 {many} 处：", rest + (f"{'、'.join(moved)}已随之变动。" if moved else "")


def _header(form: Form) -> tuple[list[tuple[str, str, int, int]], list[tuple[str, str]]]:
    """The form's two header rows: of the upper one text, unit, columns and rows; of the lower text and unit."""
    upper: list[tuple[str, str, int, int]] = []
    lower: list[tuple[str, str]] = []
    for group, members in groupby(form.figure_columns, key=lambda column: column.group):
        captions = [(column.label, column.unit or "") for column in members]
        if group:
            upper.append((group, "", len(captions), 1))
            lower += captions
        else:
            upper += [(label, unit, 1, 2) for label, unit in captions]
    return upper, lower


def _rows(figures: tuple[Figure, ...], receipt: Receipt, form: Form) -> list[tuple[str, list[_Cell]]]:
    """The form's rows with the figures as read, in the form's own order."""
    if not figures:
        return []
    at = {(figure.row, figure.column): figure for figure in figures}
    marks = {(told.sheet, told.cell): told.severity.value for told in reversed(told_by_weight(receipt))}
    return [
        (row.label, [_cell(at.get((row.id, column.id)), marks) for column in form.figure_columns])
        for row in form.rows
    ]


def _laid_out(cells: Iterable[_Cell]) -> Markup:
    """A row's cells as markup; by hand, since forty cells would cost the template half of its time."""
    laid_out = [f'<td class="{mark}">{text}</td>' if mark else f"<td>{text}</td>" for text, mark in cells]
    return Markup("".join(laid_out))  # nosec B704 - numbers, and what _cell escaped


def _cell(figure: Figure | None, marks: dict[tuple[str | None, str | None], str]) -> _Cell:
    if figure is None:
        return "", ""
    mark = marks.get((figure.sheet, figure.cell), "") if figure.cell else ""
    if figure.value is None:
        return escape(shown(figure.typed or "", 20)), mark
    return shortest(figure.value), mark or ("" if figure.typed else _UNSAID)
