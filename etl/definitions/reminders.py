"""The ladder of reminders (config/reminders.toml): on which working days who owes something is reminded of it."""

from datetime import date
from typing import Annotated, Self

from pydantic import Field, model_validator

from etl.definitions.holidays import Holidays
from etl.definitions.strict import Strict

_LONGEST = 60
_Before = Annotated[int, Field(ge=0, le=_LONGEST)]
_After = Annotated[int, Field(ge=1, le=_LONGEST)]


class Reminders(Strict):
    """All counted in working days. `before_deadline` 0 is the day of the deadline, or the last working day
    before it."""

    before_deadline: tuple[_Before, ...]
    overdue: tuple[_After, ...]
    returned: _After

    def step(self, deadline: date, today: date, holidays: Holidays) -> int | None:
        """The step whose day is today, before the deadline as a negative number; None on any other day."""
        numbers = (*(-number for number in self.before_deadline), *self.overdue)
        return next((number for number in numbers if holidays.working_day(deadline, number) == today), None)

    def reached(self, deadline: date, today: date, holidays: Holidays) -> int | None:
        """The last step whose day has come, so that a day on which nobody ran is made up for; None before
        the first."""
        numbers = (*(-number for number in self.before_deadline), *self.overdue)
        return max(
            (number for number in numbers if holidays.working_day(deadline, number) <= today), default=None
        )

    def is_overdue_return(self, returned: date, today: date, holidays: Holidays) -> bool:
        """Whether what was returned on that day should have come again by now."""
        return holidays.working_day(returned, self.returned) <= today

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        for key in ("before_deadline", "overdue"):
            numbers = getattr(self, key)
            if len(set(numbers)) < len(numbers):
                raise ValueError(f"{key}：同一天写了两次")
        return self
