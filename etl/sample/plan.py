"""Which unit drops which file when, and under what name: the whole campaign before any file is made."""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from etl.definitions import Campaign, Form, Roster, Unit
from etl.model import Material
from etl.sample.figures import DrawnForm, better, check_form, draw_form, nil_form
from etl.sample.stories import VOLUNTARY, Act, Story, stories_for


@dataclass(frozen=True, slots=True)
class Sending:
    """One file to make. `calls_itself` is the 填报单位 it names; `seed` draws how the clerk lays it out.

    `repeats` is the earlier sending whose bytes it has.
    """

    unit: Unit
    act: Act
    path: str
    layout: str
    figures: DrawnForm
    calls_itself: str
    seed: str
    repeats: "Sending | None" = None


def plan_sample(campaign: Campaign, form: Form, roster: Roster, seed: int) -> tuple[Sending, ...]:
    """Every file of the three waves, in the order of waves and roster. Refused for another kind of form."""
    check_form(form)
    units = campaign.units(roster)
    owing = [unit for unit in units if campaign.owes[unit.kind]]
    free = [unit for unit in units if not campaign.owes[unit.kind]]
    told = list(stories_for(len(owing)))
    Random(f"{seed}/stories").shuffle(told)
    played = dict(zip([unit.code for unit in owing], told, strict=True))
    played |= {unit.code: VOLUNTARY for unit in free[:1]}
    others = {unit.code: owing[at - 1] for at, unit in enumerate(owing)}
    sendings = [
        sending
        for unit in units
        if unit.code in played
        for sending in _unit_sends(unit, played[unit.code], others.get(unit.code, unit), campaign, form, seed)
    ]
    return tuple(sorted(sendings, key=lambda sending: sending.act.wave))


def _unit_sends(
    unit: Unit, story: Story, other: Unit, campaign: Campaign, form: Form, seed: int
) -> Iterator[Sending]:
    """The files of one unit. `other` is whose name stands in a form that contradicts its file name."""
    rng = Random(f"{seed}/{unit.code}")
    first = nil_form(form) if story.nil else draw_form(form, unit.kind, rng)
    editions = {1: first, 2: first if story.nil else better(form, first, rng)}
    newest = max((act.edition for act in story.acts), default=1)
    sent: list[Sending] = []
    for act in story.acts:
        if act.material not in campaign.owes[unit.kind] and story is not VOLUNTARY:
            continue
        told = newest if act.material is Material.NARRATIVE else act.edition
        layout = act.layout or rng.choices(("issued", "typed", "common"), (11, 7, 2))[0]
        repeats = sent[0] if act.repeats else None
        is_again = any(earlier.act.material is act.material for earlier in sent)
        sending = Sending(
            unit=unit,
            act=act,
            path=_path(unit, act, layout, campaign, is_again, rng),
            layout=repeats.layout if repeats else layout,
            figures=editions[told],
            calls_itself=other.name if act.flaw == "other_name" else _called(unit, rng),
            seed=f"{seed}/{unit.code}/{act.wave}/{act.material}",
            repeats=repeats,
        )
        sent.append(sending)
        yield sending


def _path(unit: Unit, act: Act, layout: str, campaign: Campaign, is_again: bool, rng: Random) -> str:
    """A name as clerks give them; every one but the nameless says who sent it, or its folder does."""
    name, title = _called(unit, rng), campaign.title
    if act.flaw == "no_name":
        return f"{title}双拥工作总结（定稿）.docx"
    if act.flaw == "other_name":
        return f"{unit.name}统计表.xlsx"
    mark = rng.choice(("（修改）", "（更正）", "(1)", "-重报")) if is_again else ""
    if act.material is Material.NARRATIVE:
        shapes = (
            "{name}{title}双拥工作总结{mark}",
            "{name}{title}双拥工作总结{mark}",
            "关于{title}期间双拥工作情况的总结（{name}）{mark}",
            "{name}双拥工作小结{mark}",
            "{unit}/{title}双拥工作总结{mark}",
        )
    else:
        shapes = (
            "{name}统计表{mark}",
            "{name}{title}双拥统计表{mark}",
            "附件：{title}双拥活动情况统计表（{name}）{mark}",
            "{title}期间双拥活动情况统计表-{name}{mark}",
            "{unit}/统计表{mark}",
        )
    stem = rng.choice(shapes).format(name=name, title=title, unit=unit.name, mark=mark)
    return f"{stem}.{'xlsx' if act.material is Material.STATISTICS else layout}"


def _called(unit: Unit, rng: Random) -> str:
    """A name that people use for the unit: 区财政局, 铜梁区财政局, 区教委, 土桥镇人民政府."""
    name = rng.choice((unit.name, unit.name, *unit.aliases))
    if name.startswith("区") and unit.parent and rng.random() < 0.4:
        return unit.parent + name.removeprefix("区")
    return name
