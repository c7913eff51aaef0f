"""The real files that are bent: the drawn form in every format, and the project's own sample."""

import tempfile
from dataclasses import dataclass
from pathlib import Path

from etl.definitions import Definitions
from etl.sample.folder import write_sample
from tests.hostile import sheets

_OF_A_KIND = 12
"""So many files of the sample at most, of each kind."""


@dataclass(frozen=True, slots=True)
class Seed:
    """A real file; `name` is what a clerk would call it."""

    kind: str
    name: str
    content: bytes


def seed_files(definitions: Definitions) -> dict[str, list[Seed]]:
    """Real files by kind, the same on every machine."""
    drawn = [
        Seed("xlsx", "土桥镇.xlsx", sheets.xlsx()),
        Seed("xls", "土桥镇.xls", sheets.xls()),
        Seed("xlsb", "土桥镇.xlsb", sheets.xlsb()),
        Seed("ods", "土桥镇.ods", sheets.ods()),
        Seed("docx", "土桥镇.docx", sheets.docx("春节期间走访慰问。" * 30)),
        Seed("html", "土桥镇.xls", sheets.page()),
        Seed("html", "土桥镇.xls", sheets.page("gb18030")),
        Seed("csv", "土桥镇.csv", sheets.text()),
        Seed("csv", "土桥镇.tsv", sheets.text("\t", "gb18030")),
        Seed("pdf", "工作总结.pdf", sheets.pdf()),
    ]
    found: dict[str, list[Seed]] = {}
    for seed in [*drawn, *_sample(definitions)]:
        if len(found.setdefault(seed.kind, [])) < _OF_A_KIND:
            found[seed.kind].append(seed)
    return found


def _sample(definitions: Definitions) -> list[Seed]:
    campaign = definitions.campaign("2022-spring")
    with tempfile.TemporaryDirectory() as folder:
        write_sample(Path(folder), campaign, definitions.form_of(campaign), definitions.roster)
        return [
            Seed(path.suffix[1:], path.name, path.read_bytes())
            for path in sorted(Path(folder).rglob("*.*"))
            if path.suffix in (".xlsx", ".docx", ".pdf")
        ]
