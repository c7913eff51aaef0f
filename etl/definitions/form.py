"""The form (报表): rows, columns, groups, and every way they have been seen to be called."""

import re
from functools import cached_property
from typing import Literal, Self

from pydantic import Field, field_validator, model_validator

from etl.definitions.strict import Strict

SLUG = r"^[a-z0-9][a-z0-9_-]*$"
Slug = Field(pattern=SLUG)
_COLUMN_ID = re.compile(r"(?!(?:submission_id|row_id|sheet)$)[a-z][a-z0-9_]*(?<!_fen)(?<!_cell)")
"""A column's id is also the name of columns in the warehouse, beside three others."""
_UNIT_OF_COUNT = re.compile(r"[^\W\d_a-zA-Z万亿千百十元角分]{1,2}")
"""What is counted: a word that is neither part of a number nor money."""


class Label(Strict):
    """A caption of the form that is not a row or a column: 填报单位, 日期, 项目."""

    label: str = Field(min_length=1)
    note: str = ""
    synonyms: tuple[str, ...] = ()

    @cached_property
    def names(self) -> tuple[str, ...]:
        return (self.label, *self.synonyms)


class Labels(Strict):
    unit: Label
    date: Label
    item: Label


class Festival(Strict):
    """How one yearly round is written in titles; any word of `says` in a title names it."""

    phrase: str = Field(min_length=1)
    says: tuple[str, ...] = Field(min_length=1)


class Row(Strict):
    """A row of the form. `recipients_may_be_units`: whole units stand in for people, so a head costs more."""

    id: str = Slug
    label: str = Field(min_length=1)
    synonyms: tuple[str, ...] = ()
    total: bool = False
    recipients_may_be_units: bool = False

    @cached_property
    def names(self) -> tuple[str, ...]:
        return (self.label, *self.synonyms)


class Column(Strict):
    """A column of the form. `sum_of` makes it a sum; `recipients` names the column that counts its heads.

    `at_least`: no fewer people than in any of these columns. `wanted_with`: a text that belongs wherever that
    column has a number. `told_as`: words before a figure of this column in a narrative; `told_in`: what a count
    is told in there besides its own unit. `said_as`: the words before its total in the district's report.
    """

    id: str = Slug
    label: str = Field(min_length=1)
    type: Literal["count", "money", "text"]
    unit: str | None = None
    group: str | None = None
    note: str = ""
    synonyms: tuple[str, ...] = ()
    sum_of: tuple[str, ...] = ()
    recipients: str | None = None
    at_least: tuple[str, ...] = ()
    wanted_with: str | None = None
    told_as: tuple[str, ...] = ()
    told_in: tuple[str, ...] = ()
    said_as: str = ""
    width: float = 12
    explain: str = ""

    @cached_property
    def names(self) -> tuple[str, ...]:
        return (self.label, *self.synonyms)

    @cached_property
    def is_figure(self) -> bool:
        return self.type != "text"

    @cached_property
    def full_label(self) -> str:
        """The label with its group where it has one: 发放慰问金情况·发放人数."""
        return f"{self.group}·{self.label}" if self.group else self.label

    @property
    def mentions(self) -> tuple[str, ...]:
        """The other columns that this one is defined by."""
        return (*self.sum_of, *self.at_least, *filter(None, [self.recipients, self.wanted_with]))

    @field_validator("id")
    @classmethod
    def _id_can_be_a_column_of_the_warehouse(cls, name: str) -> str:
        if not _COLUMN_ID.fullmatch(name):
            raise ValueError(
                f"“{name}”不行：用小写字母、数字和下划线，以字母开头，不以 _fen、_cell 结尾，"
                "也不叫 submission_id、row_id、sheet"
            )
        return name

    @model_validator(mode="after")
    def _unit_fits_type(self) -> Self:
        fits, said = {
            "money": (self.unit == "万元", "万元"),
            "count": (bool(_UNIT_OF_COUNT.fullmatch(self.unit or "")), "量词，如 人、件、户"),
            "text": (self.unit is None, "（不写）"),
        }[self.type]
        if not fits:
            raise ValueError(f"{self.id}.unit：type 为 {self.type} 时只能是 {said}")
        return self


class Group(Strict):
    """A merged header over several columns."""

    label: str = Field(min_length=1)
    synonyms: tuple[str, ...] = ()

    @cached_property
    def names(self) -> tuple[str, ...]:
        return (self.label, *self.synonyms)


class Form(Strict):
    """One form, complete: it drives the blank, the reader, the checks, the warehouse and the summary."""

    id: str = Slug
    version: int = Field(ge=1)
    title: str
    title_words: tuple[str, ...]
    labels: Labels
    festivals: dict[str, Festival]
    rows: tuple[Row, ...]
    columns: tuple[Column, ...]
    groups: tuple[Group, ...] = ()

    @cached_property
    def category_rows(self) -> tuple[Row, ...]:
        return tuple(row for row in self.rows if not row.total)

    @cached_property
    def total_row(self) -> Row:
        return next(row for row in self.rows if row.total)

    @cached_property
    def figure_columns(self) -> tuple[Column, ...]:
        """Every numeric column, sums among them, in the form's order."""
        return tuple(column for column in self.columns if column.is_figure)

    @cached_property
    def part_columns(self) -> tuple[Column, ...]:
        """The numeric columns that hold category figures: all but the sums."""
        return tuple(column for column in self.figure_columns if not column.sum_of)

    @cached_property
    def sum_columns(self) -> tuple[Column, ...]:
        return tuple(column for column in self.figure_columns if column.sum_of)

    @cached_property
    def text_columns(self) -> tuple[Column, ...]:
        return tuple(column for column in self.columns if not column.is_figure)

    @cached_property
    def _rows_by_id(self) -> dict[str, Row]:
        return {row.id: row for row in self.rows}

    @cached_property
    def _columns_by_id(self) -> dict[str, Column]:
        return {column.id: column for column in self.columns}

    def row(self, row_id: str) -> Row:
        return self._rows_by_id[row_id]

    def column(self, column_id: str) -> Column:
        return self._columns_by_id[column_id]

    def short_label(self, column: Column) -> str:
        """The column's label, with its group only where another column has the same one."""
        alike = [other for other in self.columns if other.label == column.label]
        return column.full_label if len(alike) > 1 else column.label

    @field_validator("title")
    @classmethod
    def _title_asks_for_year_and_festival(cls, title: str) -> str:
        if set(re.findall(r"{[^{}]*}|[{}]", title)) - {"{year}", "{festival}"}:
            raise ValueError("花括号里只能是 {year} 和 {festival}")
        return title

    def title_of(self, year: int, festival: str) -> str:
        """The title printed on the form of that round: 2022年新年春节期间…统计表."""
        return self.title.format(year=year, festival=self.festivals[festival].phrase)

    @model_validator(mode="after")
    def _hangs_together(self) -> Self:
        _no_twins("rows.id", [row.id for row in self.rows])
        _no_twins("columns.id", [column.id for column in self.columns])
        if sum(row.total for row in self.rows) != 1:
            raise ValueError("rows：要有、也只能有一行 total = true（总计）")
        ids = {column.id: column for column in self.columns}
        groups = [group.label for group in self.groups]
        for column in self.columns:
            for other in column.mentions:
                if other not in ids or not ids[other].is_figure:
                    raise ValueError(f"columns.{column.id}：提到的“{other}”不是本表的数字列")
            if column.group and column.group not in groups:
                raise ValueError(f"columns.{column.id}.group：只能是 {'、'.join(groups)}")
        return self


def _no_twins(key: str, values: list[str]) -> None:
    twins = {value for value in values if values.count(value) > 1}
    if twins:
        raise ValueError(f"{key}：重复了 {'、'.join(sorted(twins))}")
