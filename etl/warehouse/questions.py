"""The runner of sql/: a question is a file, asked by its name, the same on SQLite and PostgreSQL.

A file begins with comments that say what it asks. `-- Builds on a, b` puts those questions before it
under their own names, so that one fact stands in one file.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from typing import Any

from sqlalchemy import CTE, Connection, bindparam, column, text

from etl.settings import PROJECT
from etl.warehouse.tables import UtcDateTime

FOLDER = PROJECT / "sql"
Answer = Mapping[str, Any]


def ask(connection: Connection, question: str, **takes: object) -> list[Answer]:
    """The rows of sql/<question>.sql as mappings. Columns named `…_at` are aware moments in UTC."""
    moments = [
        bindparam(key, type_=UtcDateTime()) for key, value in takes.items() if isinstance(value, datetime)
    ]
    found = connection.execute(text(sql_of(question)).bindparams(*moments), takes)
    keys = tuple(found.keys())
    timed = [key for key in keys if key.endswith("_at")]
    rows = [dict(zip(keys, row, strict=True)) for row in found]
    for row in rows if timed else ():  # there may be a row a figure: nothing is done cell by cell
        row.update((key, _moment(row[key])) for key in timed)
    return list[Answer](rows)


def as_part(question: str, *gives: str) -> CTE:
    """A question that takes no more than campaign and as_of, as a part of a statement that is made from a form's
    definition."""
    sql = sql_of(question)
    moments = [bindparam("as_of", type_=UtcDateTime())] if ":as_of" in sql else []
    return text(sql).bindparams(*moments).columns(*(column(name) for name in gives)).cte(question)


@cache
def sql_of(question: str) -> str:
    """The SQL of a question without its comments (text() would bind a :name that stands in one)."""
    built_on: dict[str, str] = {}
    body = _with_parts(question, built_on)
    if not built_on:
        return body
    parts = ",\n".join(f"{name} AS (\n{part}\n)" for name, part in built_on.items())
    own = re.match(r"WITH\s", body)
    return f"WITH {parts},\n{body[own.end() :]}" if own else f"WITH {parts}\n{body}"


def _with_parts(question: str, built_on: dict[str, str]) -> str:
    lines = (FOLDER / f"{question}.sql").read_text("utf-8").splitlines()
    for line in lines:
        found = re.match(r"--\s*Builds on\s+(.+)", line)
        for part in re.split(r",\s*", found.group(1).strip()) if found else []:
            if part not in built_on:
                built_on[part] = _with_parts(part, built_on)
    return "\n".join(line for line in lines if not line.lstrip().startswith("--")).strip()


def _moment(value: Any) -> datetime | None:
    if value is None:
        return None
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
