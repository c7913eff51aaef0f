"""`returns evidence`: all that stands behind one figure in one zip, for whoever has to prove it."""

import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath

import msgspec

from etl.books.plain_csv import csv_bytes
from etl.books.standing import standing_line
from etl.books.words import DECISIONS, SEVERITIES
from etl.decide import the_unit
from etl.definitions import Campaign
from etl.definitions.roster import NOT_IN_A_FILE_NAME
from etl.edges.share import RECEIPTS, published
from etl.errors import Refused, Unavailable
from etl.masking import shown
from etl.model import Severity, receipt_number
from etl.office import Office
from etl.stages.summarise import summarise
from etl.stages.versions import MANIFEST
from etl.trace import Contribution, figure_called, trace
from etl.warehouse.questions import Answer, ask

_LONG_AGO = (1980, 1, 1, 0, 0, 0)
_READ_ME = """{title} {figure}{whose}：{value}

溯源.csv      这个数由哪些单位的哪一格相加而成
单位文件夹    原件（报来时的样子）、盖章件、回执、标注副本、审核意见.csv、决定.csv
审批.json     定稿的审批人、时间和所用的程序、规则；还没有定稿的，写明是快报
{manifest}     发布文件夹里的清单

{standing}
统计到 {as_of}
"""


@dataclass(frozen=True, slots=True)
class _File:
    """A name in the zip and what it holds."""

    name: str
    content: bytes


def pack_evidence(
    campaign_id: str,
    cell: tuple[str, str],
    unit: str | None,
    as_of: datetime,
    office: Office,
    to: Path | None = None,
) -> Path:
    """Write a zip about one figure (row and column by id or label), or one unit's part of it; its path.

    Holds originals as they came, with personal numbers: it is for inside. Raises Refused where nothing stands
    behind the figure, Unavailable where the archive or the folder cannot be used.
    """
    campaign, form = office.opened(campaign_id)
    figure = figure_called(*cell, form)
    parts = trace(campaign_id, *cell, as_of, office)
    whose = ""
    if unit is not None:
        owner = the_unit(unit, campaign.units(office.roster))
        parts, whose = [part for part in parts if part.unit == owner.name], f"·{owner.name}"
    if not parts:
        raise Refused("这个数后面没有报送件：没有单位报过，或该单位的表不在汇总里。")
    named = NOT_IN_A_FILE_NAME.sub("_", f"证据（{campaign.title}·{figure}{whose}）.zip")
    path = to or Path.cwd() / named
    try:
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
            for file in _files(campaign, figure, whose, parts, as_of, office):
                packed.writestr(_entry(file.name), file.content)
    except OSError as why:
        raise Unavailable(f"证据写不进去：{path}（{why.strerror}）") from why
    return path


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _LONG_AGO)
    entry.compress_type = zipfile.ZIP_DEFLATED
    return entry


def _files(
    campaign: Campaign,
    figure: str,
    whose: str,
    parts: Sequence[Contribution],
    as_of: datetime,
    office: Office,
) -> Iterator[_File]:
    summary = summarise(campaign.id, as_of, office)
    told = {
        "title": campaign.title,
        "figure": figure,
        "whose": whose,
        "value": sum(part.value for part in parts),
        "standing": standing_line(summary, campaign),
        "as_of": campaign.local(as_of).isoformat(timespec="seconds"),
        "manifest": MANIFEST,
    }
    yield _File("说明.txt", _READ_ME.format(**told).encode())
    yield _File("溯源.csv", _traced(parts))
    approval = {"standing": told["standing"], "seal": summary.seal, "holds": summary.is_final}
    yield _File("审批.json", msgspec.json.format(msgspec.json.encode(approval), indent=2))
    manifest = office.share.read(published(campaign.title) / MANIFEST)
    if manifest is not None:
        yield _File(MANIFEST, manifest)
    takes = {"campaign": campaign.id, "as_of": as_of}
    with office.warehouse.reading() as connection:
        behind = ask(connection, "evidence", **takes)
        findings = ask(connection, "submission_findings", **takes)
        decided = ask(connection, "decisions", campaign=campaign.id)
    wanted = {part.unit for part in parts}
    for row in behind:
        if row["unit"] in wanted:
            yield from _of_submission(row, findings, decided, campaign, office)


def _of_submission(
    row: Answer, findings: Sequence[Answer], decided: Sequence[Answer], campaign: Campaign, office: Office
) -> Iterator[_File]:
    """The original and all that was said about it, in a folder of its unit."""
    number = receipt_number(campaign.id, row["submission_id"])
    kind = "盖章件" if row["material"] == "stamped" else "原件"
    suffix = PurePosixPath(row["file"]).suffix
    folder = NOT_IN_A_FILE_NAME.sub("_", row["unit"])
    plain = suffix if suffix[1:].isascii() and suffix[1:].isalnum() else ""
    if row["purged_at"]:
        yield _File(f"{folder}/{number} {kind}已销毁.txt", f"{kind}已按规定销毁，见 决定.csv。\n".encode())
    else:
        yield _File(f"{folder}/{number} {kind}{plain}", office.archive.read(row["sha256"]))
    for name in office.share.names(RECEIPTS / row["unit"]):
        if name.stem == number:
            yield _File(f"{folder}/{number} 回执与副本/{name.name}", office.share.read(name) or b"")
    own = [
        (SEVERITIES[Severity(one["severity"])], one["rule"], one["sheet"], one["cell"], shown(one["message"]))
        for one in findings
        if one["submission_id"] == row["submission_id"]
    ]
    yield _File(f"{folder}/{number} 审核意见.csv", csv_bytes(("轻重", "规则", "表", "单元格", "意见"), own))
    people = [
        (
            campaign.local(one["decided_at"]).isoformat(),
            DECISIONS[one["kind"]],
            shown(one["by_whom"]),
            shown(one["why"]),
        )
        for one in decided
        if one["submission_id"] == row["submission_id"] or one["kind"] == "finalise"
    ]
    yield _File(f"{folder}/{number} 决定.csv", csv_bytes(("时间", "决定", "谁", "为什么"), people))


def _traced(parts: Sequence[Contribution]) -> bytes:
    rows = [
        (p.unit, p.value, shown(p.typed or ""), shown(p.file), p.sheet, p.cell, p.receipt, p.row, p.column)
        for p in parts
    ]
    heads = ("单位", "数值", "填写内容", "文件", "表", "单元格", "回执号", "对象", "栏目")
    return csv_bytes(heads, rows)
