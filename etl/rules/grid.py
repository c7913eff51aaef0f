"""The figures of a batch in exact numbers, ready for arithmetic over all forms at once."""

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

from etl.definitions import Form
from etl.model import Figure, FormReading
from etl.rules.sums import MILLION, Cell, cells_of, is_derived, millionths, sums_of

Whole = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Reals = npt.NDArray[np.float64]


def whole(values: Iterable[int]) -> Whole:
    return np.fromiter(values, np.int64)


def flags(values: Iterable[bool]) -> Flags:
    return np.fromiter(values, np.bool_)


class FigureGrid:
    """The same figures twice: as a list (one row a figure) and as forms × cells; amounts in millionths.

    `read`: has a value; `derived`: a sum that nobody typed; `sound`: read, and no error by itself.
    """

    def __init__(self, forms: Sequence[FormReading], form: Form) -> None:
        self.cells = cells_of(form)
        place = {cell: index for index, cell in enumerate(self.cells)}
        self.forms = len(forms)
        self.figures: list[Figure] = [figure for reading in forms for figure in reading.figures]
        values = [figure.value for figure in self.figures]
        self.at_form: Whole = np.repeat(np.arange(len(forms)), [len(reading.figures) for reading in forms])
        self.at_cell = whole(place[figure.row, figure.column] for figure in self.figures)
        self.exact = whole(0 if value is None else millionths(value) for value in values)
        self.read = flags(value is not None for value in values)
        is_sum = np.zeros(len(self.cells), np.bool_)
        is_sum[[place[item.stated] for item in sums_of(form)]] = True
        is_count = np.array([form.column(column).type == "count" for _, column in self.cells])
        self.derived = flags(map(is_derived, self.figures)) & is_sum[self.at_cell]
        self.is_part = ~is_sum[self.at_cell]
        self.fraction_asked = self.read & ~self.derived & is_count[self.at_cell]
        broken = is_count[self.at_cell] & (self.exact % MILLION != 0)
        self.sound = self.read & (self.derived | ((self.exact >= 0) & ~broken))

    def index(self, cell: Cell) -> int:
        return self.cells.index(cell)

    def spread(self, listed: Whole | Flags) -> Whole:
        """One value a figure as forms × cells; 0 where a figure is absent."""
        grid = np.zeros((self.forms, len(self.cells)), np.int64)
        grid[self.at_form, self.at_cell] = listed
        return grid

    def listed(self, grid: Reals) -> Reals:
        """Forms × cells as one value a figure."""
        listed: Reals = grid[self.at_form, self.at_cell]
        return listed

    def empty(self) -> Reals:
        return np.full((self.forms, len(self.cells)), np.nan)

    def first_of_form(self, counts: Reals) -> Reals:
        """One value a form as one a figure: at the form's first category figure, empty elsewhere."""
        having, first = np.unique(self.at_form[self.is_part], return_index=True)
        column = np.full(len(self.figures), np.nan)
        column[np.flatnonzero(self.is_part)[first]] = counts[having]
        return column
