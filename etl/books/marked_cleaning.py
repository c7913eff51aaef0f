"""A clerk's workbook made harmless for going back: own cells, looks and rules stay, all that reaches out goes.

What stays and what does not is told in docs/marked-copy.md.
"""

from collections.abc import Collection, Iterable

from openpyxl.cell import Cell
from openpyxl.comments import Comment
from openpyxl.formatting.formatting import ConditionalFormattingList
from openpyxl.styles import PatternFill
from openpyxl.workbook import Workbook
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.formula import ArrayFormula, DataTableFormula
from openpyxl.worksheet.worksheet import Worksheet

from etl.books.marked_formulas import Own, is_harmless, is_over_cells, is_own_range, own
from etl.sheets.explanations import EXPLAIN, FIX_LIST, WHERE

MARKED_BY = "双拥办审核意见"
"""Who our comments are by: how those of an earlier round are told."""
_PARTED = "\n——原有批注——\n"
_COMMENT_SIGNS = 20
"""Signs that a line of a comment holds."""


def clean(book: Workbook, results: Workbook) -> None:
    """Take from `book` what may not go back. `results` is the same workbook loaded with the formulas' results."""
    for chartsheet in list(book.chartsheets):
        book.remove(chartsheet)
    book.template = False
    book._external_links = []  # type: ignore[attr-defined]
    belongs = _keep_own_names(book)
    for sheet in book.worksheets:
        _drop_objects(sheet)
        _drop_links(sheet)
        _drop_rules(sheet, belongs)
        _settle_formulas(sheet, results[sheet.title], belongs)
        _keep_texts_texts(sheet)


def drop_earlier_marks(book: Workbook, tints: Collection[str]) -> None:
    """Take off the list and the marks of an earlier marked copy that came back. `tints` are those of our marks.

    Raises ValueError where a sheet of the clerk's own bears the list's name.
    """
    if FIX_LIST in book.sheetnames:
        texts = {cell.value for cell in cells_of(book[FIX_LIST]) if cell.data_type == "s"}
        if not {WHERE, EXPLAIN} <= texts:
            raise ValueError(FIX_LIST)
        book.remove(book[FIX_LIST])
    for sheet in book.worksheets:
        for cell in cells_of(sheet):
            if cell.comment and cell.comment.author == MARKED_BY:
                before = cell.comment.text.partition(_PARTED)[2]
                cell.comment = Comment(before, "") if before else None
                if any(str(cell.fill.fgColor.rgb).endswith(tint) for tint in tints):
                    cell.fill = PatternFill()


def comment_on(cell: Cell, text: str) -> None:
    """Our comment at a cell; one that is there already stays, below ours."""
    before = ""
    if cell.comment:
        before = ("\n" if cell.comment.author == MARKED_BY else _PARTED) + cell.comment.text
    lines = 2 + len(text) // _COMMENT_SIGNS + before.count("\n")
    cell.comment = Comment(text + before, MARKED_BY, height=18 * lines + 10, width=300)


def cells_of(sheet: Worksheet) -> list[Cell]:
    """The cells that the file has, not those between; parts of merged ranges that hold nothing are left out."""
    found = sheet._cells.values()
    return [cell for cell in found if isinstance(cell, Cell)]


def _keep_own_names(book: Workbook) -> Own:
    """Leave only the names that stand for cells of the workbook."""
    sheets = own(book.sheetnames)
    kept: set[str] = set()
    for names in (book.defined_names, *(sheet.defined_names for sheet in book.worksheets)):
        for name, meant in list(names.items()):
            if is_own_range(meant.attr_text or "", sheets) and not _is_of_a_macro(meant):
                kept.add(name)
            else:
                del names[name]
    return own(book.sheetnames, kept)


def _is_of_a_macro(name: DefinedName) -> bool:
    return bool(name.function or name.vbProcedure or name.xlm or (name.name or "").startswith("_xlnm.Auto"))


def _drop_objects(sheet: Worksheet) -> None:
    """Pictures and charts; tables and pivots with the queries behind them. Their cells stay as cells."""
    sheet._images, sheet._charts, sheet._pivots = [], [], []  # type: ignore[attr-defined]
    sheet.tables.clear()


def _drop_links(sheet: Worksheet) -> None:
    """Links that lead out of the workbook; their words stay."""
    for cell in cells_of(sheet):
        if cell.hyperlink and cell.hyperlink.target:
            cell._hyperlink = None  # type: ignore[attr-defined]


def _drop_rules(sheet: Worksheet, belongs: Own) -> None:
    """Validations and conditional looks that ask something outside."""
    rules = sheet.data_validations.dataValidation
    sheet.data_validations.dataValidation = [
        rule for rule in rules if _are_harmless((rule.formula1, rule.formula2), belongs)
    ]
    kept = ConditionalFormattingList()
    for place in sheet.conditional_formatting:
        for rule in place.rules:
            if _are_harmless(rule.formula, belongs):
                kept.add(str(place.sqref), rule)
    sheet.conditional_formatting = kept


def _are_harmless(formulas: Iterable[str | None], belongs: Own) -> bool:
    return all(is_harmless(f"={formula}", belongs) for formula in formulas if formula)


def _settle_formulas(sheet: Worksheet, results: Worksheet, belongs: Own) -> None:
    """Formulas over own cells stay, others become what they came to. A formula over numbers that was never
    worked out stays too: it is all that the clerk typed."""
    for cell in cells_of(sheet):
        if cell.data_type != "f":
            continue
        text = _formula_of(cell)
        result = results[cell.coordinate]
        if is_harmless(text, belongs) and (is_over_cells(text) or result.value is None):
            continue
        cell._value, cell.data_type = result.value, result.data_type  # type: ignore[attr-defined]


def _formula_of(cell: Cell) -> str:
    """Its text; empty for a data table, which is no formula over cells that we could judge."""
    if isinstance(cell.value, ArrayFormula):
        text = cell.value.text or ""
        return text if text.startswith("=") else f"={text}"
    return "" if isinstance(cell.value, DataTableFormula) else str(cell.value)


def _keep_texts_texts(sheet: Worksheet) -> None:
    """A text that begins like a formula must not become one when the cell is typed in again."""
    for cell in cells_of(sheet):
        if cell.data_type == "s" and str(cell.value).startswith("="):
            cell.quotePrefix = True
