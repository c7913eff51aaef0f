"""The notice's own table, filled in inside a Word document, with all that Word puts into cells."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

from etl.model import Material
from tests.messy.drawing import TITLE, Layout, draw
from tests.messy.truth import Key, TrueForm, with_sums
from tests.messy.way import Sent, Way, truth_of
from tests.messy.ways.making import Typing
from tests.messy.ways.typings import every, grouped, unit
from tests.messy.writers import word
from tests.messy.writers.word import by_docx, table_in

FAMILY = "documents"
_TABLE = Layout(above=())
_ABOVE = (TITLE, "填报单位（盖章）：土桥镇          日期：2022年2月8日")
KEY: Key = ("veterans_in_difficulty", "visited")
_SEEN = Decimal(4321)
Change = Callable[[Any, Any, tuple[int, int]], None]
"""What is done to the document, its table, and the cell of KEY at (row, column)."""


def _way(
    name: str,
    change: Change | None = None,
    layout: Layout = _TABLE,
    typed: Typing | None = None,
    below: tuple[str, ...] = (),
    above: tuple[str, ...] = _ABOVE,
    material: Material = Material.STATISTICS,
    merged: bool = True,
) -> Way:
    def make(drawn: TrueForm) -> Sent:
        # a lost figure would read as 0: the one that is played with is not
        true = replace(
            drawn, figures=with_sums({**{key: drawn.figures[key] for key in drawn.parts()}, KEY: _SEEN})
        )
        sheet = replace(draw(layout, true, typed(true) if typed else None), name=None)
        sheet = sheet if merged else replace(sheet, merges=[])
        at = sheet.places[KEY]
        content = by_docx(sheet, above, below, (lambda d, t: change(d, t, at)) if change else None)
        return replace(truth_of(content, sheet, true), material=material)

    return Way(FAMILY, name, "python-docx", "土桥镇.docx", make)


def _several_paragraphs(_document: Any, table: Any, at: tuple[int, int]) -> None:
    cell = table.cell(*at)
    cell.paragraphs[0].insert_paragraph_before("")
    cell.add_paragraph("")


def _split_runs(_document: Any, table: Any, at: tuple[int, int]) -> None:
    """Word cuts a number into runs where spelling or fonts change."""
    paragraph = table.cell(*at).paragraphs[0]
    text = paragraph.text
    paragraph.runs[0].text = text[:1]
    for character in text[1:]:
        paragraph.add_run(character).bold = True


def _line_break_in_label(_document: Any, table: Any, _at: tuple[int, int]) -> None:
    cell = table.cell(2, 0)
    cell.text = ""
    run = cell.paragraphs[0].add_run("重点优抚")
    run.add_break()
    run.add_text("对象")


def _paragraphs_in_label(_document: Any, table: Any, _at: tuple[int, int]) -> None:
    cell = table.cell(2, 0)
    cell.text = "重点优抚"
    cell.add_paragraph("对象")


def _text_box(_document: Any, table: Any, at: tuple[int, int]) -> None:
    word.text_box(table.cell(*at).paragraphs[0], "999")


def _struck_out(_document: Any, table: Any, at: tuple[int, int]) -> None:
    word.struck_out(table.cell(*at).paragraphs[0], "999")


def _inserted(_document: Any, table: Any, at: tuple[int, int]) -> None:
    word.tracked_in(table.cell(*at).paragraphs[0])


def _changed(document: Any, table: Any, at: tuple[int, int]) -> None:
    """An old figure deleted and the new one inserted, both still tracked."""
    _inserted(document, table, at)
    _struck_out(document, table, at)


def _control_around_text(_document: Any, table: Any, at: tuple[int, int]) -> None:
    word.wrapped_in_control(table.cell(*at).paragraphs[0].runs[0]._r)


def _control_around_paragraph(_document: Any, table: Any, at: tuple[int, int]) -> None:
    cell = table.cell(*at)
    word.wrapped_in_control(cell.paragraphs[0]._p)
    cell.add_paragraph("")


def _control_around_cell(_document: Any, table: Any, at: tuple[int, int]) -> None:
    word.wrapped_in_control(table.cell(*at)._tc)


def _control_around_row(_document: Any, table: Any, at: tuple[int, int]) -> None:
    word.wrapped_in_control(table.rows[at[0]]._tr)


def _control_around_table(_document: Any, table: Any, _at: tuple[int, int]) -> None:
    word.wrapped_in_control(table._tbl)


def _in_a_link(_document: Any, table: Any, at: tuple[int, int]) -> None:
    run = table.cell(*at).paragraphs[0].runs[0]._r
    link = word.xml("<w:hyperlink w:anchor='x'></w:hyperlink>")
    run.addprevious(link)
    link.append(run)


def _hidden_text(_document: Any, table: Any, at: tuple[int, int]) -> None:
    run = table.cell(*at).paragraphs[0].add_run("999")
    run.font.hidden = True


def _grid_before(_document: Any, table: Any, at: tuple[int, int]) -> None:
    """A row whose first grid column is left out (w:gridBefore), as Word writes indented rows."""
    for row in table.rows:
        for cell in row._tr.tc_lst[:1]:
            row._tr.remove(cell)
        row._tr.get_or_add_trPr().insert(0, word.xml("<w:gridBefore w:val='1'/>"))


def _note_table_in_cell(_document: Any, table: Any, _at: tuple[int, int]) -> None:
    """A small table of its own in the last cell of a row."""
    inner = table.cell(2, 9).add_table(1, 2)
    inner.cell(0, 0).text, inner.cell(0, 1).text = "合计", "999"


def _tables_before(document: Any, table: Any, _at: tuple[int, int]) -> None:
    other = document.add_table(2, 2)
    for cell, text in zip(
        [c for row in other.rows for c in row.cells], ("单位", "合计", "土桥镇", "9"), strict=True
    ):
        cell.text = text
    table._tbl.addprevious(other._tbl)


def _a_footnote_and_page_numbers(document: Any, _table: Any, _at: tuple[int, int]) -> None:
    document.sections[0].header.paragraphs[0].text = "附件 999"
    document.sections[0].footer.paragraphs[0].text = "第 1 页"


def _within_another_table() -> Way:
    """The form in a cell of a table that only lays out the page."""

    def make(true: TrueForm) -> Sent:
        sheet = replace(draw(Layout(), true), name=None)

        def outer(document: Any, table: Any) -> None:
            frame = document.add_table(1, 1)
            table_in(frame.cell(0, 0), sheet)
            table._tbl.getparent().remove(table._tbl)

        return truth_of(by_docx(sheet, change=outer), sheet, true)

    return Way(FAMILY, "the form in a cell of another table", "python-docx", "土桥镇.docx", make)


_PROSE = ("春节期间，我镇认真开展走访慰问活动，召开军政座谈会，为驻地官兵排忧解难。" * 8,)

WAYS = [
    _way("the notice's table with its groups merged"),
    _way(
        "nothing merged, groups named once", layout=Layout(above=(), group_cells="first", label_merged=False)
    ),
    _way("title and unit inside the table", layout=Layout(), above=()),
    _way("several paragraphs in a cell", _several_paragraphs),
    _way("a number in several runs", _split_runs),
    _way("a line break in a label", _line_break_in_label),
    _way("a label in two paragraphs", _paragraphs_in_label),
    _way("a text box in a figure's cell", _text_box),
    _way("a figure deleted under tracking before the present one", _struck_out),
    _way("a figure inserted under tracking", _inserted),
    _way("a figure changed under tracking", _changed),
    _way("a content control around a figure's text", _control_around_text),
    _way("a content control around a figure's paragraph", _control_around_paragraph),
    _way("a content control around a cell", _control_around_cell),
    _way("a content control around a row", _control_around_row),
    _way("a content control around the table", _control_around_table),
    _way("a figure in a link", _in_a_link),
    _way("hidden text behind a figure", _hidden_text),
    _way(
        "rows that begin one column in",
        _grid_before,
        layout=Layout(above=(), right=1, group_cells="first", label_merged=False),
    ),
    _way("a table of its own in a text cell", _note_table_in_cell),
    _way("another table before", _tables_before),
    _way("headers and footers", _a_footnote_and_page_numbers),
    _way("figures with separators and units", typed=every(lambda value, key: grouped(value) + unit(key))),
    _way("a signature below", below=("填报人：张三  电话：023-45678901", "2022年2月8日")),
    _way("prose enough to be both", below=_PROSE, material=Material.BOTH),
    _within_another_table(),
]
