"""`returns export` against its contract, docs/export.schema.json."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from copy import deepcopy
from decimal import Decimal
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from etl.definitions import Definitions
from etl.model import Material, Severity, Status
from etl.settings import PROJECT, Settings
from tests.desk import BEFORE_DEADLINE, CAMPAIGN, GOOD, NEXT_DAY, TWO_DAYS_LATE, Desk
from tests.pdfs import scan

SCHEMA: dict[str, Any] = json.loads((PROJECT / "docs" / "export.schema.json").read_text("utf-8"))
CONTRACT = Draft202012Validator(SCHEMA)
MORE = {**GOOD, "border_garrison": {**GOOD["border_garrison"], "money_amount": 0.500001}}


def a_campaigns_worth(desk: Desk) -> dict[str, Any]:
    """Drop one file of every outcome, over three days, and export."""
    first = desk.filled("土桥镇")
    desk.drop("土桥镇.xlsx", first)
    desk.drop("二坪镇/统计表.xlsx", desk.filled("二坪镇", C9=999))
    desk.drop("没有署名.docx", _narrative())
    desk.drop("水口镇.xlsx", desk.filled("土桥镇", B2=""))
    desk.drop("区财政局工作总结.docx", _narrative())
    desk.drop("区民政局盖章件.pdf", scan())
    desk.drop("土桥镇.zip", b"PK\x05\x06" + bytes(18))
    desk.run(BEFORE_DEADLINE)
    desk.drop("土桥镇（更正）.xlsx", desk.filled("土桥镇", MORE))
    desk.run(NEXT_DAY)
    desk.drop("土桥镇（又发一次）.xlsx", first)
    desk.run(TWO_DAYS_LATE)
    return desk.export(TWO_DAYS_LATE)


def _narrative() -> bytes:
    from io import BytesIO

    from docx import Document

    document = Document()
    document.add_paragraph("春节期间走访慰问优抚对象，开展双拥宣传，解决实际困难。")
    out = BytesIO()
    document.save(out)
    return out.getvalue()


@pytest.fixture(scope="module")
def office_settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder = tmp_path_factory.mktemp("office")
    warehouse = f"sqlite:///{folder / 'warehouse.db'}"
    return Settings(folder / "share", folder / "archive", warehouse, PROJECT / "config")


@pytest.fixture(scope="module")
def said(office_settings: Settings) -> Iterator[dict[str, Any]]:
    """A real export, made once; whoever breaks it breaks a copy."""
    with Desk.at(office_settings) as desk:
        yield a_campaigns_worth(desk)


def test_the_contract_is_a_json_schema() -> None:
    Draft202012Validator.check_schema(SCHEMA)


def test_a_real_export_with_every_outcome_keeps_the_contract_on_both_databases(desk: Desk) -> None:
    said = a_campaigns_worth(desk)
    assert [(s["file"], s["status"]) for s in said["submissions"][-2:]] == [
        ("土桥镇（更正）.xlsx", "accepted"),
        ("土桥镇（又发一次）.xlsx", "duplicate"),
    ]
    assert {s["status"] for s in said["submissions"]} == {status.value for status in Status}
    CONTRACT.validate(json.loads(json.dumps(said)))


def test_an_export_of_a_campaign_that_nobody_has_reported_to_keeps_the_contract(sqlite_desk: Desk) -> None:
    said = sqlite_desk.export()
    CONTRACT.validate(said)
    assert {value for row in said["summary"].values() for value in row.values()} == {0}


def test_the_contract_speaks_of_the_form_as_it_is_defined(definitions: Definitions) -> None:
    form = definitions.form_of(definitions.campaign(CAMPAIGN))
    defined = SCHEMA["$defs"]
    assert defined["figures"]["required"] == list(defined["figures"]["properties"])
    assert defined["figures"]["required"] == [row.label for row in form.rows]
    assert defined["row"]["required"] == [column.id for column in form.figure_columns]
    kinds = {name: said["$ref"].rpartition("/")[2] for name, said in defined["row"]["properties"].items()}
    assert kinds == {column.id: column.type for column in form.figure_columns}


def test_the_contract_speaks_the_words_of_the_model(definitions: Definitions) -> None:
    submission = SCHEMA["$defs"]["submission"]["properties"]
    assert set(submission["status"]["enum"]) == {status.value for status in Status}
    assert set(submission["material"]["enum"]) == {None, *(material.value for material in Material)}
    finding = SCHEMA["$defs"]["finding"]["properties"]
    assert set(finding["severity"]["enum"]) == {severity.value for severity in Severity}
    rule_id = Draft202012Validator(finding["rule"])
    assert all(rule_id.is_valid(rule) for rule in definitions.rulebook.rules)


BROKEN: dict[str, Callable[[dict[str, Any]], object]] = {
    "a key too many": lambda said: said.update(printed_by="x"),
    "a key too few": lambda said: said.pop("on_time"),
    "a moment without a zone": lambda said: said.update(as_of="2022-02-12T09:00:00"),
    "another schema": lambda said: said.update(schema=2),
    "a negative tally": lambda said: said.update(accepted=-1),
    "a row lost from the summary": lambda said: said["summary"].pop("总计"),
    "a column lost from the summary": lambda said: said["summary"]["总计"].pop("total"),
    "a text column in the summary": lambda said: said["summary"]["总计"].update(leader="王同志"),
    "half a person": lambda said: said["summary"]["总计"].update(visited=0.5),
    "money as text": lambda said: said["summary"]["总计"].update(total="10.405"),
    "a row lost from the values": lambda said: _first(said, "superseded")["values"].pop("边海防官兵"),
    "a status nobody knows": lambda said: _first(said, "held").update(status="pending"),
    "a hash in capitals": lambda said: _first(said, "held").update(sha256="A" * 64),
    "a path from the root": lambda said: _first(said, "held").update(file="/收件箱/表.xlsx"),
    "an accepted file of nobody": lambda said: _first(said, "accepted").update(unit=None),
    "a returned file with values": lambda said: _first(said, "returned").update(values=said["summary"]),
    "a narrative with values": lambda said: _of(said, "narrative").update(values=said["summary"]),
    "a duplicate with findings": lambda said: _first(said, "duplicate").update(findings=[_finding(said)]),
    "a finding without words": lambda said: _finding(said).update(message=""),
    "a finding at a range": lambda said: _finding(said).update(cell="C5:C9"),
    "a severity in Chinese": lambda said: _finding(said).update(severity="错误"),
    "a missing pair for one document": lambda said: said["missing"][0].update(material="both"),
    "a missing pair that is accepted": lambda said: said["missing"][0].update(state="accepted"),
    "days overdue before the deadline": lambda said: said["missing"][0].update(days_overdue=-3),
}


@pytest.mark.parametrize("breaks", BROKEN.values(), ids=BROKEN.keys())
def test_an_export_that_breaks_the_contract_is_not_let_through(
    breaks: Callable[[dict[str, Any]], object], said: dict[str, Any]
) -> None:
    broken = deepcopy(said)
    assert CONTRACT.is_valid(broken)
    breaks(broken)
    assert not CONTRACT.is_valid(broken)


def test_the_command_prints_one_object_in_utf8_with_money_exact_to_the_fen(
    said: dict[str, Any], office_settings: Settings
) -> None:
    names = ("share", "archive", "warehouse", "config")
    own = {f"RETURNS_{name.upper()}": str(getattr(office_settings, name)) for name in names}
    command = [sys.executable, "-m", "etl", "export", CAMPAIGN, "--at", TWO_DAYS_LATE]
    ran = subprocess.run(
        command, capture_output=True, check=True, cwd=PROJECT, env={**os.environ, **own, "LC_ALL": "C"}
    )
    printed = json.loads(ran.stdout.decode("utf-8"), parse_float=Decimal)
    assert json.loads(ran.stdout) == said
    assert printed["summary"]["边海防官兵"]["money_amount"] == Decimal("0.500001")
    assert printed["summary"]["总计"]["total"] == Decimal("10.405001")


def _first(said: dict[str, Any], status: str) -> dict[str, Any]:
    return next(s for s in said["submissions"] if s["status"] == status)


def _of(said: dict[str, Any], material: str) -> dict[str, Any]:
    return next(s for s in said["submissions"] if s["material"] == material)


def _finding(said: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = _first(said, "returned")["findings"][0]
    return found
