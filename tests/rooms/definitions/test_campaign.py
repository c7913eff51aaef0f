"""A campaign: who owes what, judged on the deadline's date in the campaign's own zone."""

from datetime import UTC, date, datetime, timedelta

import pytest

from etl.definitions import Campaign, Definitions, Roster, Unit
from etl.model import Material

SECOND = timedelta(seconds=1)


def unit(code: str, kind: str = "镇街", **dates: date) -> Unit:
    return Unit(code=code, name=code, kind=kind, **dates)


@pytest.fixture
def campaign(definitions: Definitions) -> Campaign:
    return definitions.campaign("2022-spring")


def test_units_are_those_that_exist_on_the_deadlines_date(campaign: Campaign) -> None:
    roster = Roster(
        units=(
            unit("always"),
            unit("ends the day before", valid_to=date(2022, 2, 9)),
            unit("ends that day", valid_to=date(2022, 2, 10)),
            unit("begins that day", valid_from=date(2022, 2, 10)),
            unit("begins the day after", valid_from=date(2022, 2, 11)),
        )
    )
    assert [one.code for one in campaign.units(roster)] == ["always", "ends that day", "begins that day"]


def test_the_deadlines_date_is_that_of_the_campaigns_zone(campaign: Campaign) -> None:
    early = campaign.model_copy(update={"deadline": datetime.fromisoformat("2022-02-10T00:30:00+08:00")})
    assert early.deadline.astimezone(UTC).date() == date(2022, 2, 9)
    assert early.deadline_date == date(2022, 2, 10)
    in_utc = early.model_copy(update={"deadline": datetime.fromisoformat("2022-02-09T17:00:00+00:00")})
    assert in_utc.deadline_date == date(2022, 2, 10)


def test_owed_are_the_pairs_of_each_units_kind_in_roster_order(campaign: Campaign) -> None:
    roster = Roster(units=(unit("B01", "成员单位"), unit("G01", "驻铜部队"), unit("T06")))
    assert [(one.code, material) for one, material in campaign.owed(roster)] == [
        ("B01", Material.STATISTICS),
        ("B01", Material.NARRATIVE),
        ("T06", Material.STATISTICS),
        ("T06", Material.NARRATIVE),
    ]


def test_a_unit_that_is_gone_by_the_deadline_owes_nothing(campaign: Campaign) -> None:
    assert campaign.owed(Roster(units=(unit("T06", valid_to=date(2022, 2, 9)),))) == ()


def test_at_the_deadline_exactly_nothing_is_late_and_at_closing_nothing_closed(campaign: Campaign) -> None:
    assert not campaign.is_late(campaign.deadline)
    assert campaign.is_late(campaign.deadline + SECOND)
    assert not campaign.is_closed(campaign.closes)
    assert campaign.is_closed(campaign.closes + SECOND)


def test_the_notices_own_campaign_has_the_dates_of_the_notice(campaign: Campaign) -> None:
    assert campaign.opens.isoformat() == "2022-01-10T00:00:00+08:00"
    assert campaign.deadline.isoformat() == "2022-02-10T23:59:59+08:00"
    assert campaign.closes.isoformat() == "2022-03-10T23:59:59+08:00"
    assert campaign.zone == "Asia/Shanghai"
