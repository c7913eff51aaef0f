"""What the demo prints at its end: rates, totals, what is missing, what was published, and whether it is true."""

from collections import Counter
from collections.abc import Mapping
from io import BytesIO
from pathlib import PurePosixPath
from typing import Any

import openpyxl
from rich.console import Console

from etl.books.words import MISSING_STATES
from etl.definitions import Form
from etl.edges.share import published
from etl.export import export
from etl.office import Office
from etl.sample import SampleTruth

VERDICTS = {
    "accepted": "收下",
    "superseded": "被新的一份替换",
    "returned": "退回",
    "held": "待认领",
    "duplicate": "重复",
}


def tell(truth: SampleTruth, office: Office, screen: Console) -> bool:
    """Print the report as of the last moment. True when everything agrees with the truth."""
    campaign, form = office.opened(truth.campaign)
    said = export(truth.campaign, truth.moments[-1], office)
    files = office.share.names(published(campaign.title))
    screen.rule(f"{campaign.title}双拥报送（演示）")
    screen.print(
        f"收到 {len(said['submissions'])} 个文件：{_counted(said['submissions'], 'status', VERDICTS)}"
    )
    screen.print(
        f"应报 {said['expected']} 份，已报 {said['accepted']} 份（{_rate(said, 'accepted')}），"
        f"按时 {said['on_time']} 份（{_rate(said, 'on_time')}）"
    )
    screen.print(f"全区合计：{_totals(said['summary'], form)}")
    screen.print(f"未报 {len(said['missing'])} 份：{_counted(said['missing'], 'state', MISSING_STATES)}")
    wrong = _disagreements(said, truth)
    if _published_figures(files, form, office) != truth.summary:
        wrong.append("发布的汇总表")
    screen.print(f"与 truth.json 核对：{'不一致：' + '、'.join(wrong) if wrong else '全部一致'}")
    screen.print("发布的文件：")
    for name in files:
        screen.print(f"  {office.share.shown(name)}")
    return not wrong


def _counted(things: list[dict[str, Any]], key: str, words: Mapping[str, str]) -> str:
    counts = Counter(thing[key] for thing in things)
    return "，".join(f"{word} {counts[name]}" for name, word in words.items() if counts[name]) or "没有"


def _rate(said: dict[str, Any], part: str) -> str:
    return f"{said[part] / said['expected']:.1%}"


def _totals(summary: dict[str, dict[str, int | float]], form: Form) -> str:
    totals = summary[form.total_row.label]
    return "".join(f"\n  {c.full_label}：{totals[c.id]:,} {c.unit}" for c in form.figure_columns)


def _disagreements(said: dict[str, Any], truth: SampleTruth) -> list[str]:
    """In which points the export is not what the samples were made to say."""
    counts = [said["expected"], said["accepted"], said["on_time"]]
    files = sorted((each["file"], each["status"]) for each in said["submissions"])
    missing = sorted((m["unit"], m["material"], m["state"], m["days_overdue"]) for m in said["missing"])
    compared = {
        "份数": counts == [truth.expected, truth.accepted, truth.on_time],
        "汇总数字": said["summary"] == truth.summary,
        "未报名单": missing == sorted((m.unit, m.material, m.state, m.days_overdue) for m in truth.missing),
        "各文件的结论": files == sorted((file.path, file.status) for file in truth.files),
    }
    return [point for point, agrees in compared.items() if not agrees]


def _published_figures(
    files: list[PurePosixPath], form: Form, office: Office
) -> dict[str, dict[str, int | float]]:
    """The figures in the published summary, read as anybody's spreadsheet would read them."""
    summary = next(name for name in files if name.name.startswith("汇总表"))
    book = openpyxl.load_workbook(BytesIO(office.share.read(summary) or b""), data_only=True)
    lines = {cells[0]: cells[1:] for cells in book.worksheets[0].iter_rows(values_only=True)}
    figures = {c.id: at for at, c in enumerate(form.columns) if c in form.figure_columns}
    return {
        row.label: {id_: _number(lines[row.label][at]) for id_, at in figures.items()} for row in form.rows
    }


def _number(cell: object) -> int | float:
    assert isinstance(cell, int | float), cell
    return round(cell, 6)
