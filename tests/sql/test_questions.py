"""Every question in sql/, proved by cases: a folder of drawn tables, what it takes, and the answer."""

import re
import tomllib
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import psycopg
import pytest
from sqlalchemy import Connection, Table

from etl.definitions import Definitions
from etl.settings import PROJECT
from etl.warehouse.engine import Warehouse
from etl.warehouse.form_tables import ensure_form_table, form_table
from etl.warehouse.migrate import migrate
from etl.warehouse.questions import FOLDER, ask, sql_of
from tests.sql.drawn import header_of, insert_tables, read_lines, read_tables

HERE = Path(__file__).parent
QUESTIONS = sorted(path.stem for path in FOLDER.glob("*.sql"))
CASES = sorted(path.parent for path in HERE.glob("*/*/expect.csv"))
HEADER = re.compile(
    r"-- Question  (?P<question>\S.+\?)\n"
    r"-- Asked by  (?P<asked_by>\S.+)\n"
    r"(?:-- Builds on (?P<builds_on>\w+(?:, \w+)*)\n)?"
    r"-- Takes     (?P<takes>\S.+)\n"
    r"-- Gives     (?P<gives>(?:\S.+)(?:\n--           \S.+)*)\n"
    r"(?:-- Notes     \S.+(?:\n--           \S.+)*\n)?"
    r"(?!--)"
)


@pytest.fixture(scope="module")
def returns(definitions: Definitions) -> Table:
    return form_table(definitions.forms["double-support"])


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def warehouse(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, definitions: Definitions
) -> Iterator[Warehouse]:
    """One empty warehouse of each kind for all cases; what a case inserts is rolled back."""
    warehouse = Warehouse(_new_url(request, tmp_path_factory))
    migrate(warehouse)
    with warehouse.writing() as connection:
        ensure_form_table(connection, definitions.forms["double-support"])
    yield warehouse
    warehouse.close()


def _new_url(request: pytest.FixtureRequest, folders: pytest.TempPathFactory) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{folders.mktemp('questions') / 'warehouse.db'}"
    address: str = request.getfixturevalue("postgres")
    with psycopg.connect(address.format(database="postgres"), autocommit=True) as connection:
        connection.execute("CREATE DATABASE questions")
    return address.format(database="questions")


@pytest.fixture
def connection(warehouse: Warehouse) -> Iterator[Connection]:
    with warehouse.engine.connect() as connection:
        yield connection


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.parent.name}-{case.name}")
def test_the_answer_is_as_drawn(case: Path, connection: Connection, returns: Table) -> None:
    insert_tables(connection, read_tables(case, returns), returns)
    question = case.parent.name
    takes = tomllib.loads((case / "takes.toml").read_text("utf-8"))
    answer = ask(connection, question, **takes)
    said = [{name: _text(value) for name, value in row.items()} for row in answer]
    expected = read_lines(case / "expect.csv")
    if not _promises_an_order(question):
        said, expected = sorted(said, key=str), sorted(expected, key=str)
    assert said == expected
    assert all(list(row) == header_of(case / "expect.csv") for row in said)


def _text(value: object) -> str:
    """A value as an answer is drawn. No answer is ever a float: money is whole 分."""
    assert not isinstance(value, float)
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.astimezone(ZoneInfo("Asia/Shanghai")).isoformat()
    return str(int(value)) if isinstance(value, bool) else str(value)


def _promises_an_order(question: str) -> bool:
    """Only a question that stands inside others promises none."""
    return "-- Asked by  the questions built on it\n" not in (FOLDER / f"{question}.sql").read_text("utf-8")


def test_every_question_has_a_case_and_every_case_a_question() -> None:
    folders = {path.parent for path in HERE.glob("*/*/*")}
    assert {folder.parent.name for folder in CASES} == set(QUESTIONS)
    assert folders == set(CASES)
    assert all((case / "takes.toml").is_file() for case in CASES)


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_question_begins_by_saying_what_it_asks(question: str) -> None:
    said = HEADER.match((FOLDER / f"{question}.sql").read_text("utf-8"))
    assert said
    taken = set(re.findall(r"(\w+) \(", said["takes"]))
    assert taken == set(re.findall(r"(?<!:):(\w+)", sql_of(question)))
    for case in (HERE / question).iterdir():
        assert taken == set(tomllib.loads((case / "takes.toml").read_text("utf-8")))
        assert set(header_of(case / "expect.csv")) <= set(re.findall(r"\w+", said["gives"]))


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_question_is_asked_by_the_product_or_built_on(question: str) -> None:
    code = "\n".join(path.read_text("utf-8") for path in (PROJECT / "etl").rglob("*.py"))
    builds_on = [HEADER.match(path.read_text("utf-8")) for path in FOLDER.glob("*.sql")]
    parts = {
        part for said in builds_on if said and said["builds_on"] for part in said["builds_on"].split(", ")
    }
    assert question in parts or re.search(rf'\bask\([^)]*"{question}"', code)
