"""A chart of Excel's own below a table: stacked columns that read the cells above them."""

from collections.abc import Iterable, Mapping

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

_ROW_PX, _WIDTH_PX = 20, 980


def draw_stacked(
    book: Workbook,
    sheet: Worksheet,
    at: int,
    rows: int,
    title: str,
    description: str,
    series: Iterable[Mapping[str, object]],
) -> None:
    """From row `at` (from 0) on, `rows` high with a free one below. A series has a name, categories and values, as
    xlsxwriter takes them."""
    chart = book.add_chart({"type": "column", "subtype": "stacked"})
    for one in series:
        chart.add_series({**one, "gap": 60})
    chart.set_title({"name": title, "name_font": {"size": 12}})
    chart.set_y_axis({"major_gridlines": {"visible": True, "line": {"color": "#E3E3E3"}}})
    chart.set_legend({"position": "bottom"})
    chart.set_size({"width": _WIDTH_PX, "height": _ROW_PX * (rows - 1)})
    sheet.insert_chart(at, 0, chart, {"description": description})
