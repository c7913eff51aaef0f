"""Formulas with and without their result, and what shows in a cell when they fail."""

from collections.abc import Callable
from decimal import Decimal

from tests.messy.drawing import Cell, Drawing, Error, Formula, Layout, a1, draw
from tests.messy.truth import FORM, Key, TrueForm, is_sum
from tests.messy.way import Sent, Way, truth_of
from tests.messy.ways.making import GRID_WRITERS, Noted, Typing, laid_out, resolved
from tests.messy.writers.parts import SHEET_PART, edited
from tests.messy.writers.xlsx import by_xlsxwriter

FAMILY = "formulas"
PART: Key = ("key_beneficiaries", "visited")
_KEYS = tuple((row.id, column.id) for row in FORM.rows for column in FORM.figure_columns)
SUMS = tuple(key for key in _KEYS if is_sum(key))
_COMPUTED: tuple[Noted, ...] = tuple(("formula_computed", key) for key in SUMS)
_DERIVED: tuple[Noted, ...] = tuple(("sum_derived", key) for key in SUMS)
_PLACES = draw(Layout(), TrueForm(dict.fromkeys(_KEYS, Decimal(1)), "", {})).places


def sum_formula(key: Key) -> str:
    """The formula that the issued blank has at a sum, for the layout as the notice has it."""
    row, column = _PLACES[key]
    if FORM.row(key[0]).total:
        return f"SUM({a1(row - 4, column)}:{a1(row - 1, column)})"
    return "+".join(a1(*_PLACES[key[0], part]) for part in FORM.column(key[1]).sum_of)


def sums(saved: bool, text: Callable[[Key], str] = sum_formula) -> Typing:
    return lambda true: {key: Formula(text(key), true.figures[key] if saved else None) for key in SUMS}


def _parts_from_another_sheet(true: TrueForm) -> dict[Key, Cell | None]:
    return {key: Formula(f"明细!B{n}", true.figures[key]) for n, key in enumerate(true.parts(), 2)}


def _written(
    name: str,
    writer: str,
    write: Callable[[Drawing], bytes],
    typed: Typing,
    *noted: Noted,
    refused: Key | None = None,
) -> Way:
    def make(true: TrueForm) -> Sent:
        sheet = draw(Layout(), true, typed(true))
        return truth_of(
            write(sheet), sheet, true, *resolved(noted, sheet), refused={refused: None} if refused else None
        )

    return Way(FAMILY, name, writer, f"东城街道.{GRID_WRITERS[writer][1]}", make)


def _saved() -> list[Way]:
    return [
        laid_out(FAMILY, f"saved with their results by {writer}", Layout(), writer=writer, typed=sums(True))
        for writer in ("xlsxwriter", "odfpy", "biff12")
    ]


def _shared(markup: str) -> str:
    """总计 as one shared formula over its columns: the first cell has the text, the others only its number."""
    first = a1(*_PLACES["grand_total", "visited"])
    last = a1(*_PLACES["grand_total", "total"])
    for n, column in enumerate("CDEFGHI"):
        own = f"<f>SUM({column}5:{column}8)</f>"
        shared = (
            f'<f t="shared" ref="{first}:{last}" si="0">SUM(C5:C8)</f>' if not n else '<f t="shared" si="0"/>'
        )
        assert own in markup
        markup = markup.replace(own, shared)
    return markup


def _without_results(markup: str) -> str:
    import re

    return re.sub(r"(<f[^>]*?(?:/>|>[^<]*</f>))<v>[^<]*</v>", r"\1", markup)


def _as_array(markup: str) -> str:
    return markup.replace("<f>SUM(C5:C8)</f>", '<f t="array" ref="C9">SUM(C5:C8)</f>')


def _spilled(markup: str) -> str:
    """An error that only newer programs know, in a cell far from the form."""
    return markup.replace("</sheetData>", '<row r="30"><c r="L30" t="e"><v>#SPILL!</v></c></row></sheetData>')


def _edits(name: str, edit: Callable[[str], str], *noted: Noted) -> Way:
    return _written(
        name, "xlsxwriter", lambda sheet: edited(by_xlsxwriter(sheet), {SHEET_PART: edit}), sums(True), *noted
    )


def _doubled(true: TrueForm) -> dict[Key, Cell | None]:
    row, column = _PLACES[PART]
    return {PART: Formula(f"{a1(row, column + 1)}*2")}


def _added(true: TrueForm) -> dict[Key, Cell | None]:
    return {PART: Formula("C6+C7+C8")}


def _three_rows_added(true: TrueForm) -> TrueForm:
    """The true form, its first part the sum of three others."""
    from tests.messy.truth import with_sums

    parts = {key: true.figures[key] for key in true.parts()}
    parts[PART] = sum((parts[row.id, PART[1]] for row in FORM.category_rows[1:]), Decimal(0))
    return TrueForm(with_sums(parts), true.unit, true.leaders)


def _part_added(writer: str) -> Way:
    def make(true: TrueForm) -> Sent:
        true = _three_rows_added(true)
        sheet = draw(Layout(), true, _added(true))
        content = GRID_WRITERS[writer][0](sheet)
        return truth_of(content, sheet, true, *resolved((("formula_computed", PART),), sheet))

    return Way(
        FAMILY,
        f"a part that adds others, without its result, by {writer}",
        writer,
        f"土桥镇.{GRID_WRITERS[writer][1]}",
        make,
    )


def _constant(true: TrueForm) -> dict[Key, Cell | None]:
    return {PART: Formula("100+50", true.figures[PART])}


def _error(text: str, writer: str) -> Way:
    return _written(
        f"{text} in a part, by {writer}",
        writer,
        lambda sheet: GRID_WRITERS[writer][0](sheet),
        lambda _: {PART: Error(text)},
        ("not_a_number", PART),
        refused=PART,
    )


WAYS = [
    *_saved(),
    *(
        laid_out(FAMILY, f"sums without results by {w}", Layout(), *_COMPUTED, writer=w, typed=sums(False))
        for w in GRID_WRITERS
        if w != "xlsxwriter"
    ),
    _written(
        "sums that XlsxWriter saved as 0 and asks to be worked out",
        "xlsxwriter",
        lambda sheet: by_xlsxwriter(sheet, trusted=False),
        sums(False),
        *_COMPUTED,
    ),
    *(
        laid_out(
            FAMILY,
            f"sums of another kind without results by {w}",
            Layout(),
            *_DERIVED,
            writer=w,
            typed=sums(False, lambda key: f"ROUND({sum_formula(key)},6)"),
        )
        for w in ("openpyxl", "xlwt", "odfpy")
    ),
    *(
        laid_out(
            FAMILY,
            f"a part worked out from another, without its result, by {w}",
            Layout(),
            ("part_without_value", PART),
            writer=w,
            typed=_doubled,
            refused=(PART,),
        )
        for w in ("openpyxl", "xlwt", "odfpy")
    ),
    *(_part_added(w) for w in ("openpyxl", "xlwt", "odfpy", "biff12")),
    laid_out(FAMILY, "a part of constants, saved", Layout(), writer="xlsxwriter", typed=_constant),
    laid_out(
        FAMILY,
        "parts from another sheet, saved",
        Layout(),
        writer="xlsxwriter",
        typed=_parts_from_another_sheet,
    ),
    _edits("总计 as a shared formula, saved", _shared),
    _edits(
        "总计 as a shared formula, not saved",
        lambda markup: _without_results(_shared(markup)),
        *(("formula_computed", key) for key in (*SUMS[:4], ("grand_total", "visited"))),
        *(("sum_derived", key) for key in SUMS[5:]),
    ),
    _edits("an array formula, saved", _as_array),
    _edits("#SPILL! beside the form", _spilled),
    *(
        _error(text, w)
        for text in ("#REF!", "#DIV/0!", "#N/A")
        for w in ("xlsxwriter", "odfpy", "xlwt", "biff12")
    ),
    _error("#SPILL!", "xlsxwriter"),
    _error("#NAME?", "openpyxl"),
]
