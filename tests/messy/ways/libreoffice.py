"""Layouts and formulas that LibreOffice saved under another format."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from tests.messy.drawing import Drawing, Layout, draw
from tests.messy.truth import TrueForm, true_form
from tests.messy.way import Note, Sent, truth_of
from tests.messy.ways.formulas import sums
from tests.messy.ways.layouts import FOREIGN_COLUMNS, FOREIGN_ROWS, HEADERS, ORDERS, PLACES
from tests.messy.writers.libreoffice import converted
from tests.messy.writers.xlsx import by_openpyxl

Draw = Callable[[TrueForm], tuple[Drawing, list[Note]]]


def _plain(layout: Layout) -> Draw:
    return lambda true: (draw(layout, true), [])


def _with_sums(true: TrueForm) -> tuple[Drawing, list[Note]]:
    """LibreOffice works the formulas out and saves their results."""
    return draw(Layout(), true, sums(False)(true)), []


def _hidden(true: TrueForm) -> tuple[Drawing, list[Note]]:
    sheet = replace(draw(Layout(), true), hidden_rows=frozenset({5}), hidden_columns=frozenset({4}))
    return sheet, [("hidden_read", None)]


DRAWN: dict[str, Draw] = {
    "as the notice has it": _plain(Layout()),
    "shifted": _plain(PLACES["down and right"]),
    "columns": _plain(FOREIGN_COLUMNS["序号 before and 备注 behind"]),
    "rows": _plain(FOREIGN_ROWS["blank rows between"]),
    "reversed": _plain(ORDERS["everything the other way round"]),
    "unmerged": _plain(HEADERS["merges lost, the group named once"]),
    "sums": _with_sums,
    "hidden": _hidden,
}


@dataclass(frozen=True)
class Conversion:
    """Everything in DRAWN, saved as one format. A web page and a text have no sheet of a name."""

    ending: str
    file: str
    only: tuple[str, ...] = field(default=tuple(DRAWN))
    named: bool = True

    def sent(self) -> dict[str, Sent]:
        trues = {name: true_form(f"LibreOffice {name}") for name in self.only}
        drawn = {name: DRAWN[name](true) for name, true in trues.items()}
        files = converted({name: by_openpyxl(sheet) for name, (sheet, _) in drawn.items()}, self.ending)
        return {
            name: truth_of(
                files[name], sheet if self.named else replace(sheet, name=None), trues[name], *notes
            )
            for name, (sheet, notes) in drawn.items()
        }

    def __str__(self) -> str:
        return self.file


CONVERSIONS = (
    Conversion("xls", "由 LibreOffice 存成的.xls"),
    Conversion("ods", "由 LibreOffice 存成的.ods"),
    Conversion("xlsx", "由 LibreOffice 存成的.xlsx"),
    Conversion(
        "html", "由 LibreOffice 存成的.html", ("as the notice has it", "unmerged", "sums"), named=False
    ),
)
