"""The log: a fact a line, its fields, nothing personal, nothing secret, nothing of a file's own."""

import json
import logging
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from etl.errors import DefinitionError
from etl.journal import FIELDS, JsonLines, TextLines, secrets_of, set_up
from etl.settings import PROJECT
from tests.desk import CAMPAIGN, Desk

URL = "postgresql://returns:ver%40y-secret@127.0.0.1:9/returns"


def record(message: str, *args: object, **fields: object) -> logging.LogRecord:
    made = logging.getLogger("etl.test").makeRecord("etl.test", logging.WARNING, "f", 1, message, args, None)
    made.__dict__.update(fields)
    return made


def test_a_line_is_one_object_with_its_fields() -> None:
    line = json.loads(JsonLines(()).format(record("收下 %d 个", 3, campaign=CAMPAIGN, taken=3, unit="T01")))
    assert (line["says"], line["campaign"], line["taken"], line["unit"]) == ("收下 3 个", CAMPAIGN, 3, "T01")
    assert line["level"] == "warning" and line["at"].endswith("Z")
    assert set(line) - {"at", "level", "says", "by"} <= set(FIELDS)


HOSTILE = "a\r\nfake line \x1b[31m\x00\u202e 13800138000 500101199001011234"


@pytest.mark.parametrize("lines", [JsonLines, TextLines])
def test_text_from_a_file_stays_on_its_line_and_is_masked(lines: type[JsonLines] | type[TextLines]) -> None:
    said = lines(()).format(record("这次没有收下 %s", HOSTILE, unit=HOSTILE))
    assert "\n" not in said and "\r" not in said and "\x1b" not in said and "\\u001b" not in said
    assert "13800138000" not in said and "500101199001011234" not in said and "138****8000" in said


def test_no_line_shows_the_password_of_the_warehouse_however_it_is_written() -> None:
    secrets = secrets_of({"RETURNS_WAREHOUSE": URL})
    said = TextLines(secrets).format(record("连不上 %s，口令 %s", URL, "ver@y-secret"))
    assert "secret" not in said and "***" in said


def test_an_error_is_told_with_its_cause_and_on_one_line() -> None:
    try:
        raise ValueError("第一行\n第二行 13800138000")
    except ValueError:
        failed = record("坏了")
        failed.exc_info = sys.exc_info()
    assert TextLines(()).format(failed) == "坏了（ValueError：第一行 第二行 138****8000）"


def test_another_form_of_log_is_refused() -> None:
    with pytest.raises(DefinitionError, match="RETURNS_LOG：只能是 text 或 json"):
        set_up({"RETURNS_LOG": "xml"})


@pytest.fixture
def logged() -> Iterator[list[logging.LogRecord]]:
    """What is logged meanwhile."""
    found: list[logging.LogRecord] = []

    class Keep(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            found.append(record)

    log, keep = logging.getLogger("etl"), Keep()
    level = log.level
    log.addHandler(keep)
    log.setLevel(logging.INFO)
    yield found
    log.removeHandler(keep)
    log.setLevel(level)


def test_a_run_tells_each_stage_and_each_submission(
    sqlite_desk: Desk, logged: list[logging.LogRecord]
) -> None:
    desk = sqlite_desk
    desk.drop("土桥镇.xlsx", desk.filled("土桥镇"))
    desk.drop("安居镇.xlsx", desk.filled("安居镇", C9=999))
    desk.run()
    said = [record.__dict__ for record in logged]
    stages = [line["stage"] for line in said if "stage" in line]
    assert set(stages) == {"take_in", "read", "check", "load", "answer", "summarise", "publish", "remind"}
    assert all(
        line["seconds"] >= 0 and (line.get("campaign") or line.get("batch"))
        for line in said
        if "stage" in line
    )
    assert [line["taken"] for line in said if "taken" in line] == [2]
    verdicts = {line["submission"]: (line["verdict"], line["campaign"]) for line in said if "verdict" in line}
    assert sorted(verdicts.values()) == [("accepted", CAMPAIGN), ("returned", CAMPAIGN)]
    assert all(line["unit"] for line in said if "verdict" in line)


Command = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def command(tmp_path: Path) -> Command:
    def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        settings = {
            "RETURNS_SHARE": str(tmp_path / "share"),
            "RETURNS_ARCHIVE": str(tmp_path / "archive"),
            "RETURNS_WAREHOUSE": f"sqlite:///{tmp_path / 'warehouse.db'}",
            "RETURNS_CONFIG": str(PROJECT / "config"),
        }
        return subprocess.run(
            [sys.executable, "-m", "etl", *arguments],
            env=os.environ | settings | environment,
            capture_output=True,
            text=True,
            check=False,
        )

    return run


def test_a_command_logs_json_to_stderr_where_it_is_asked_to(command: Command) -> None:
    assert command("open", CAMPAIGN).stderr == ""
    ran = command("run", CAMPAIGN, "--at", "2022-01-20T09:00:00+08:00", RETURNS_LOG="json")
    lines = [json.loads(line) for line in ran.stderr.splitlines()]
    assert {line["stage"] for line in lines if "stage" in line} >= {"take_in", "summarise", "publish"}


def test_no_command_ever_prints_the_password_of_the_warehouse(command: Command) -> None:
    for arguments, url in (
        (("run", CAMPAIGN), URL),
        (("status",), URL.replace("postgresql", "mysql")),
    ):
        said = command(*arguments, RETURNS_WAREHOUSE=url, RETURNS_LOG="json")
        assert said.returncode, arguments
        assert "y-secret" not in said.stdout + said.stderr, arguments


def test_what_opens_object_storage_is_a_secret_too() -> None:
    environment = {"AWS_ACCESS_KEY_ID": "who", "AWS_SECRET_ACCESS_KEY": "key", "AWS_SESSION_TOKEN": "token"}
    assert sorted(secrets_of(environment)) == ["key", "token"]
    assert sorted(secrets_of(environment | {"RETURNS_SHARE": "gs://x"})) == ["key", "token"]
