"""What clerks drop: files of every kind, each with what should come of it, known before any of our code sees it."""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from random import Random

from docx import Document

from etl.books.blank import common_blank, unit_blank
from etl.definitions import Campaign, Form, Unit
from tests.desk import fill

_PARTS = ("visited", "money_amount", "money_recipients", "goods_cost", "goods_items", "goods_recipients")
_ROWS = ("key_beneficiaries", "veterans_in_difficulty", "local_garrison", "border_garrison")
_ENDINGS = {"statistics": ".xlsx", "narrative": "工作总结.docx", "stamped": "盖章件.png"}
WHOEVER = "?"
"""The sender of a part of a file, which tells nothing for certain."""
Figures = dict[tuple[str, str], Decimal]
"""Category figures as typed, by row and column; money in 万元."""


@dataclass(frozen=True)
class Sent:
    """One file: `name` is its path in the inbox; `verdict` what it deserves if it comes in time and for the first
    time; `unit` None where nobody can be seen to have sent it."""

    name: bytes
    content: bytes
    unit: str | None
    material: str | None
    verdict: str
    figures: Figures | None = None


class Clerks:
    """Draws files from a seed. Each has a name of its own."""

    def __init__(self, form: Form, campaign: Campaign, units: tuple[Unit, ...], rng: Random) -> None:
        self._form, self._campaign, self.units, self._rng = form, campaign, units, rng
        self._common = common_blank(form, campaign, units)
        self._blanks: dict[str, bytes] = {}
        self._round: list[Unit] = []
        self._number = 0

    def sends(self) -> Sent:
        """One file of the next unit; all units come round before one comes again."""
        if not self._round:
            self._round = self._rng.sample(self.units, len(self.units))
        unit, self._number = self._round.pop(), self._number + 1
        kinds: dict[Callable[[Unit], Sent], int] = {
            self.good: 48, self.narrative: 18, self.stamped: 9, self.nil: 3, self.wrong_sum: 2, self.wrong_text: 2,
            self.negative: 2, self.too_much: 2, self.torn: 4, self.garbage: 3, self.packed: 1, self.nobody: 3,
            self.two_senders: 3,
        }  # fmt: skip
        return self._rng.choices(list(kinds), list(kinds.values()))[0](unit)

    def good(self, unit: Unit) -> Sent:
        figures = self._figures()
        return self._form_of(unit, figures, "accepted")

    def nil(self, unit: Unit) -> Sent:
        nothing = {(row, part): Decimal(0) for row in _ROWS for part in _PARTS}
        return self._form_of(unit, nothing, "accepted")

    def wrong_sum(self, unit: Unit) -> Sent:
        return self._form_of(unit, self._figures(), "returned", C9=999_999)

    def wrong_text(self, unit: Unit) -> Sent:
        return self._form_of(unit, self._figures(), "returned", D6="待定")

    def negative(self, unit: Unit) -> Sent:
        return self._form_of(unit, self._figures(), "returned", C7=-self._rng.randint(1, 99))

    def too_much(self, unit: Unit) -> Sent:
        return self._form_of(unit, self._figures(), "returned", D5=9000, E5=10)

    def torn(self, unit: Unit) -> Sent:
        whole = self.good(unit).content
        return Sent(self._named(unit, ".xlsx"), whole[: len(whole) // 2], unit.name, "statistics", "returned")

    def garbage(self, unit: Unit) -> Sent:
        return Sent(self._named(unit, ".bin"), self._rng.randbytes(3000), unit.name, None, "returned")

    def packed(self, unit: Unit) -> Sent:
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as container:
            container.writestr("统计表.xlsx", self.good(unit).content)
        return Sent(self._named(unit, ".zip"), out.getvalue(), unit.name, "statistics", "returned")

    def narrative(self, unit: Unit) -> Sent:
        document = Document()
        for line in (
            f"{unit.name}双拥工作总结",
            f"一、加强宣传，悬挂横幅{self._number}条。",
            "二、走访慰问，营造氛围。",
        ):
            document.add_paragraph(line)
        out = io.BytesIO()
        document.save(out)
        return Sent(self._named(unit, "工作总结.docx"), out.getvalue(), unit.name, "narrative", "accepted")

    def stamped(self, unit: Unit) -> Sent:
        return Sent(self._named(unit, "盖章件.png"), _picture(self._rng), unit.name, "stamped", "accepted")

    def nobody(self, _unit: Unit) -> Sent:
        """A form in the common blank that names no unit."""
        figures = self._figures()
        content = fill(self._common, self._form, _table(figures))
        return Sent(f"报表{self._number:05}.xlsx".encode(), content, None, "statistics", "held", figures)

    def two_senders(self, unit: Unit) -> Sent:
        """The issued blank of one unit under the name of another."""
        other = self._rng.choice([each for each in self.units if each is not unit])
        figures = self._figures()
        content = fill(self._blank(unit), self._form, _table(figures))
        return Sent(self._named(other, ".xlsx"), content, None, "statistics", "held", figures)

    def again(self, earlier: Sent) -> Sent:
        """The same bytes under another name."""
        self._number += 1
        suffix = _ENDINGS[earlier.material]
        name = f"{earlier.unit}再报{self._number:05}{suffix}".encode()
        return Sent(name, earlier.content, earlier.unit, earlier.material, earlier.verdict, earlier.figures)

    def _form_of(self, unit: Unit, figures: Figures, verdict: str, **cells: object) -> Sent:
        content = fill(self._blank(unit), self._form, _table(figures), **cells)
        known = figures if verdict == "accepted" else None
        return Sent(self._named(unit, ".xlsx"), content, unit.name, "statistics", verdict, known)

    def _blank(self, unit: Unit) -> bytes:
        if unit.code not in self._blanks:
            self._blanks[unit.code] = unit_blank(self._form, self._campaign, unit)
        return self._blanks[unit.code]

    def _figures(self) -> Figures:
        """A believable form: nothing in it that sends it back."""
        found: Figures = {}
        for row in _ROWS:
            visited = self._rng.randint(5, 300)
            given, helped = self._rng.randint(1, visited), self._rng.randint(1, visited)
            found |= {
                (row, "visited"): Decimal(visited),
                (row, "money_amount"): Decimal(given * self._rng.randint(1, 40)) / 100,
                (row, "money_recipients"): Decimal(given),
                (row, "goods_cost"): Decimal(helped * self._rng.randint(1, 4000)) / 10_000,
                (row, "goods_items"): Decimal(helped * 2),
                (row, "goods_recipients"): Decimal(helped),
            }
        return found

    def _named(self, unit: Unit, ending: str) -> bytes:
        """A name of any kind that still tells the unit, in the inbox itself or in folders."""
        plain = f"{unit.name}{self._number:05}{ending}"
        ways = (
            plain, plain, plain, f"{unit.name}/{plain}", f"2026年/材料 (1)/{plain}", f"e\u0301{plain}",
            f"=1+1{plain}", f"1\n{plain}", f"\u202e{plain}", f"..\\..\\{plain}".lstrip("."),
            f"'; DROP TABLE submissions;--{plain}",
            f"{'很' * ((254 - len(plain.encode())) // 3)}-{plain}",
        )  # fmt: skip
        if self._rng.random() < 0.05:
            return b"\xb1\xed/" + plain.encode()
        return self._rng.choice(ways).encode()


def _table(figures: Figures) -> dict[str, dict[str, object]]:
    table: dict[str, dict[str, object]] = {row: {} for row in _ROWS}
    for (row, part), value in figures.items():
        table[row][part] = int(value) if value == int(value) else float(value)
    return table


def _picture(rng: Random) -> bytes:
    """A small PNG of noise."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    lines = b"".join(b"\0" + rng.randbytes(8) for _ in range(8))
    head = struct.pack(">IIBBBBB", 8, 8, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(lines))
        + chunk(b"IEND", b"")
    )
