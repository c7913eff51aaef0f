"""The form's words, and what each of them may mean."""

from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache
from itertools import product

from etl.definitions import Column, Form
from etl.sheets.grid import core
from etl.sheets.typed_units import header_units


@dataclass(frozen=True, slots=True, eq=False)
class FormWords:
    """The form's words, stripped to their core, and what each of them may mean. Made once a form."""

    form: Form
    rows: dict[str, str]
    categories: frozenset[str]
    total: str
    columns: dict[str, tuple[str, ...]]
    groups: dict[str, str]
    unit_letters: frozenset[str]
    order: tuple[tuple[str, str], ...]


def form_words(form: Form) -> FormWords:
    """Every name, synonym and group-and-name of the form, ready to be looked up."""
    columns: dict[str, list[str]] = defaultdict(list)
    for column in form.columns:
        of_group = [name for group in form.groups if group.label == column.group for name in group.names]
        for group_name, name, unit in product(("", *of_group), column.names, ("", *units_behind(column))):
            columns[core(group_name + name + unit)].append(column.id)
    return FormWords(
        form=form,
        rows={core(name): row.id for row in form.rows for name in row.names},
        categories=frozenset(row.id for row in form.category_rows),
        total=form.total_row.id,
        columns={name: tuple(dict.fromkeys(ids)) for name, ids in columns.items()},
        groups={core(name): group.label for group in form.groups for name in group.names},
        order=tuple((row.id, column.id) for row in form.rows for column in form.figure_columns),
        unit_letters=frozenset(
            "".join(unit for column in form.figure_columns for unit in header_units(column))
        ),
    )


def is_known(text: str, words: FormWords) -> bool:
    return text in words.columns or text in words.groups


@lru_cache
def units_behind(column: Column) -> list[str]:
    """Units that may follow a column's name without brackets (发放金额/万元), the longest first."""
    return sorted(header_units(column), key=len, reverse=True) if column.is_figure else []
