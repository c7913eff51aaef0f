"""The ladder of reminders (config/reminders.toml): when who owes something is reminded of it."""

from datetime import date
from typing import Annotated, Self

from pydantic import Field, model_validator

from etl.definitions.holidays import Holidays
from etl.definitions.strict import Strict
from etl.model import Since, Step

_LONGEST = 60
_Before = Annotated[int, Field(ge=0, le=_LONGEST)]
_After = Annotated[int, Field(ge=1, le=_LONGEST)]


class Reminders(Strict):
    """All counted in working days. `before_deadline` 0 is the day of the deadline, or the last working day
    before it; `returned` counts from the day on which the file came that had to go back."""

    before_deadline: tuple[_Before, ...]
    overdue: tuple[_After, ...]
    returned: tuple[_After, ...]

    def reached(
        self, since: Since, start: date, today: date, after: date | None, holidays: Holidays
    ) -> Step | None:
        """The last step, counted from `start`, whose day has come by `today`; None before the first.

        Steps up to the day `after` are behind: whoever was reminded then is not reminded of them later.
        """
        days = [(holidays.working_day(start, number), Step(since, number)) for number in self._numbers(since)]
        reached = [(day, step) for day, step in days if day <= today and (after is None or day > after)]
        return max(reached, key=lambda each: each[0])[1] if reached else None

    def _numbers(self, since: Since) -> tuple[int, ...]:
        if since is Since.RETURNED:
            return self.returned
        return (*(-number for number in self.before_deadline), *self.overdue)

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        for key in ("before_deadline", "overdue", "returned"):
            numbers = getattr(self, key)
            if len(set(numbers)) < len(numbers):
                raise ValueError(f"{key}：同一天写了两次")
        return self
