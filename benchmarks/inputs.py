"""Seeded input: a district of N units, and each unit's correct form in the inbox."""

import csv
import io
import re
import shutil
import zipfile
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from random import Random

from etl.books.blank import unit_blank
from etl.definitions import Definitions, Form, Unit, load_definitions
from etl.sample.issued import fill_blank
from etl.sample.typing_in import Page, Place, Typed
from etl.settings import PROJECT

CAMPAIGN = "2022-spring"
_STANDS_FOR = 900_001  # the first of the numbers that stand in the pattern, one a cell
_NAME, _CODE = "占位镇", "ZW00000"
_FIGURE = re.compile(rb"<v>(9\d{5})</v>")


def write_config(folder: Path, units: int) -> Definitions:
    """The shipped config/ with a roster of so many units, of each kind in turn, fifty to a parent."""
    shutil.copytree(PROJECT / "config", folder)
    kinds = ("镇街", "成员单位", "驻铜部队")
    with (folder / "roster.csv").open("w", encoding="utf-8", newline="") as file:
        lines = csv.writer(file)
        lines.writerow(
            [
                "code",
                "name",
                "aliases",
                "kind",
                "parent",
                "contact",
                "phone",
                "email",
                "valid_from",
                "valid_to",
            ]
        )
        for number in range(1, units + 1):
            kind = kinds[number % len(kinds)]
            lines.writerow([_code(number), _name(number), "", kind, _parent(number), "", "", "", "", ""])
    return load_definitions(folder)


def write_inbox(inbox: Path, definitions: Definitions, units: int, seed: int, wrong: bool = False) -> None:
    """One correct form a unit, as Excel saves the issued blank: about 10 kB, sums calculated; or with a part that
    its sums do not follow."""
    form = definitions.forms["double-support"]
    pattern = _Pattern(definitions, form)
    random = Random(seed)
    for number in range(1, units + 1):
        figures = _figures(form, random)
        if wrong:
            figures[form.category_rows[0].id, form.part_columns[0].id] += 7
        content = pattern.of(_name(number), _code(number), figures)
        (inbox / f"{_name(number)}统计表.xlsx").write_bytes(content)


def _parent(number: int) -> str:
    """铜梁区 for the first fifty, so that a small district is one; then a district of its own for each fifty."""
    ordinal = number // 50
    return f"占{chr(0x4E00 + ordinal // 100)}{chr(0x4E00 + ordinal % 100)}区" if ordinal else "铜梁区"


def _code(number: int) -> str:
    return f"ZW{number:05d}"


def _name(number: int) -> str:
    """占位 and three signs: a name of its own for each, none part of another."""
    signs = [chr(0x4E00 + (number // 100**place) % 100) for place in (2, 1, 0)]
    return f"占{''.join(signs)}镇"


class _Pattern:
    """A filled form with a number of its own in every figure cell; a copy puts other numbers there.

    Filling each form by openpyxl would take minutes for what nobody measures.
    """

    def __init__(self, definitions: Definitions, form: Form) -> None:
        campaign = definitions.campaigns[CAMPAIGN]
        unit = Unit(code=_CODE, name=_NAME, kind="镇街", parent="铜梁区")
        places = [(row.id, column.id) for row in form.rows for column in form.figure_columns]
        self.places: dict[int, Place] = dict(enumerate(places, _STANDS_FOR))
        cells: dict[Place, Typed] = {place: number for number, place in self.places.items()}
        words = {(row.id, "leader"): "张同志" for row in form.category_rows}
        page = Page(cells, words, "calculated")
        filled = fill_blank(unit_blank(form, campaign, unit), form, page, campaign.opens, None)
        with zipfile.ZipFile(io.BytesIO(filled)) as container:
            self.parts = {name: container.read(name) for name in container.namelist()}

    def of(self, name: str, code: str, figures: dict[Place, Decimal]) -> bytes:
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as container:
            for part, content in self.parts.items():
                said = content.replace(_in_markup(_NAME), _in_markup(name)).replace(
                    _CODE.encode(), code.encode()
                )
                container.writestr(part, _FIGURE.sub(lambda found: self._figure(found, figures), said))
        return packed.getvalue()

    def _figure(self, found: re.Match[bytes], figures: dict[Place, Decimal]) -> bytes:
        return b"<v>%s</v>" % f"{figures[self.places[int(found[1])]].normalize():f}".encode()


def _in_markup(text: str) -> bytes:
    """As openpyxl writes it: its parts are ASCII."""
    return text.encode("ascii", "xmlcharrefreplace")


def _figures(form: Form, random: Random) -> dict[Place, Decimal]:
    """Parts within every limit, and the sums that they come to."""
    figures: dict[Place, Decimal] = {}
    for row in form.category_rows:
        people = random.randint(5, 400)
        for column in form.part_columns:
            is_money = column.type == "money"
            figures[row.id, column.id] = (
                Decimal(random.randint(1, people)) / 10 if is_money else Decimal(people)
            )
    for column in form.part_columns:
        rows = [figures[row.id, column.id] for row in form.category_rows]
        figures[form.total_row.id, column.id] = sum(rows, Decimal(0))
    for row, column in _sums(form):
        parts = [figures[row, part] for part in form.column(column).sum_of]
        figures[row, column] = sum(parts, Decimal(0))
    return figures


def _sums(form: Form) -> Iterator[Place]:
    return ((row.id, column.id) for row in form.rows for column in form.sum_columns)
