"""The same lives of a submission where share and archive are in a bucket (SQLite: no database can change that)."""

from collections.abc import Callable, Iterator

import pytest

from etl.edges.places import BucketUrl
from etl.settings import PROJECT, Settings
from tests.desk import Desk
from tests.journeys import test_life_of_a_submission as life


@pytest.fixture
def desk(bucket: str, new_url: Callable[[str], str]) -> Iterator[Desk]:
    share, archive = BucketUrl(bucket, "双拥/share"), BucketUrl(bucket, "archive")
    with Desk.at(Settings(share, archive, new_url("sqlite"), PROJECT / "config")) as desk:
        yield desk


test_a_good_form_is_accepted_counted_and_leaves_the_inbox_once_its_receipt_stands = (
    life.test_a_good_form_is_accepted_counted_and_leaves_the_inbox_once_its_receipt_stands
)
test_a_corrected_file_replaces_the_first_and_a_returned_one_never_does = (
    life.test_a_corrected_file_replaces_the_first_and_a_returned_one_never_does
)
test_the_same_bytes_again_are_a_duplicate_that_changes_nothing_in_force = (
    life.test_the_same_bytes_again_are_a_duplicate_that_changes_nothing_in_force
)
test_twice_the_same_run_changes_nothing = life.test_twice_the_same_run_changes_nothing
test_after_the_deadline_a_new_date_is_new_for_who_is_missing_and_not_for_the_summary = (
    life.test_after_the_deadline_a_new_date_is_new_for_who_is_missing_and_not_for_the_summary
)
test_what_comes_after_closing_is_held_and_an_error_still_wins = (
    life.test_what_comes_after_closing_is_held_and_an_error_still_wins
)
