"""What a test does at the office's desk: drop files as clerks do, run, and look at what comes out."""

import os
import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
from upath import UPath

from etl.books.blank import unit_blank
from etl.definitions import Campaign, Form, Unit
from etl.edges.share import INBOX, RECEIPTS, published
from etl.export import export
from etl.office import Office, open_office
from etl.pipeline import RunReport, open_campaign, run_campaign
from etl.settings import PROJECT, Settings

CAMPAIGN = "2022-spring"
BEFORE_DEADLINE = "2022-01-20T09:00:00+08:00"
NEXT_DAY = "2022-01-21T09:00:00+08:00"
TWO_DAYS_LATE = "2022-02-12T09:00:00+08:00"
AFTER_CLOSING = "2022-03-11T09:00:00+08:00"

Table = Mapping[str, Mapping[str, object]]
_PARTS = ("visited", "money_amount", "money_recipients", "goods_cost", "goods_items", "goods_recipients")
GOOD: Table = {
    row: dict(zip(_PARTS, figures, strict=True))
    for row, figures in {
        "key_beneficiaries": (120, 3.6, 120, 1.2, 120, 120),
        "veterans_in_difficulty": (40, 2, 40, 0.5, 50, 40),
        "local_garrison": (30, 0, 0, 2.505, 60, 30),
        "border_garrison": (5, 0.5, 5, 0.1, 5, 5),
    }.items()
}
"""Category figures of a form without a fault."""


@dataclass
class Desk:
    """An opened office and its campaign."""

    office: Office
    settings: Settings
    dropped_at: dict[str, float] = field(default_factory=dict)

    @classmethod
    @contextmanager
    def at(cls, settings: Settings) -> Iterator["Desk"]:
        with open_office(settings) as office:
            open_campaign(CAMPAIGN, office)
            yield cls(office, settings)

    @property
    def campaign(self) -> Campaign:
        return self.office.definitions.campaign(CAMPAIGN)

    @property
    def form(self) -> Form:
        return self.office.definitions.form_of(self.campaign)

    @property
    def share(self) -> Path:
        """The shared folder, as clerks see it: a bucket through a file manager of theirs."""
        place = self.settings.share
        return place if isinstance(place, Path) else UPath(str(place), use_listings_cache=False)

    @property
    def inbox(self) -> Path:
        return self.share / INBOX

    @property
    def receipts_folder(self) -> Path:
        return self.share / RECEIPTS

    @property
    def published(self) -> Path:
        return self.share / published(self.campaign.title)

    def unit(self, name: str) -> Unit:
        return next(unit for unit in self.office.roster.units if unit.name == name)

    def drop(self, name: str, content: bytes, mtime: float | None = None) -> Path:
        path = self.inbox / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if not isinstance(self.settings.share, Path):
            # A bucket tells whole seconds: what has the same name and comes in the same second came once
            time.sleep(max(0.0, self.dropped_at.get(name, 0) + 1 - time.time()))
            self.dropped_at[name] = time.time()
        path.write_bytes(content)
        if mtime is not None and isinstance(self.settings.share, Path):
            os.utime(path, (mtime, mtime))
        return path

    def filled(self, unit: str, table: Table = GOOD, **more: object) -> bytes:
        """The unit's issued blank, filled in. `more` sets cells by address, 填报单位 and sums among them."""
        return fill(unit_blank(self.form, self.campaign, self.unit(unit)), self.form, table, **more)

    def run(self, at: str | None = BEFORE_DEADLINE) -> RunReport:
        return run_campaign(CAMPAIGN, self.office, datetime.fromisoformat(at) if at else None)

    def export(self, at: str = BEFORE_DEADLINE) -> dict[str, Any]:
        return export(CAMPAIGN, datetime.fromisoformat(at), self.office)

    def names_in_inbox(self) -> list[str]:
        """What lies there; a bucket also lists the object that stands for the folder."""
        return sorted(path.name for path in self.inbox.iterdir() if path.name != self.inbox.name)

    def receipts(self, folder: str) -> list[str]:
        """The texts of a unit's receipts, in order of their numbers."""
        return [path.read_text("utf-8") for path in sorted((self.receipts_folder / folder).glob("*.html"))]

    def files_on_share(self) -> dict[str, tuple[int, bytes]]:
        """Every file on the share with its mtime and bytes: what must not change, does not."""
        root = self.share
        return {
            str(path.relative_to(root)): (path.stat().st_mtime_ns, path.read_bytes())
            for path in sorted(root.rglob("*"))
            if path.is_file()
        }


def still_open(folder: Path) -> Path:
    """The shipped config/ in a folder of its own, its campaign still open by today's clock."""
    shutil.copytree(PROJECT / "config", folder)
    file = folder / "campaigns" / f"{CAMPAIGN}.toml"
    file.write_text(file.read_text("utf-8").replace("closes   = 2022", "closes   = 2099"), "utf-8")
    return folder


def fill(blank: bytes, form: Form, table: Table, **cells: object) -> bytes:
    """A blank workbook with category figures typed in where the issued form has them."""
    book = openpyxl.load_workbook(BytesIO(blank))
    sheet = book["统计表"]
    for at, row in enumerate(form.rows, 5):
        for beside, column in enumerate(form.columns, 2):
            if row.id in table and column.id in table[row.id]:
                sheet.cell(at, beside).value = table[row.id][column.id]
    for address, value in cells.items():
        sheet[address].value = value
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def one(items: list[Any]) -> Any:
    """The only one there is."""
    assert len(items) == 1, items
    return items[0]
