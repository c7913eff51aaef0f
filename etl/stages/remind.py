"""Remind: who still owes what, kept up to date day by day."""

from datetime import datetime
from pathlib import Path

from etl.office import Office
from etl.stages.publish import DAY_BY_DAY, publish
from etl.stages.summarise import summarise


def remind(campaign_id: str, as_of: datetime, office: Office) -> list[Path]:
    """Refresh the missing list, the letter and the page, whose overdue days grow every day after the deadline.

    Returns the files written, none where nothing is new. Raises as `summarise` and `publish` do.
    """
    return publish(summarise(campaign_id, as_of, office), office, DAY_BY_DAY)
