"""No task and no command pays for what it does not use: each is imported alone, in a process of its own."""

import subprocess
import sys

import pytest

PARSERS = {"python_calamine", "docx", "lxml", "olefile", "pypdfium2", "xlrd"}
TABLES = {"pandas", "numpy", "great_expectations"}
WRITERS = {"openpyxl", "xlsxwriter", "PIL"}
ELSEWHERE = {"s3fs", "aiohttp", "airflow", "alembic"}
PAGES = {"jinja2"}
OF_TASKS = {
    "etl.office, etl.stages.take_in": PARSERS | TABLES | WRITERS | ELSEWHERE | PAGES,
    "etl.office, etl.stages.read": PARSERS | TABLES | WRITERS | ELSEWHERE | PAGES,
    "etl.office, etl.stages.check, etl.stages.load": PARSERS | TABLES | WRITERS | ELSEWHERE | PAGES,
    "etl.office, etl.stages.answer": PARSERS | TABLES | WRITERS | ELSEWHERE,
    "etl.office, etl.stages.summarise": PARSERS | TABLES | {"openpyxl", "PIL"} | ELSEWHERE,
    "etl.rules.suites": PARSERS | {"openpyxl", "airflow", "s3fs"},
    "etl.edges.reader_process": PARSERS | TABLES | WRITERS | ELSEWHERE | PAGES | {"sqlalchemy"},
}
"""What is imported → what must not come along."""


def loaded_by(code: str) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\nimport sys; print('\\n' + ' '.join(sys.modules))"],
        capture_output=True,
        text=True,
        check=True,
    )
    return set(done.stdout.rpartition("\n\n")[2].split() or done.stdout.split())


@pytest.mark.parametrize("modules", OF_TASKS)
def test_a_task_imports_nothing_that_it_does_not_use(modules: str) -> None:
    assert loaded_by(f"import {modules}") & OF_TASKS[modules] == set()


@pytest.mark.parametrize("arguments", [["--help"], ["status", "--help"]])
def test_a_command_that_only_helps_imports_neither_the_office_nor_a_parser(arguments: list[str]) -> None:
    code = (
        "import contextlib, sys\nfrom etl.cli import main\n"
        f"sys.argv = ['returns', *{arguments!r}]\n"
        "with contextlib.suppress(SystemExit): main()"
    )
    heavy = PARSERS | TABLES | WRITERS | ELSEWHERE | PAGES | {"sqlalchemy", "pydantic"}
    assert loaded_by(code) & heavy == set()
