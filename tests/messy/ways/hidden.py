"""Hidden rows and columns inside the form are read and told of; hidden sheets are never read."""

from collections.abc import Callable
from dataclasses import replace

from tests.messy.drawing import Drawing, Layout, draw
from tests.messy.truth import TrueForm, true_form
from tests.messy.way import Sent, Way, truth_of
from tests.messy.ways.making import GRID_WRITERS, laid_out

FAMILY = "hidden"
_READ = ("hidden_read", None)


def _hide(rows: tuple[int, ...] = (), columns: tuple[int, ...] = ()) -> Callable[[Drawing], Drawing]:
    return lambda sheet: replace(sheet, hidden_rows=frozenset(rows), hidden_columns=frozenset(columns))


def _behind(writer: str, visibility: str, name: str, blank_in_front: bool = False) -> Way:
    """Last year's form, filled in, on a hidden sheet before the one that is sent."""

    def make(true: TrueForm) -> Sent:
        old = replace(draw(Layout(), true_form(f"{name} of last year")), name="去年", visibility=visibility)
        if blank_in_front:
            blank = draw(Layout(), true, dict.fromkeys(true.figures))
            return _of_a_blank(GRID_WRITERS[writer][0](old, blank), blank, true)
        sheet = draw(Layout(), true)
        return truth_of(GRID_WRITERS[writer][0](old, sheet), sheet, true)

    return Way(FAMILY, f"{name}, by {writer}", writer, f"土桥镇.{GRID_WRITERS[writer][1]}", make)


def _of_a_blank(content: bytes, blank: Drawing, true: TrueForm) -> Sent:
    """Blank parts are 0 and blank sums derived."""
    from decimal import Decimal

    from tests.messy.truth import is_sum

    notes = [("sum_derived", blank.cell_of(key)) for key in true.figures if is_sum(key)]
    nothing = replace(true, figures=dict.fromkeys(true.figures, Decimal(0)))
    return truth_of(content, blank, nothing, *notes)


WAYS = [
    *(
        laid_out(FAMILY, f"a category row, by {w}", Layout(), _READ, writer=w, adjust=_hide(rows=(5,)))
        for w in GRID_WRITERS
    ),
    *(
        laid_out(FAMILY, f"figure columns, by {w}", Layout(), _READ, writer=w, adjust=_hide(columns=(3, 6)))
        for w in GRID_WRITERS
    ),
    *(
        laid_out(
            FAMILY, f"rows outside the form, by {w}", Layout(down=3), writer=w, adjust=_hide(rows=(0, 1))
        )
        for w in ("openpyxl", "xlwt", "odfpy")
    ),
    *(_behind(w, "hidden", "a sheet with last year's form") for w in GRID_WRITERS),
    *(_behind(w, "veryHidden", "a very hidden sheet") for w in ("openpyxl", "xlwt", "biff12")),
    *(_behind(w, "hidden", "a filled form behind a blank one", True) for w in ("xlsxwriter", "xlwt")),
]
