"""What a unit's form says that its form before did not: cell by cell, in plain words."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from itertools import groupby, takewhile

from etl.books.as_read import OF_OUR_OWN, number_typed
from etl.definitions import Form
from etl.masking import shown
from etl.model import Change, Figure, FormReading, plain
from etl.rules.sums import Cell, Sum, cells_of, sums_of

TOLD_AT_MOST = 20
BLANK = "（空）"
_LONGEST = 24  # of a text before or after
_BEFORE_IT = 6  # signs of a long text that stand before the first that differs
_WHOLE = 100_000


def changes_between(before: FormReading, now: FormReading, form: Form) -> tuple[Change, ...]:
    """Every cell of `now` that says something else than in `before`: figures in the form's order, then texts.

    A figure differs by its value, by being filled in at all, or by how sure its reading is (约200 and 200);
    not by another way to write the same (无 and 0). A sum that nobody types and that follows its parts is
    told at its parts.
    """
    figures = _Figures(_by_cell(before), _by_cell(now), form)
    return (*figures.changes(), *_texts(before, now, form))


def lines(changes: Sequence[Change], form: Form) -> list[list[str]]:
    """The changes as they are read, at most TOLD_AT_MOST in all, those of one row together."""
    order = [row.id for row in form.rows]
    in_rows = sorted(changes, key=lambda change: order.index(change.row))[:TOLD_AT_MOST]
    return [
        [_sentence(change, form) for change in of_row]
        for _, of_row in groupby(in_rows, key=lambda change: change.row)
    ]


def moved_sums(changes: Sequence[Change]) -> tuple[str, ...]:
    """The labels of the sums that followed by themselves, each once."""
    return tuple(dict.fromkeys(label for change in changes for label in change.moved))


def _sentence(change: Change, form: Form) -> str:
    """重点优抚对象·发放金额 12.0 → 12.5，总计未改."""
    where = f"{form.row(change.row).label}·{form.short_label(form.column(change.column))}"
    if change.before == change.after:  # only what is masked differs
        return f"{where} 有改动（号码不在这里显示）"
    unmoved = f"，{'、'.join(change.unmoved)}未改" if change.unmoved else ""
    return f"{where} {change.before} → {change.after}{unmoved}"


def _by_cell(reading: FormReading) -> dict[Cell, Figure]:
    return {(figure.row, figure.column): figure for figure in reading.figures}


@dataclass(frozen=True)
class _Figures:
    """The figures of two forms, and what the form's sums make of their differences."""

    old: dict[Cell, Figure]
    new: dict[Cell, Figure]
    form: Form

    def changes(self) -> list[Change]:
        return [
            Change(
                *cell,
                before=_said(self.old.get(cell), cell in self.stated),
                after=_said(self.new.get(cell), cell in self.stated),
                unmoved=self._labels(cell, self.unmoved),
                moved=self._labels(cell, self.following),
            )
            for cell in self.differing
            if cell not in {item.stated for item in self.following}
        ]

    @cached_property
    def sums(self) -> tuple[Sum, ...]:
        return sums_of(self.form)

    @cached_property
    def stated(self) -> set[Cell]:
        return {item.stated for item in self.sums}

    @cached_property
    def differing(self) -> list[Cell]:
        return [cell for cell in cells_of(self.form) if self._differs(cell)]

    @cached_property
    def following(self) -> list[Sum]:
        """Sums that differ, that nobody typed, and that moved as their parts did (or nobody can tell)."""
        differing = set(self.differing)
        by_itself = [one for one in self.sums if one.stated in differing and self._by_itself(one.stated)]
        return [one for one in by_itself if self._shift_of_parts(one) in (None, self._shift(one.stated))]

    @cached_property
    def unmoved(self) -> list[Sum]:
        """Sums that say the same though their parts moved."""
        still = [item for item in self.sums if self._shift(item.stated) == 0]
        return [item for item in still if self._shift_of_parts(item) not in (None, 0)]

    def _differs(self, cell: Cell) -> bool:
        is_sum = cell in self.stated
        return _meaning(self.old.get(cell), is_sum) != _meaning(self.new.get(cell), is_sum)

    def _by_itself(self, cell: Cell) -> bool:
        versions = [figures[cell] for figures in (self.old, self.new) if cell in figures]
        return all(not one.is_typed or OF_OUR_OWN.intersection(one.raises) for one in versions)

    def _shift(self, cell: Cell) -> Decimal | None:
        """By how much a figure moved, from 0 where it was not there; None where one cannot be read."""
        before, after = (f[cell].value if cell in f else Decimal(0) for f in (self.old, self.new))
        return None if before is None or after is None else after - before

    def _shift_of_parts(self, item: Sum) -> Decimal | None:
        shifts = [self._shift(part) for part in item.parts]
        known = [shift for shift in shifts if shift is not None]
        return sum(known, Decimal(0)) if len(known) == len(shifts) else None

    def _labels(self, part: Cell, among: Sequence[Sum]) -> tuple[str, ...]:
        """The labels of those sums that `part` goes into: 合计 of its row, 总计 of its column."""
        into = [item.stated for item in among if part in item.parts]
        return tuple(
            self.form.column(column).label if row == part[0] else self.form.row(row).label
            for row, column in into
        )


def _meaning(figure: Figure | None, is_sum: bool) -> tuple[object, ...]:
    """What two versions of a cell are compared by; nothing for a part that is blank or not there."""
    if figure is None or (figure.typed is None and not is_sum):
        return ()
    marks = frozenset(figure.raises) - OF_OUR_OWN
    return (figure.typed if figure.value is None else figure.value, marks)


def _said(figure: Figure | None, is_sum: bool) -> str:
    """A figure as it was typed, or as we read it where nobody typed it or the file added noise to it."""
    if figure is None or (figure.typed is None and not is_sum):
        return BLANK
    number = number_typed(figure.typed or "")
    ours = not figure.typed or OF_OUR_OWN.intersection(figure.raises)
    noisy = number is not None and number != figure.value and not figure.raises
    if figure.value is not None and (ours or noisy):
        return f"{plain(figure.value):f}"
    return shown((figure.typed or BLANK).strip(), _LONGEST)


def _texts(before: FormReading, now: FormReading, form: Form) -> Iterator[Change]:
    old = {(words.row, words.column): _one_line(words.text) for words in before.words}
    new = {(words.row, words.column): _one_line(words.text) for words in now.words}
    for row in form.rows:
        for column in form.text_columns:
            was, says = old.get((row.id, column.id), ""), new.get((row.id, column.id), "")
            if was != says:
                yield Change(row.id, column.id, *_beside(was, says))


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _beside(was: str, says: str) -> tuple[str, str]:
    """Two texts, masked; long ones are cut to the first place where they differ."""
    old, new = shown(was, _WHOLE), shown(says, _WHOLE)  # masked whole: half a number is not known as one
    same = len(list(takewhile(lambda signs: signs[0] == signs[1], zip(old, new, strict=False))))
    start = max(0, same - _BEFORE_IT) if max(len(old), len(new)) > _LONGEST else 0
    return _piece(old, start), _piece(new, start)


def _piece(text: str, start: int) -> str:
    cut = text[start : start + _LONGEST]
    return f"{'…' if start else ''}{cut}{'…' if start + _LONGEST < len(text) else ''}" if text else BLANK
