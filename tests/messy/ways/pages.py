"""CSV and TSV, and web pages that systems save under the name .xls."""

from collections.abc import Callable
from dataclasses import replace

from tests.messy.drawing import Drawing, Layout, draw
from tests.messy.truth import TrueForm
from tests.messy.way import Sent, Way, truth_of
from tests.messy.ways.layouts import FOREIGN_COLUMNS, FOREIGN_ROWS, ORDERS
from tests.messy.ways.making import Typing
from tests.messy.ways.typings import every, grouped, shortest, unit
from tests.messy.writers.text import by_csv, by_html, table_of

FAMILY = "pages"
_UNMERGED = Layout(group_cells="first", label_merged=False)
_GROUPED = every(lambda value, key: grouped(value) + unit(key))


def _way(
    name: str,
    file: str,
    write: Callable[[Drawing], bytes],
    layout: Layout | None = None,
    typed: Typing | None = None,
    moved: tuple[int, int] = (0, 0),
) -> Way:
    """`moved`: by how many rows and columns the file's own table differs from the drawing."""

    def make(true: TrueForm) -> Sent:
        sheet = draw(layout or Layout(), true, typed(true) if typed else None)
        down, right = moved
        places = {key: (row + down, column + right) for key, (row, column) in sheet.places.items()}
        return truth_of(write(sheet), replace(sheet, name=None, places=places), true)

    return Way(FAMILY, name, "csv" if file.endswith(("csv", "tsv", "txt")) else "html", file, make)


def _csv(name: str, layout: Layout = _UNMERGED, typed: Typing | None = None, **how: object) -> Way:
    return _way(f"csv {name}", "土桥镇.csv", lambda sheet: by_csv(sheet, **how), layout, typed)  # type: ignore[arg-type]


def _page(
    name: str, page: str = "{table}", layout: Layout | None = None, moved: tuple[int, int] = (0, 0)
) -> Way:
    return _way(name, "土桥镇.xls", lambda sheet: by_html(sheet, page=page), layout, None, moved)


def _wrongly_said(sheet: Drawing) -> bytes:
    return by_html(sheet, "gb18030", charset="utf-8")


def _unclosed(sheet: Drawing) -> bytes:
    """Rows and cells that nobody closes, as HTML allows."""
    text = table_of(sheet).replace("</td>", "").replace("</tr>", "")
    return f"<html><body>{text}</body></html>".encode()


def _in_thead(sheet: Drawing) -> bytes:
    rows = table_of(sheet).split("<tr>")
    head, body = "<tr>".join(["", *rows[1:5]]), "<tr>".join(["", *rows[5:]])
    return f"<html><table><thead>{head}</thead><tbody>{body}</html>".encode()


def _with_footer_first(sheet: Drawing) -> bytes:
    return by_html(sheet, page="<p>导出时间：2022-02-08</p>{table}<p>共 1 页</p>")


def _numbers_marked(sheet: Drawing) -> bytes:
    """As Excel writes its own pages: numbers in x:num and fonts around what is shown."""
    return (
        by_html(sheet)
        .replace(b"<td>", b"<td x:num class=xl65><font color=red>")
        .replace(b"</td>", b"</font></td>")
    )


def _with_script(sheet: Drawing) -> bytes:
    text = by_html(sheet).decode()
    return text.replace("<td>", "<td><!-- 999 --><script>var n = 999;</script><style>b{}</style>").encode()


def _hidden_spans(sheet: Drawing) -> bytes:
    text = by_html(sheet).decode()
    return text.replace("<td>", '<td><span style="display:none">999</span>').encode()


WAYS = [
    _csv("in UTF-8"),
    _csv("in UTF-8 with a byte order mark", encoding="utf-8-sig"),
    _csv("in GB18030", encoding="gb18030"),
    _csv("with everything in quotes", quoted=True),
    _csv("with semicolons", delimiter=";"),
    _csv("with separators in figures", typed=_GROUPED),
    _csv("with figures as texts", typed=every(lambda value, _: shortest(value))),
    _csv(
        "with line breaks in labels",
        Layout(group_cells="first", reword=lambda text: f"{text[:2]}\n{text[2:]}"),
    ),
    _csv("with blank lines above", Layout(down=6, group_cells="first")),
    _csv("with a 序号 column", replace(FOREIGN_COLUMNS["a 序号 column"], group_cells="first")),
    _way("tsv", "土桥镇.tsv", lambda sheet: by_csv(sheet, "\t"), _UNMERGED),
    _way(
        "tsv in UTF-16, Excel's “Unicode text”",
        "土桥镇.txt",
        lambda sheet: by_csv(sheet, "\t", "utf-16"),
        _UNMERGED,
    ),
    _way(
        "tsv with separators in figures", "土桥镇.tsv", lambda sheet: by_csv(sheet, "\t"), _UNMERGED, _GROUPED
    ),
    _page("a page with spans"),
    _page("a page with rows swapped", layout=ORDERS["rows swapped"]),
    _page("a page with blank rows", layout=FOREIGN_ROWS["blank rows between"]),
    _page(
        "a page whose form lies in a layout table", "<table><tr><td>菜单</td><td>{table}</td></tr></table>"
    ),
    _page(
        "a page with tables of other things before",
        "<table><tr><td>单位<td>合计</tr><tr><td>土桥镇<td>5</tr></table>{table}",
    ),
    _page(
        "a page in frames of centred tables",
        "<center><div><table><tr><td>{table}</td></tr></table></div></center>",
    ),
    _way("a page in GB18030", "土桥镇.xls", lambda sheet: by_html(sheet, "gb18030", charset="gb2312")),
    _way("a page in GB18030 that says UTF-8", "土桥镇.xls", _wrongly_said),
    _way(
        "a page in UTF-8 with a byte order mark",
        "土桥镇.xls",
        lambda sheet: by_html(sheet, "utf-8-sig", "utf-8"),
    ),
    _way("a page with nothing closed", "土桥镇.xls", _unclosed),
    _way("a page with head and body of its table", "土桥镇.xls", _in_thead),
    _way("a page with words before and behind", "土桥镇.xls", _with_footer_first),
    _way("a page as Excel writes it", "土桥镇.xls", _numbers_marked),
    _way("a page with scripts, styles and comments in its cells", "土桥镇.xls", _with_script),
    _way("a page with hidden words in its cells", "土桥镇.xls", _hidden_spans),
    _way("a page called .html", "土桥镇.html", by_html),
]
