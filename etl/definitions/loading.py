"""Read config/ whole, and see that its parts agree."""

import tomllib
import zipfile
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar

from etl.definitions.campaign import Campaign
from etl.definitions.form import Form
from etl.definitions.holidays import Holidays, load_holidays
from etl.definitions.limits import Limits
from etl.definitions.other_areas import OtherAreas
from etl.definitions.reminders import Reminders
from etl.definitions.roster import Roster, load_roster
from etl.definitions.rules import Rulebook
from etl.definitions.strict import Strict, checked
from etl.errors import DefinitionError, Refused

Numbered = TypeVar("Numbered", Form, Campaign)


class Definitions(Strict):
    """Everything the office decides, checked."""

    forms: dict[str, Form]
    campaigns: dict[str, Campaign]
    roster: Roster
    rulebook: Rulebook
    limits: Limits
    reminders: Reminders
    holidays: Holidays
    other_areas: OtherAreas
    report: bytes
    """The template of the report that goes up: a .docx."""
    digests: dict[str, str]
    """SHA-256 of every file they were read from, by its path in the folder."""

    def campaign(self, campaign_id: str) -> Campaign:
        if campaign_id not in self.campaigns:
            known = "、".join(sorted(self.campaigns)) or "（一个也没有）"
            raise Refused(f"没有“{campaign_id}”这一期。config/campaigns 里有：{known}")
        return self.campaigns[campaign_id]

    def form_of(self, campaign: Campaign) -> Form:
        return self.forms[campaign.form]


def load_definitions(folder: Path) -> Definitions:
    """The definitions of `folder`. Raises DefinitionError; nothing half-checked ever comes out."""
    if not folder.is_dir():
        raise DefinitionError(f"{folder}：没有这个配置文件夹（RETURNS_CONFIG）")
    forms = {form.id: form for form in _each(Form, folder / "forms")}
    campaigns = {campaign.id: campaign for campaign in _each(Campaign, folder / "campaigns")}
    roster = load_roster(folder)
    rules_file = folder / "rules.toml"
    rulebook = checked(Rulebook, {"rules": read_toml(rules_file)}, rules_file)
    limits_file = folder / "limits.toml"
    limits = checked(Limits, read_toml(limits_file), limits_file)
    for campaign in campaigns.values():
        check_campaign(campaign, folder / "campaigns" / f"{campaign.id}.toml", forms, campaigns, roster)
    reminders_file = folder / "reminders.toml"
    return Definitions(
        forms=forms,
        campaigns=campaigns,
        roster=roster,
        rulebook=rulebook,
        limits=limits,
        reminders=checked(Reminders, read_toml(reminders_file), reminders_file),
        holidays=load_holidays(folder),
        other_areas=_other_areas(folder / "other_areas.toml"),
        report=_report_template(folder / "report.docx"),
        digests=_digests(folder),
    )


def _digests(folder: Path) -> dict[str, str]:
    files = sorted(path for ending in ("toml", "csv", "docx", "xlsx") for path in folder.rglob(f"*.{ending}"))
    return {path.relative_to(folder).as_posix(): sha256(path.read_bytes()).hexdigest() for path in files}


def _other_areas(path: Path) -> OtherAreas:
    """None are known without the file."""
    return checked(OtherAreas, read_toml(path), path) if path.is_file() else OtherAreas()


def _report_template(path: Path) -> bytes:
    if not path.is_file():
        raise DefinitionError(f"{path}：没有工作报告的模板，请从安装包里的 config/ 复制一份")
    content = path.read_bytes()
    if not zipfile.is_zipfile(path):
        raise DefinitionError(f"{path}：应是 Word 文档（.docx）")
    return content


def read_toml(path: Path) -> dict[str, Any]:
    """A TOML file in UTF-8, with or without the mark that Notepad puts first."""
    try:
        return tomllib.loads(path.read_text("utf-8-sig"))
    except FileNotFoundError:
        raise DefinitionError(f"{path}：没有这个文件") from None
    except UnicodeDecodeError:
        raise DefinitionError(f"{path}：应存为 UTF-8 编码") from None
    except tomllib.TOMLDecodeError as why:
        raise DefinitionError(f"{path}：不是合格的 TOML：{why}") from None


def _each(model: type[Numbered], folder: Path) -> list[Numbered]:
    things = [checked(model, read_toml(path), path) for path in sorted(folder.glob("*.toml"))]
    for path, thing in zip(sorted(folder.glob("*.toml")), things, strict=True):
        if thing.id != path.stem:
            raise DefinitionError(f"{path}：id：应与文件名相同（{path.stem}），现在是 {thing.id!r}")
    return things


def check_campaign(
    campaign: Campaign,
    file: Path,
    forms: dict[str, Form],
    campaigns: dict[str, Campaign],
    roster: Roster,
) -> None:
    """See that the campaign speaks of a form, a festival and kinds that exist."""

    def allowed(key: str, value: str, choices: Any) -> None:
        if value not in choices:
            said = "、".join(choices) or "空的（还没有别的）"
            raise DefinitionError(f"{file}：{key}：只能是 {said}，现在是 {value!r}")

    allowed("form", campaign.form, forms)
    allowed("festival", campaign.festival, forms[campaign.form].festivals)
    for kind in campaign.owes:
        allowed("owes", kind, roster.kinds)
    absent = [kind for kind in roster.kinds if kind not in campaign.owes]
    if absent:
        raise DefinitionError(f"{file}：owes：花名册里有“{'、'.join(absent)}”，要写明报什么（可以是 []）")
    titles = [other.id for other in campaigns.values() if other.title == campaign.title]
    if len(titles) > 1:
        raise DefinitionError(f"{file}：title：“{campaign.title}”在 {'、'.join(titles)} 重复")
