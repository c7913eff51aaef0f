"""OpenDocument spreadsheets by odfpy, with the repeats and covered cells that office programs write."""

import io
from datetime import date
from decimal import Decimal
from typing import Any

from odf.office import Annotation
from odf.opendocument import OpenDocumentSpreadsheet
from odf.style import Style, TableProperties
from odf.table import CoveredTableCell, Table, TableCell, TableColumn, TableRow
from odf.text import P, Span

from tests.messy.drawing import Cell, Drawing, Error, Formula, Place, Rich, Styled


def by_odfpy(*sheets: Drawing, note: str = "", padded_to: int = 0) -> bytes:
    """An .ods. `note` hangs an annotation on every figure; `padded_to` declares that many rows in all."""
    book = OpenDocumentSpreadsheet()
    unseen = Style(name="unseen", family="table")
    unseen.addElement(TableProperties(display="false"))
    book.automaticstyles.addElement(unseen)
    for drawing in sheets:
        style = {} if drawing.visibility == "visible" else {"stylename": unseen}
        table = Table(name=drawing.name, **style)
        _write(table, drawing, note, padded_to)
        book.spreadsheet.addElement(table)
    out = io.BytesIO()
    book.write(out)
    return out.getvalue()


def _write(table: Any, drawing: Drawing, note: str, padded_to: int) -> None:
    last_row = max(row for row, _ in drawing.cells)
    last_column = max(column for _, column in drawing.cells)
    for column in range(last_column + 1):
        hidden = {"visibility": "collapse"} if column in drawing.hidden_columns else {}
        table.addElement(TableColumn(**hidden))
    covered = {
        (row, column)
        for top, left, bottom, right in drawing.merges
        for row in range(top, bottom + 1)
        for column in range(left, right + 1)
        if (row, column) != (top, left)
    }
    spans = {(top, left): (bottom - top + 1, right - left + 1) for top, left, bottom, right in drawing.merges}
    row = 0
    while row <= last_row:
        blank = _blank_run(drawing, row, last_row, covered)
        if blank:
            table.addElement(_blank_rows(blank, last_column + 1, row in drawing.hidden_rows))
            row += blank
            continue
        hidden = {"visibility": "collapse"} if row in drawing.hidden_rows else {}
        line = TableRow(**hidden)
        table.addElement(line)
        _write_row(line, drawing, row, last_column, covered, spans, note)
        row += 1
    if padded_to > row:
        table.addElement(_blank_rows(padded_to - row, 16384))


def _blank_run(drawing: Drawing, row: int, last: int, covered: set[Place]) -> int:
    filled = {at[0] for at in drawing.cells} | {at[0] for at in covered}
    run = 0
    while row + run <= last and row + run not in filled and row + run not in drawing.hidden_rows:
        run += 1
    return run


def _blank_rows(count: int, columns: int, hidden: bool = False) -> Any:
    line = TableRow(numberrowsrepeated=count, **({"visibility": "collapse"} if hidden else {}))
    line.addElement(TableCell(numbercolumnsrepeated=columns))
    return line


def _write_row(
    line: Any,
    drawing: Drawing,
    row: int,
    last: int,
    covered: set[Place],
    spans: dict[Place, tuple[int, int]],
    note: str,
) -> None:
    """One row; neighbours that hold the same are written once and repeated, as LibreOffice does."""
    column = 0
    while column <= last:
        at = (row, column)
        if at in covered:
            line.addElement(CoveredTableCell())
            column += 1
            continue
        run = 1
        if at not in spans and not isinstance(drawing.cells.get(at), Formula):
            while column + run <= last and _same(drawing, at, (row, column + run), covered, spans):
                run += 1
        cell = _cell(drawing.cells.get(at), run, spans.get(at))
        if note and at in drawing.places.values():
            remark = Annotation()
            remark.addElement(P(text=note))
            cell.addElement(remark)
        line.addElement(cell)
        column += run


def _same(
    drawing: Drawing, one: Place, other: Place, covered: set[Place], spans: dict[Place, tuple[int, int]]
) -> bool:
    cell, next_cell = drawing.cells.get(one), drawing.cells.get(other)
    return other not in covered and other not in spans and cell == next_cell and type(cell) is type(next_cell)


def _cell(cell: Cell | None, run: int, span: tuple[int, int] | None) -> Any:
    shape: dict[str, Any] = {"numbercolumnsrepeated": run} if run > 1 else {}
    if span:
        shape |= {"numberrowsspanned": span[0], "numbercolumnsspanned": span[1]}
    match cell:
        case None:
            return TableCell(**shape)
        case Formula(text, saved):
            value = {} if saved is None else {"valuetype": "float", "value": str(saved)}
            return TableCell(formula=f"of:={of_references(text)}", **shape, **value)
        case Error(text):
            told = TableCell(formula="of:=1/0", valuetype="string", stringvalue="", **shape)
            told.setAttrNS(
                "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0", "value-type", "error"
            )
            told.addElement(P(text=text))
            return told
        case Styled(value):
            return _shown("float", str(value), shape)
        case Rich(runs):
            told = TableCell(valuetype="string", **shape)
            paragraph = P()
            for run_text in runs:
                paragraph.addElement(Span(text=run_text))
            told.addElement(paragraph)
            return told
        case str():
            told = TableCell(valuetype="string", **shape)
            for line in cell.split("\n"):
                told.addElement(P(text=line))
            return told
        case bool():
            return TableCell(valuetype="boolean", booleanvalue=str(cell).lower(), **shape)
        case date():
            return TableCell(valuetype="date", datevalue=cell.isoformat(), **shape)
    return _shown("float", f"{Decimal(cell):f}", shape)


def _shown(kind: str, value: str, shape: dict[str, Any]) -> Any:
    told = TableCell(valuetype=kind, value=value, **shape)
    told.addElement(P(text=value))
    return told


def of_references(text: str) -> str:
    """SUM(D6:D9) as OpenFormula writes it: SUM([.D6:.D9])."""
    import re

    spans = re.sub(r"\b([A-Z]+\d+):([A-Z]+\d+)\b", r"[.\1:.\2]", text)
    return re.sub(r"(?<![.\w])([A-Z]{1,3}\d+)\b(?![\w(])", r"[.\1]", spans).replace(",", ";")
