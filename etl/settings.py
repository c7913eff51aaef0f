"""Where things are: four settings from the environment, each with a default under var/."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from etl.edges.places import Place, place_said
from etl.errors import DefinitionError

PROJECT = Path(__file__).resolve().parents[1]
PREFIX = "RETURNS_"


@dataclass(frozen=True, slots=True)
class Settings:
    """`warehouse` is a SQLAlchemy URL, `log` text or json (etl/journal.py), `config` a folder; share and archive are
    folders, or parts of a bucket."""

    share: Place
    archive: Place
    warehouse: str
    config: Path
    log: str = "text"

    @property
    def data_docs(self) -> Place:
        """The pages for the data engineer: beside the archive, which is never on the share."""
        return self.archive.with_name("data-docs")


def load_settings(environment: Mapping[str, str] = os.environ) -> Settings:
    """Settings from RETURNS_* (or the file that RETURNS_*_FILE names, for secrets)."""
    var = PROJECT / "var"
    return Settings(
        share=_place(environment, "SHARE", var / "share"),
        archive=_place(environment, "ARCHIVE", var / "archive"),
        warehouse=one_setting(environment, "WAREHOUSE", f"sqlite:///{var / 'warehouse.db'}"),
        config=Path(one_setting(environment, "CONFIG", str(PROJECT / "config"))).absolute(),
        log=one_setting(environment, "LOG", "text"),
    )


def _place(environment: Mapping[str, str], name: str, default: Path) -> Place:
    try:
        return place_said(one_setting(environment, name, str(default)))
    except ValueError as why:
        raise DefinitionError(f"{PREFIX}{name}：{why}") from None


def one_setting(environment: Mapping[str, str], name: str, default: str) -> str:
    """The value of RETURNS_<name>, or of the file that RETURNS_<name>_FILE names. Raises DefinitionError."""
    key = f"{PREFIX}{name}"
    if environment.get(key):
        return environment[key]
    named = environment.get(f"{key}_FILE")
    if not named:
        return default
    try:
        value = Path(named).read_text("utf-8").strip()
    except OSError as why:
        raise DefinitionError(f"{key}_FILE：读不了 {named}（{why.strerror}）") from None
    except UnicodeDecodeError:
        value = ""
    if not value:
        raise DefinitionError(f"{key}_FILE：{named} 应是一行 UTF-8 文字")
    return value
