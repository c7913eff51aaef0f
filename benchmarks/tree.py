"""Seeded input: a city's tree of districts, townships and villages, and the forms of those who report."""

import csv
import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from random import Random

from benchmarks.inputs import CAMPAIGN, _figures, _Pattern
from etl.definitions import Definitions, load_definitions
from etl.sample.typing_in import Place
from etl.settings import PROJECT

CITY = "重庆市"
LEVELS = (("区县", "区"), ("镇街", "镇"), ("村", "村"))
"""Kind of a unit, and how its name ends, from the top down."""
_SILENT = 10
"""One unit in so many sends nothing."""

Figures = Mapping[str, Mapping[Place, Decimal]]


def write_tree(folder: Path, widths: Sequence[int]) -> Definitions:
    """The shipped config/ with a tree: so many districts, townships of each, villages of each. Districts owe nothing,
    the others the form."""
    shutil.copytree(PROJECT / "config", folder)
    with (folder / "roster.csv").open("w", encoding="utf-8", newline="") as file:
        lines = csv.writer(file)
        lines.writerow(["code", "name", "kind", "parent"])
        lines.writerows(_lines(widths))
    campaign = folder / "campaigns" / f"{CAMPAIGN}.toml"
    owes = '[owes]\n"区县" = []\n"镇街" = ["statistics"]\n"村" = ["statistics"]\n'
    campaign.write_text(re.sub(r"\[owes\].*", owes, campaign.read_text("utf-8"), flags=re.DOTALL), "utf-8")
    return load_definitions(folder)


def _lines(widths: Sequence[int]) -> Iterator[tuple[str, str, str, str]]:
    """Code, name, kind and parent of every unit, each followed by those below it."""
    number = 0
    waiting = [(CITY, 0, width) for width in widths[:1]]
    while waiting:
        parent, level, left = waiting.pop()
        number += 1
        kind, ending = LEVELS[level]
        name = _name(number, ending)
        yield f"ZW{number:06d}", name, kind, parent
        if left > 1:
            waiting.append((parent, level, left - 1))
        if level + 1 < len(widths):
            waiting.append((name, level + 1, widths[level + 1]))


def _name(number: int, ending: str) -> str:
    """占 and three signs: a name of its own for each, none part of another."""
    signs = [chr(0x4E00 + (number // 100**place) % 100) for place in (2, 1, 0)]
    return f"占{''.join(signs)}{ending}"


def drop_forms(inbox: Path, definitions: Definitions, seed: int) -> Figures:
    """A correct form of every township and village but one in ten, as Excel saves it; the figures by the unit's name."""
    form = definitions.forms["double-support"]
    pattern, random, dropped = _Pattern(definitions, form), Random(seed), {}
    senders = [unit for unit in definitions.roster.units if unit.kind != LEVELS[0][0]]
    for number, unit in enumerate(senders, 1):
        if number % _SILENT:
            figures = _figures(form, random)
            (inbox / f"{unit.name}统计表.xlsx").write_bytes(pattern.of(unit.name, unit.code, figures))
            dropped[unit.name] = figures
    return dropped


def correction_of(
    definitions: Definitions, dropped: Figures, seed: int, folder: Path
) -> tuple[str, Mapping[Place, Decimal], Path]:
    """Another form of the last village that reported, not in the inbox yet: the unit, its figures and the file."""
    form = definitions.forms["double-support"]
    unit = next(unit for unit in reversed(definitions.roster.units) if unit.name in dropped)
    figures = _figures(form, Random(-seed))
    file = folder / f"{unit.name}更正.xlsx"
    file.write_bytes(_Pattern(definitions, form).of(unit.name, unit.code, figures))
    return unit.name, figures, file


def added_up(folder: Path, figures: Figures) -> dict[str, dict[Place, Decimal]]:
    """Of every node by its name (the top: CITY), what these figures of all units in and below it come to: an addition
    from the roster's own lines and the dropped figures, without a line of the program's."""
    with (folder / "roster.csv").open(encoding="utf-8", newline="") as file:
        parents = {line["name"]: line["parent"] for line in csv.DictReader(file)}
    sums: dict[str, dict[Place, Decimal]] = {}
    for unit, of_unit in figures.items():
        node = unit
        while node:
            known = sums.setdefault(node, {})
            for place, value in of_unit.items():
                known[place] = known.get(place, Decimal(0)) + value
            node = parents.get(node, "")
    return sums
