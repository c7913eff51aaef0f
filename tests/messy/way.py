"""One way of being messy: how it is made, and what a right reading of it says."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from etl.model import Material, Reading
from tests.messy.drawing import Drawing
from tests.messy.truth import Key, TrueForm, true_form

Note = tuple[str, str | None]
"""A rule's id and the cell it speaks of, None for the sheet or the file."""


@dataclass
class Sent:
    """A file as sent, and the truth beside it.

    `figures` gives every figure that must be read, None for one that must be refused; `cells` their
    addresses in the file, None where the form leaves the figure out. `form` is False where no form may be
    read at all. `notes` are all that reading has to bring up: no more, no less.
    """

    content: bytes
    figures: Mapping[Key, Decimal | None]
    cells: Mapping[Key, str | None]
    sheet: str | None
    notes: frozenset[Note] = frozenset()
    form: bool = True
    material: Material = Material.STATISTICS


@dataclass(frozen=True)
class Way:
    """`file` is its name in the inbox, which may lie about what it is."""

    family: str
    name: str
    writer: str
    file: str
    make: Callable[[TrueForm], Sent] = field(compare=False)

    def sent(self) -> Sent:
        return self.make(true_form(f"{self.family}: {self.name}"))

    def __str__(self) -> str:
        return f"{self.family}: {self.name}"


def truth_of(
    content: bytes,
    sheet: Drawing,
    true: TrueForm,
    *notes: Note,
    refused: Mapping[Key, None] | None = None,
) -> Sent:
    """The truth of a file whose form is `sheet`: every true figure at its place but the refused ones."""
    cells = {key: sheet.cell_of(key) for key in true.figures}
    return Sent(content, {**true.figures, **(refused or {})}, cells, sheet.name, frozenset(notes))


def faults(reading: Reading, sent: Sent) -> list[str]:
    """All that a reading got wrong, in words; a wrong figure first."""
    said = sorted(brought_up(reading) - sent.notes, key=str)
    unsaid = sorted(sent.notes - brought_up(reading), key=str)
    wrong = [f"says {note}" for note in said] + [f"does not say {note}" for note in unsaid]
    if reading.material is not sent.material:
        wrong.append(f"is {reading.material}, not {sent.material}")
    if not sent.form:
        return wrong + ["reads a form"] * (reading.form is not None)
    if reading.form is None:
        return [*wrong, "reads no form"]
    read = {(figure.row, figure.column): figure for figure in reading.form.figures}
    for key, value in sent.figures.items():
        figure = read.get(key)
        if figure is None:
            wrong += [f"leaves out {key}"] * (value is not None)
        elif (figure.value, figure.cell) != (value, sent.cells[key]):
            wrong.insert(0, f"{key}: {figure.value} at {figure.cell}, not {value} at {sent.cells[key]}")
    if reading.form.sheet != sent.sheet:
        wrong.append(f"sheet {reading.form.sheet!r}, not {sent.sheet!r}")
    return wrong


def brought_up(reading: Reading) -> set[Note]:
    """Every finding of a reading, those at its figures among them."""
    notes: set[Note] = {(finding.rule, finding.cell) for finding in reading.findings}
    if reading.form:
        notes |= {(rule, figure.cell) for figure in reading.form.figures for rule in figure.raises}
    return notes
