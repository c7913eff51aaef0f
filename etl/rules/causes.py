"""Why sums fail: one wrong figure, one cause. Pure and exact; amounts are millionths of their unit.

A wrong part shows in every sum that it is part of: in its row's 合计 and its column's 总计. So we put one
figure right in thought, let the sums that hold follow it as a formula would, and see which of the failing
sums come right and whether any comes wrong. The figure that puts most right by changing least is the cause.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from etl.rules.sums import Cell, Sum

HOLDS, ROUNDED, FAILS = range(3)
"""How a sum stands: within its limit; so near that rounding before adding explains it; beyond that."""

Change = dict[Cell, int]
Hint = Callable[[Change], bool]


@dataclass(frozen=True, slots=True)
class Cause:
    """`gaps` are the sums that go wrong together, failing ones first, each with its stated minus parts.

    `cell` says `error` too much and so explains them. It is `proven` where no other figure explains them
    as well, and it is not just the stated figure of the only sum.
    """

    cell: Cell
    error: int
    gaps: Mapping[Sum, int]
    proven: bool


@dataclass(frozen=True)
class Account:
    """The sums of one form that can be judged, parts before what is made of them.

    `gaps`: stated minus parts. `limits`: a gap within them is right. `slack`: a gap within it is no error.
    `derived`: sums that nobody typed. `amounts`: what each figure says.
    """

    gaps: Mapping[Sum, int]
    limits: Mapping[Sum, int]
    slack: Mapping[Sum, int]
    derived: frozenset[Cell]
    amounts: Mapping[Cell, int]

    def state(self, item: Sum, gap: int) -> int:
        if abs(gap) <= self.limits[item]:
            return HOLDS
        return ROUNDED if abs(gap) <= self.slack[item] else FAILS

    @cached_property
    def states(self) -> dict[Sum, int]:
        return {item: self.state(item, gap) for item, gap in self.gaps.items()}

    @cached_property
    def holding(self) -> list[Sum]:
        return [item for item, state in self.states.items() if state == HOLDS]

    def followed(self, change: Change) -> Change:
        """The change, and with it every sum that holds now and would follow as a formula does."""
        changed = dict(change)
        for item in self.holding:
            by = sum(changed.get(part, 0) for part in item.parts)
            if by:
                changed.setdefault(item.stated, by)
        return changed

    def put_right(self, change: Change) -> "Account":
        """The account once the change is made and followed."""
        changed = self.followed(change)
        gaps = {item: gap + _turn(item, changed) for item, gap in self.gaps.items()}
        amounts = {cell: amount + changed.get(cell, 0) for cell, amount in self.amounts.items()}
        return Account(gaps, self.limits, self.slack, self.derived, amounts)


def _turn(item: Sum, changed: Change) -> int:
    """What a change does to a sum's gap."""
    return changed.get(item.stated, 0) - sum(changed.get(part, 0) for part in item.parts)


@dataclass(frozen=True, slots=True)
class _Guess:
    """`worth`: how many failing sums it settles, how much better all stand, how few typed figures change."""

    cell: Cell
    error: int
    sums: tuple[Sum, ...]
    worth: tuple[int, int, int]


def find_causes(account: Account, failing: Sequence[Sum], hint: Hint) -> tuple[list[Cause], Account]:
    """The causes of `failing`, and the account with all of them put right.

    `hint` says whether a change would also settle something else that is wrong; it decides between
    figures that explain a sum equally well.
    """
    causes, certain = [], True
    left = list(failing)
    while tied := _best(account, left, hint):
        guess = next((one for one in tied if one.cell == one.sums[0].stated), tied[0])
        causes.append(_cause(guess, account, proven=certain and len(tied) == 1))
        # What follows from one of several equal parts is no surer than the choice among them.
        certain = certain and (len(tied) == 1 or guess.cell == guess.sums[0].stated)
        account = account.put_right({guess.cell: -guess.error})
        left = [item for item in left if account.states[item] == FAILS]
    alone = [
        Cause(item.stated, account.gaps[item], {item: account.gaps[item]}, proven=False) for item in left
    ]
    return causes + alone, account


def _cause(guess: _Guess, account: Account, proven: bool) -> Cause:
    is_sum_itself = guess.cell == guess.sums[0].stated and len(guess.sums) == 1
    gaps = {item: account.gaps[item] for item in guess.sums}
    return Cause(guess.cell, guess.error, gaps, proven and not is_sum_itself)


def _best(account: Account, failing: Sequence[Sum], hint: Hint) -> list[_Guess]:
    """The guesses that explain one of the failing sums best; several where they are equally good."""
    best: list[_Guess] = []
    for item in failing:
        tied = _tied(account, item, hint)
        if tied and (not best or _rank(tied) > _rank(best)):
            best = tied
    return best


def _rank(tied: Sequence[_Guess]) -> tuple[tuple[int, int, int], bool]:
    return tied[0].worth, len(tied) == 1


def _tied(account: Account, item: Sum, hint: Hint) -> list[_Guess]:
    guesses = [guess for cell in _upstream(account, item) if (guess := _guess(account, item, cell))]
    worth = max((guess.worth for guess in guesses), default=None)
    tied = [guess for guess in guesses if guess.worth == worth]
    hinted = [guess for guess in tied if hint({guess.cell: -guess.error})]
    return hinted if len(hinted) == 1 else tied


def _upstream(account: Account, item: Sum) -> list[Cell]:
    """The typed figures that the sum is made of, its own among them, also by way of sums that hold."""
    cells = list(item.cells)
    for other in reversed(account.holding):
        if other.stated in cells:
            cells += [part for part in other.parts if part not in cells]
    return [cell for cell in cells if cell not in account.derived]


def _guess(account: Account, item: Sum, cell: Cell) -> _Guess | None:
    """Put `cell` right so that `item` holds exactly; None if that cannot be or sets another sum wrong."""
    turn = _turn(item, account.followed({cell: 1}))
    if abs(turn) != 1:
        return None
    error = account.gaps[item] * turn
    changed = account.followed({cell: -error})
    if any(account.amounts[at] + by < 0 for at, by in changed.items()):
        return None
    before = account.states
    turned = {one: turn for one in before if (turn := _turn(one, changed))}
    after = {one: account.state(one, account.gaps[one] + turn) for one, turn in turned.items()}
    if any(after[one] == FAILS > before[one] for one in after):
        return None
    helped = sorted((one for one in after if after[one] < before[one]), key=before.__getitem__, reverse=True)
    settled = sum(before[one] == FAILS for one in helped)
    gained = sum(before[one] - after[one] for one in after)
    typed = sum(at not in account.derived for at in changed)
    return _Guess(cell, error, tuple(helped), (settled, gained, -typed))
