"""Rules change safely: tried on what is stored first, and what is stored judged anew by one command."""

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from etl.decide import Who, accept
from etl.errors import Refused
from etl.replay import recheck, replay
from etl.settings import PROJECT, Settings
from tests.desk import BEFORE_DEADLINE, CAMPAIGN, NEXT_DAY, Desk

WRONG_SUM = {"D9": 8}
"""总计 of the money, 6.1 by its parts."""


@pytest.fixture
def own_config(settings: Settings, tmp_path: Path) -> Settings:
    """A config/ of the test's own, to be edited."""
    shutil.copytree(PROJECT / "config", tmp_path / "config")
    return Settings(settings.share, settings.archive, settings.warehouse, tmp_path / "config")


def edit(settings: Settings, rule: str, **values: str) -> None:
    path = settings.config / "rules.toml"
    text = path.read_text("utf-8")
    start = text.index(f"[{rule}]")
    end = text.find("\n[", start)
    section = text[start : end if end > 0 else len(text)]
    changed = section
    for key, value in values.items():
        changed = re.sub(rf"(?m)^{key}\s*=.*$", f'{key} = "{value}"', changed)
    assert changed != section
    path.write_text(text.replace(section, changed), "utf-8")


@contextmanager
def filled_desk(settings: Settings) -> Iterator[Desk]:
    with Desk.at(settings) as desk:
        desk.drop("一.xlsx", desk.filled("巴川街道"))
        desk.drop("二.xlsx", desk.filled("南城街道", **WRONG_SUM))
        desk.run()
        yield desk


def statuses(desk: Desk, at: str = BEFORE_DEADLINE) -> dict[str, str]:
    return {one["unit"]: one["status"] for one in desk.export(at)["submissions"]}


def test_a_rule_that_is_off_is_tried_on_what_is_stored_and_nothing_changes(own_config: Settings) -> None:
    edit(own_config, "column_sum_money", mode="off")
    with filled_desk(own_config) as desk:
        before, files = desk.export(), desk.files_on_share()
        hits = replay(["column_sum_money"], desk.office)
        assert [(one.looked_at, one.hit, one.accepted) for one in hits] == [(2, 1, 1)]
        assert hits[0].examples[0][:2] == ("2022-spring-000002", "南城街道")
        assert "总计" in hits[0].examples[0][2]
        assert (desk.export(), desk.files_on_share()) == (before, files)


def test_a_rule_that_does_not_exist_is_named(own_config: Settings) -> None:
    with Desk.at(own_config) as desk, pytest.raises(Refused, match="没有这样的规则：colum_sum"):
        replay(["colum_sum"], desk.office)


def test_what_was_returned_is_accepted_once_the_rule_is_milder(own_config: Settings) -> None:
    with filled_desk(own_config) as desk:
        assert statuses(desk) == {"巴川街道": "accepted", "南城街道": "returned"}
    edit(own_config, "column_sum_money", limit="5")
    with Desk.at(own_config) as desk:
        done = recheck(CAMPAIGN, desk.office)
        assert done.judged_anew == ("2022-spring-000002",)
        assert statuses(desk) == {"巴川街道": "accepted", "南城街道": "accepted"}
        assert "已收下" in desk.receipts("南城街道")[0]


def test_what_was_accepted_is_left_to_a_person_when_a_rule_is_stricter(own_config: Settings) -> None:
    edit(own_config, "column_sum_money", limit="5")
    with filled_desk(own_config) as desk:
        assert statuses(desk) == {"巴川街道": "accepted", "南城街道": "accepted"}
    edit(own_config, "column_sum_money", limit="0.01")
    with Desk.at(own_config) as desk:
        files = desk.files_on_share()
        done = recheck(CAMPAIGN, desk.office)
        assert done.judged_anew == ()
        assert [number for number, _ in done.for_a_person] == ["2022-spring-000002"]
        assert statuses(desk) == {"巴川街道": "accepted", "南城街道": "accepted"}
        assert desk.files_on_share() == files


def test_nothing_new_to_say_changes_nothing(own_config: Settings) -> None:
    with filled_desk(own_config) as desk:
        accept("二.xlsx", Who("王主任", "核实过"), desk.office)
        before, files = desk.export(NEXT_DAY), desk.files_on_share()
        done = recheck(CAMPAIGN, desk.office)
        assert (done.judged_anew, done.for_a_person) == ((), ())
        assert (desk.export(NEXT_DAY), desk.files_on_share()) == (before, files)
