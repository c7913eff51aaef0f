"""The tree of units (上级): a village reports through its township, a township through its district.

A roster is a tree as soon as the parent of some unit is the name of another. Then every parent is a unit's
name, but for one: the name of the top, which collects and is no unit. In a flat roster a parent is only a word.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import Protocol

from etl.errors import DefinitionError

TOP = "/"
"""The code of the node of who collects."""
MOST_ON_A_LIST = 1000
"""A campaign of more units than this is not listed on one sheet: see `nodes_of`."""
VOLUME = 250
"""Units of one parent on a sheet, in such a campaign."""


class Placed(Protocol):
    """What the tree needs to know of a unit."""

    @property
    def code(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def parent(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Node:
    """A place of the tree whose returns are added up: the top, a unit that is others' parent, or a volume (册)
    of the units of one of these. `parent` is a node's code, None for the top. `units` are the codes of those
    that stand in no node further down; a unit that is a node stands in its own."""

    code: str
    name: str
    parent: str | None
    units: tuple[str, ...]


def nodes_of(units: Sequence[Placed]) -> tuple[Node, ...]:
    """The tree of these units, each of another name: the top first, every parent before its children, else in
    the office's order. Who names a parent that is not among them stands right below the top.

    Where there are more than MOST_ON_A_LIST units, no node lists more than VOLUME of them: the others stand
    in volumes of their own.
    """
    by_name = {unit.name: unit for unit in units}
    below: dict[str, list[Placed]] = defaultdict(list)
    for unit in units:
        below[by_name[unit.parent].code if unit.parent in by_name else TOP].append(unit)
    return tuple(_down(None, below, len(units) > MOST_ON_A_LIST))


def _down(inner: Placed | None, below: Mapping[str, list[Placed]], many: bool) -> Iterator[Node]:
    """The node of a unit (None: the top), its volumes, and all nodes below it, each after its parent."""
    waiting: list[tuple[Placed | None, str | None]] = [(inner, None)]
    while waiting:
        unit, parent = waiting.pop()
        code, name = (unit.code, unit.name) if unit else (TOP, "")
        children = below.get(code, [])
        own = [unit.code] if unit else []
        leaves = [child.code for child in children if child.code not in below]
        if not many or len(leaves) <= VOLUME:
            yield Node(code, name, parent, (*own, *leaves))
        else:
            yield Node(code, name, parent, tuple(own))
            yield from _volumes(code, leaves)
        waiting += [(child, code) for child in reversed(children) if child.code in below]


def _volumes(parent: str, leaves: Sequence[str]) -> Iterator[Node]:
    for number, start in enumerate(range(0, len(leaves), VOLUME), 1):
        name = f"第{number:03d}册"
        yield Node(f"{parent}#{number:03d}", name, parent, tuple(leaves[start : start + VOLUME]))


def check_tree(units: Sequence[Placed], numbers: Sequence[int], path: Path) -> None:
    """Raise DefinitionError, naming the line, for a parent that nobody is and for a circle."""
    names = {unit.name for unit in units}
    inner = {unit.parent for unit in units} & names
    if not inner:
        return
    _refuse_circles(units, numbers, path)
    strange = Counter(unit.parent for unit in units if unit.parent and unit.parent not in names)
    tops = {unit.parent for unit in units if unit.name in inner and unit.parent in strange}
    top = max(sorted(tops), key=lambda name: strange[name], default=None)
    allowed = f"，或最上一级的名称（这里是“{top}”）" if top else "；最上一级的单位请留空"
    for unit, number in zip(units, numbers, strict=True):
        if unit.parent in strange and unit.parent != top:
            raise DefinitionError(
                f"{path}：第{number}行.parent：花名册里没有“{unit.parent}”。"
                f"花名册分了级，上级要写另一个单位的全名{allowed}"
            )


def _refuse_circles(units: Sequence[Placed], numbers: Sequence[int], path: Path) -> None:
    above: dict[str, set[str]] = defaultdict(set)
    lines: dict[str, int] = {}
    for unit, number in zip(units, numbers, strict=True):
        above[unit.name].add(unit.parent)
        lines.setdefault(unit.name, number)
    try:
        TopologicalSorter(above).prepare()
    except CycleError as why:
        circle = [str(name) for name in reversed(why.args[1])]
        line = min(lines[name] for name in circle)
        raise DefinitionError(f"{path}：第{line}行.parent：上级绕成了一圈：{' → '.join(circle)}") from None
