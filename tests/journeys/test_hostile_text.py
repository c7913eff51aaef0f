"""Text stays text from the inbox to the last page: whatever clerks type, call their files, or operators write."""

import html
import io
import json
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import psycopg
import pytest
from lxml import etree
from lxml.html import document_fromstring

from etl.books.blank import common_blank
from etl.decide import Who, claim, note
from etl.settings import PROJECT, Settings
from etl.stages.remind import remind
from tests.conftest import DATABASES
from tests.desk import AFTER_CLOSING, BEFORE_DEADLINE, CAMPAIGN, GOOD, TWO_DAYS_LATE, Desk, fill
from tests.hostile.contents import INJECTIONS, linked, stored, typed, with_macros
from tests.hostile.sheets import parts_of, zipped
from tests.journeys.test_narratives import letter
from tests.mailbox import mail_server

NUMBERS = ("500224199001011234", "13800138000")
WHO = Who("=cmd|' /C calc'!A0<script>王</script>", "'; DROP TABLE decisions; --\x1b[2J手机13800138000\n=1+1")
_NEVER_SHOWN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]"
)
_REACHES_OUT = re.compile(
    r"cmd\||HYPERLINK|WEBSERVICE|DDE|CALL\(|DROP TABLE|\[1\]|192\.0\.2\.1", re.IGNORECASE
)
_PARTS_NEVER_WRITTEN = re.compile(
    r"vbaProject|externalLink|embeddings|connections\.xml|activeX|afchunk", re.I
)


def _names() -> Iterator[str]:
    """What clerks could call files and folders: all that a folder takes."""
    for number, said in enumerate(INJECTIONS):
        yield f"{said.replace('/', '／').replace(chr(0), '')}（{number}）.xlsx"


def fill_the_inbox(desk: Desk) -> None:
    """Every injection as text of a good form and in place of a figure, as file name, folder, sheet and unit."""
    units = [unit.name for unit in desk.office.roster.units]
    of_nobody = common_blank(desk.form, desk.campaign, desk.campaign.units(desk.office.roster))
    for number, (said, name) in enumerate(zip(INJECTIONS, _names(), strict=True)):
        desk.drop(f"好/{number:02}.xlsx", typed(said, units[number]))
        desk.drop(f"坏/{name}", typed(said, units[20 + number], sheet=said[:20], visited=said or "?"))
        desk.drop(f"{name}/谁的{number}.xlsx", fill(of_nobody, desk.form, GOOD, B2=stored(said)))
        desk.drop(f"总结/{units[number]}工作总结.docx", letter(*_storable(said)))
    for unit, content in (("土桥镇", with_macros()), ("旧县街道", linked("http://192.0.2.1/x.xlsx"))):
        parts = parts_of(content)
        parts["xl/worksheets/sheet1.xml"] = parts["xl/worksheets/sheet1.xml"].replace(
            b"<v>10</v>", b"<v>-10</v>"
        )
        desk.drop(f"{unit}有宏.xlsm", zipped(parts))


def _storable(said: str) -> list[str]:
    """A document holds no controls."""
    return [f"一、{_NEVER_SHOWN.sub('', said)}", "二、走访慰问195人，发放慰问金6.1万元。"]


@pytest.fixture(scope="module", params=DATABASES)
def written(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A whole campaign on hostile text, with people's decisions in it, on SQLite and on PostgreSQL in turn."""
    folder = tmp_path_factory.mktemp("hostile-text")
    url = f"sqlite:///{folder / 'warehouse.db'}"
    if request.param == "postgresql":
        address: str = request.getfixturevalue("postgres")
        with psycopg.connect(address.format(database="postgres"), autocommit=True) as connection:
            connection.execute("CREATE DATABASE hostile_text")
        url = address.format(database="hostile_text")
    with Desk.at(Settings(folder / "share", folder / "archive", url, PROJECT / "config")) as desk:
        _have_a_campaign(desk)
        yield desk


def _have_a_campaign(desk: Desk) -> None:
    fill_the_inbox(desk)
    desk.drop("土桥镇.xlsx", desk.filled("平滩镇", GOOD))
    desk.run(BEFORE_DEADLINE)
    note(CAMPAIGN, "土桥镇", WHO, desk.office)
    held = next(s for s in desk.export()["submissions"] if s["status"] == "held" and s["values"])
    claim(held["file"], "少云镇", WHO, desk.office, datetime.fromisoformat(BEFORE_DEADLINE))
    desk.run(TWO_DAYS_LATE)


def share_files(desk: Desk) -> Iterator[tuple[Path, bytes]]:
    """All that we wrote for people to open; blanks are from before any text came."""
    root = desk.settings.share
    for folder in ("回执", "发布"):
        yield from (
            (path, path.read_bytes()) for path in sorted((root / folder).rglob("*")) if path.is_file()
        )


def texts_of(content: bytes) -> str:
    """The markup of every part."""
    return "\n".join(part.decode("utf-8", "replace") for part in parts_of(content).values())


def test_text_is_only_ever_text_in_all_that_a_campaign_writes(written: Desk) -> None:
    kinds = set()
    for path, content in share_files(written):
        kinds.add(path.suffix)
        said = str(path)
        assert not _NEVER_SHOWN.search(path.name), said
        if path.suffix in (".xlsx", ".docx"):
            _office_file_is_inert(said, content)
        elif path.suffix == ".html":
            _page_is_inert(said, content)
        elif path.suffix == ".json":
            json.loads(content)
    assert kinds >= {".xlsx", ".docx", ".html", ".json"}
    everything = "".join(
        texts_of(content) if path.suffix in (".xlsx", ".docx") else content.decode()
        for path, content in share_files(written)
    )
    assert html.escape("cmd|' /C calc'", quote=False) in everything, "it is shown, as text"
    assert "&lt;script&gt;" in everything


def _office_file_is_inert(said: str, content: bytes) -> None:
    assert zipfile.ZipFile(io.BytesIO(content)).testzip() is None
    for name, part in parts_of(content).items():
        assert not _PARTS_NEVER_WRITTEN.search(name), (said, name)
        if not name.endswith((".xml", ".rels")):
            continue
        root = etree.fromstring(part)
        assert "macroEnabled" not in part.decode(), said
        for element in root.iter("{*}f", "{*}instrText", "{*}formula1", "{*}formula2", "{*}definedName"):
            assert not _REACHES_OUT.search(element.text or ""), (said, name, element.text)
        for relation in root.iter("{*}Relationship"):
            outside = relation.get("TargetMode") == "External"
            assert not (outside and _REACHES_OUT.search(relation.get("Target", ""))), (said, name)
        assert not list(root.iter("{*}ddeLink", "{*}oleObject", "{*}altChunk")), (said, name)


def _page_is_inert(said: str, content: bytes) -> None:
    text = content.decode("utf-8")
    assert not _NEVER_SHOWN.search(text), said
    for element in document_fromstring(text).iter():
        if not isinstance(element.tag, str):
            continue
        assert element.tag not in ("iframe", "object", "embed", "form", "base"), (said, element.tag)
        if element.tag == "script":
            assert not re.search(r"/C calc|alert\(1\)|DROP TABLE", element.text or ""), said
        for name, value in element.items():
            assert not name.startswith("on"), (said, name)
            assert not re.match(r"\s*(javascript|vbscript|file):", str(value), re.I), (said, value)
            assert "192.0.2.1" not in str(value) or name not in ("href", "src"), (said, value)


def test_no_number_of_a_person_leaves_but_in_a_units_own_copy(written: Desk) -> None:
    seen = 0
    for path, content in share_files(written):
        own_copy = path.suffix == ".xlsx" and "回执" in path.parts
        text = texts_of(content) if path.suffix in (".xlsx", ".docx") else content.decode("utf-8")
        if not own_copy:
            assert not any(number in text for number in NUMBERS), path
        seen += "138****8000" in text
    assert seen


def test_what_commands_print_moves_no_cursor_and_shows_no_number(written: Desk) -> None:
    for command in (["status"], ["trace", CAMPAIGN, "重点优抚对象", "visited"], ["decisions", CAMPAIGN]):
        told = _returns(written, *command)
        assert told.returncode == 0, told.stderr
        assert not _NEVER_SHOWN.search(told.stdout + told.stderr), command
        assert not any(number in told.stdout + told.stderr for number in NUMBERS), command
        assert "cmd|" in told.stdout or command[0] == "trace"
    exported = _returns(written, "export", CAMPAIGN, "--at", AFTER_CLOSING)
    said = json.loads(exported.stdout)
    assert len(said["submissions"]) > 4 * len(INJECTIONS)
    assert not any(number in exported.stdout for number in NUMBERS)


def test_mails_say_it_in_plain_text_and_in_headers_of_ours(written: Desk) -> None:
    roster = written.office.roster
    units = tuple(replace_contact(unit) if unit.name == "土桥镇" else unit for unit in roster.units)
    definitions = written.office.definitions.model_copy(update={"roster": type(roster)(units=units)})
    office = replace(written.office, definitions=definitions)
    with mail_server() as (box, server), office.alone():
        remind(CAMPAIGN, datetime.fromisoformat("2022-02-15T08:10:00+08:00"), office, server)
    assert len(box.came) > 10
    for _, message in box.came:
        assert not _NEVER_SHOWN.search(str(message["subject"]) + str(message["to"]))
        assert {"bcc", "x-owned"}.isdisjoint(key.lower() for key in message)
        body = message.get_body(("plain",))
        assert body is not None and message.get_body(("html",)) is None
        assert not _NEVER_SHOWN.search(body.get_content())
        assert not any(number in body.get_content() for number in NUMBERS)


def replace_contact(unit):  # type: ignore[no-untyped-def]
    """A unit of the roster whose contact would like to be a header and a formula."""
    return unit.model_copy(update={"contact": "=1+1\nBcc: x@example.org\nX-Owned: 1 \x1b[2J13800138000"})


def test_the_log_stays_one_object_a_line(written: Desk) -> None:
    for number, name in enumerate(_names()):
        written.drop(f"又/{name}", typed(INJECTIONS[number], visited=INJECTIONS[number] or "?"))
        (written.inbox / f"链接{name}").symlink_to("/etc/passwd")
    told = _returns(written, "run", CAMPAIGN, "--at", AFTER_CLOSING, RETURNS_LOG="json")
    lines = [json.loads(line) for line in told.stderr.splitlines()]
    assert len(lines) > len(INJECTIONS)
    assert not _NEVER_SHOWN.search(told.stdout + told.stderr)
    assert {line["level"] for line in lines} <= {"info", "warning"}
    assert not any(number in told.stderr for number in NUMBERS)


def test_no_statement_in_a_text_was_run(written: Desk) -> None:
    with written.office.warehouse.reading() as connection:
        for table in ("submissions", "decisions", "findings"):
            assert connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one()


def _returns(desk: Desk, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    settings = desk.settings
    places = {
        "RETURNS_SHARE": str(settings.share),
        "RETURNS_ARCHIVE": str(settings.archive),
        "RETURNS_WAREHOUSE": settings.warehouse,
        "RETURNS_CONFIG": str(PROJECT / "config"),
    }
    return subprocess.run(
        [sys.executable, "-m", "etl", *arguments],
        env=os.environ | places | more,
        capture_output=True,
        text=True,
        check=False,
    )
