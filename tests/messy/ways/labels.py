"""How labels are worded: spaces, breaks, numbers, synonyms, marks."""

from etl.definitions import Form
from tests.messy.drawing import Drawing, Layout, Rich
from tests.messy.truth import FORM
from tests.messy.ways.making import in_turn, laid_out


def _synonyms(form: Form, which: int) -> dict[str, str]:
    """Every row, column and group by its nth synonym (the last where it has fewer)."""
    named = [(one.id, one.synonyms) for one in (*form.rows, *form.columns)]
    named += [(group.label, group.synonyms) for group in form.groups]
    return {key: names[min(which, len(names) - 1)] for key, names in named if names}


def _broken(text: str) -> str:
    return text[: len(text) // 2] + "\n" + text[len(text) // 2 :]


LABELS: dict[str, Layout] = {
    "总 计 with a space": Layout(labels={"grand_total": "总 计", "total": "合 计"}),
    "总　计 with a full-width space": Layout(labels={"grand_total": "总　　计", "total": "合　　计"}),
    "the total row called 合计": Layout(labels={"grand_total": "合计"}),
    "the total row called 共计：": Layout(labels={"grand_total": "共计："}),
    "the total row and the sum column both called 总计": Layout(labels={"total": "总计"}),
    "a space between every two characters": Layout(reword=" ".join),
    "line breaks in the middle": Layout(reword=_broken),
    "Windows line breaks in the middle": Layout(reword=lambda text: _broken(text).replace("\n", "\r\n")),
    "spaces and tabs around": Layout(reword=lambda text: f"\t {text}\u3000 "),
    "zero-width characters from a chat": Layout(
        reword=lambda text: f"\u200b{text[:2]}\ufeff{text[2:]}\u200d"
    ),
    "soft hyphens and marks of direction": Layout(
        reword=lambda text: f"\u202a{text[:2]}\xad{text[2:]}\u202c"
    ),
    "narrow and hard spaces": Layout(reword=lambda text: f"\xa0{text[:1]}\u202f{text[1:]}\u2009"),
    "numbered 一、": Layout(reword=lambda text: f"一、{text}"),
    "numbered （一）": Layout(reword=lambda text: f"（一）{text}"),
    "numbered 1.": Layout(reword=lambda text: f"1. {text}"),
    "numbered ①": Layout(reword=lambda text: f"①{text}"),
    "numbered 12、": Layout(reword=lambda text: f"12、{text}"),
    "numbered (3)": Layout(reword=lambda text: f"(3) {text}"),
    "a star before what must be filled in": Layout(reword=lambda text: f"*{text}"),
    "colons behind": Layout(reword=lambda text: f"{text}："),
    "quotation marks around": Layout(reword=lambda text: f"“{text}”"),
    "notes in brackets behind": Layout(reword=lambda text: f"{text}（据实填写）"),
    "the first synonyms": Layout(labels=_synonyms(FORM, 0)),
    "the second synonyms": Layout(labels=_synonyms(FORM, 1)),
    "the third synonyms": Layout(labels=_synonyms(FORM, 2)),
    "the last synonyms": Layout(labels=_synonyms(FORM, 9)),
    "units without brackets: 金额/万元": Layout(
        units={c.id: f"/{c.unit}" if c.unit else "" for c in FORM.columns}
    ),
    "units without brackets on a line of their own": Layout(
        units={c.id: f"\n{c.unit}" if c.unit else "" for c in FORM.columns}
    ),
    "full-width brackets that do not pair": Layout(
        units={c.id: f"（{c.unit})" if c.unit else "" for c in FORM.columns}
    ),
}


def _in_runs(sheet: Drawing) -> Drawing:
    """Every label in two runs, the second bold."""
    for at, cell in sheet.cells.items():
        if isinstance(cell, str) and len(cell) > 2:
            sheet.cells[at] = Rich((cell[:2], cell[2:]))
    return sheet


WAYS = in_turn(LABELS, "labels") + [
    laid_out("labels", f"rich text by {writer}", Layout(), writer=writer, adjust=_in_runs)
    for writer in ("openpyxl", "xlsxwriter", "xlwt", "odfpy")
]
