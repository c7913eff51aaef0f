"""Write the sample: the truth first, then the three waves of files made from it."""

import os
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

from etl.books.blank import common_blank, unit_blank
from etl.definitions import Campaign, Form, Roster
from etl.model import Material
from etl.sample.by_hand import draw_layout, type_by_hand
from etl.sample.issued import fill_blank
from etl.sample.narratives import narrative
from etl.sample.packing import torn
from etl.sample.plan import Sending, plan_sample
from etl.sample.truth import SampleTruth, moments_of, truth_of
from etl.sample.typing_in import type_page

WAVE_FOLDERS = ("第一批", "第二批", "第三批")
TRUTH_FILE = "truth.json"


def write_sample(
    folder: Path, campaign: Campaign, form: Form, roster: Roster, seed: int = 2022
) -> SampleTruth:
    """Write truth.json and the files of three waves into `folder` (made if need be); equal seeds, equal bytes.

    Drop each wave's files into the inbox and run at its moment. Refused for a form of another kind.
    """
    plan = plan_sample(campaign, form, roster, seed)
    truth = truth_of(plan, campaign, form, roster, seed)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / TRUTH_FILE).write_text(truth.as_json(WAVE_FOLDERS), "utf-8")
    common = common_blank(form, campaign, campaign.units(roster))
    written: dict[str, bytes] = {}
    for sending in plan:
        rng = Random(sending.seed)
        saved = _saved(sending, campaign, rng)
        content = written[sending.repeats.seed] if sending.repeats else None
        written[sending.seed] = content or _made(sending, campaign, form, common, saved, rng)
        _write(folder / WAVE_FOLDERS[sending.act.wave - 1] / sending.path, written[sending.seed], saved)
    return truth


def _saved(sending: Sending, campaign: Campaign, rng: Random) -> datetime:
    """When the clerk last saved it: in the day and a half before it is dropped."""
    return moments_of(campaign)[sending.act.wave - 1] - timedelta(minutes=rng.randint(20, 36 * 60))


def _made(
    sending: Sending, campaign: Campaign, form: Form, common: bytes, saved: datetime, rng: Random
) -> bytes:
    if sending.act.material is Material.NARRATIVE:
        return narrative(sending, campaign, form, saved, rng)
    page = type_page(sending, form, rng)
    if sending.layout == "typed":
        layout = draw_layout(sending, form, campaign, page, rng)
        return type_by_hand(layout, page, form, sending.calls_itself, saved)
    if sending.layout == "common":
        return fill_blank(common, form, page, saved, sending.unit.name)
    filled = fill_blank(unit_blank(form, campaign, sending.unit), form, page, saved)
    return torn(filled) if sending.act.flaw == "torn" else filled


def _write(path: Path, content: bytes, saved: datetime) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    os.utime(path, (saved.timestamp(), saved.timestamp()))
