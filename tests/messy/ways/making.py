"""How a way is put together from a layout, typings and a writer."""

from collections.abc import Callable, Mapping

from tests.messy.drawing import Cell, Drawing, Layout, draw
from tests.messy.truth import Key, TrueForm
from tests.messy.way import Note, Sent, Way, truth_of
from tests.messy.writers.ods import by_odfpy
from tests.messy.writers.xls import by_xlwt
from tests.messy.writers.xlsb import by_biff12
from tests.messy.writers.xlsx import by_openpyxl, by_xlsxwriter

Writer = Callable[..., bytes]
GRID_WRITERS: dict[str, tuple[Writer, str]] = {
    "openpyxl": (by_openpyxl, "xlsx"),
    "xlsxwriter": (by_xlsxwriter, "xlsx"),
    "xlwt": (by_xlwt, "xls"),
    "odfpy": (by_odfpy, "ods"),
    "biff12": (by_biff12, "xlsb"),
}
"""Who writes workbooks, and the ending of what each writes."""

Noted = tuple[str, Key | str | None]
"""A rule and the figure, or the address, or nothing that it speaks of."""
Typing = Callable[[TrueForm], Mapping[Key, Cell | None]]
Adjust = Callable[[Drawing], Drawing]


def laid_out(
    family: str,
    name: str,
    layout: Layout,
    *noted: Noted,
    writer: str = "openpyxl",
    typed: Typing | None = None,
    refused: tuple[Key, ...] = (),
    adjust: Adjust | None = None,
) -> Way:
    """A way that is one sheet of a workbook."""

    def make(true: TrueForm) -> Sent:
        sheet = draw(layout, true, typed(true) if typed else None)
        sheet = adjust(sheet) if adjust else sheet
        content = GRID_WRITERS[writer][0](sheet)
        return truth_of(content, sheet, true, *resolved(noted, sheet), refused=dict.fromkeys(refused))

    return Way(family, name, writer, f"土桥镇.{GRID_WRITERS[writer][1]}", make)


def resolved(noted: tuple[Noted, ...], sheet: Drawing) -> list[Note]:
    """The notes with each figure's address in its place."""
    return [(rule, sheet.cell_of(at) if isinstance(at, tuple) else at) for rule, at in noted]


def in_turn(ways: Mapping[str, Layout], family: str) -> list[Way]:
    """A way for each layout, the writers taking turns."""
    writers = list(GRID_WRITERS)
    return [
        laid_out(family, name, layout, writer=writers[number % len(writers)])
        for number, (name, layout) in enumerate(ways.items())
    ]
