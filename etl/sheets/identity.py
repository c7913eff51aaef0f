"""Who sent a file, as far as it says so itself: four sources that must agree, and no guess."""

from collections.abc import Sequence
from pathlib import PurePosixPath

from etl.definitions import Unit
from etl.masking import masked
from etl.model import Finding, HiddenIdentity, Reading, Sender
from etl.sheets.names import Names, names_of
from etl.sheets.plain_text import clean_text

HIDDEN, WRITTEN, FILE_NAME, FOLDER = "隐藏标识", "填报单位", "文件名", "文件夹"
"""The four sources, in the order in which they are named."""

_SAYS = {
    HIDDEN: "空白表原是发给{}的",
    WRITTEN: "填报单位写的是{}",
    FILE_NAME: "文件名写的是{}",
    FOLDER: "文件夹写的是{}",
}
_ASK = "请联系区双拥办确认是哪个单位报的。"
_QUOTED = 30

Said = tuple[str, Unit]
"""A source and the unit that it names."""


def match_unit(text: str, units: Sequence[Unit], elsewhere: tuple[str, ...] = ()) -> Unit | None:
    """The one unit that the text names: whole by name or alias, else contained. None: nobody or several."""
    named = names_of(units, elsewhere).named_in(text)
    return named[0] if len(named) == 1 else None


def near_matches(text: str, units: Sequence[Unit], most: int = 3) -> tuple[Unit, ...]:
    """Units whose names look like the text, the likest first: suggestions for the person who decides."""
    return names_of(units).like(text, most)


def sender_of(reading: Reading, file: str, units: Sequence[Unit], elsewhere: tuple[str, ...] = ()) -> Sender:
    """The sender of what was read. Where no form was found, text at 填报单位 speaks only if it names a unit: it may
    be the header of a list."""
    text = reading.form.unit_text if reading.form else reading.unit_text
    if text and not reading.form and match_unit(text, units, elsewhere) is None:
        text = None
    return who_sent(reading.identity, text, file, units, elsewhere)


def who_sent(
    hidden: HiddenIdentity | None,
    unit_text: str | None,
    file: str,
    units: Sequence[Unit],
    elsewhere: tuple[str, ...] = (),
) -> Sender:
    """The sender by DESIGN's four sources; without a unit, and with a doubt, where they leave any.

    `unit_text` is what stands at 填报单位 (None or blank: nothing), `file` the path in the inbox, `units`
    those of the campaign, `elsewhere` names of other areas (see names.py). Only a unit typed over in an
    issued blank overrides its hidden identity.
    """
    names = names_of(units, elsewhere)
    written = names.named_in(unit_text) if unit_text and names.bare(unit_text) else None
    if unit_text and written is not None and len(written) != 1:
        return Sender(None, doubt=_unclear(unit_text, names))
    issued_to = names.by_code.get(hidden.unit) if hidden and hidden.unit else None
    typed = written[0] if written else None
    is_borrowed = issued_to is not None and typed is not None and typed is not issued_to
    said: list[Said] = [(HIDDEN, issued_to)] if issued_to and not is_borrowed else []
    said += [(WRITTEN, typed)] if typed else []
    said += _said_by_path(file, names)
    if not said:
        return Sender(None, doubt=_nobody(hidden, file, names))
    source, unit = said[0]
    if any(other is not unit for _, other in said):
        return Sender(None, doubt=_contradiction(said))
    findings: tuple[Finding, ...] = ()
    if issued_to and is_borrowed:
        findings = (Finding("borrowed_blank", facts={"issued_to": issued_to.name, "unit": unit.name}),)
    return Sender(unit.code, source, findings=findings)


def _said_by_path(file: str, names: Names) -> list[Said]:
    """What the file's name and the folders on its way say; a folder only if its whole name is a unit's."""
    path = PurePosixPath(file)
    in_name = names.named_in(path.stem)
    said: list[Said] = [(FILE_NAME, in_name[0])] if len(in_name) == 1 else []
    called = (names.called(folder) for folder in path.parts[:-1])
    return said + [(FOLDER, found[0]) for found in called if len(found) == 1]


def _unclear(unit_text: str, names: Names) -> str:
    quoted, standing = _quoted(unit_text), names.standing_in(unit_text)
    if len(standing) > 1:
        return f"填报单位写的是“{quoted}”，里面不止一个单位（{_listed(standing)}）。{_ASK}"
    near = names.like(unit_text, 1)
    perhaps = f"，是不是{near[0].name}？" if near else "。"
    return f"填报单位写的是“{quoted}”，本期花名册里没有这个单位{perhaps}{_ASK}"


def _nobody(hidden: HiddenIdentity | None, file: str, names: Names) -> str:
    stem = PurePosixPath(file).stem
    standing = names.standing_in(stem)
    if len(standing) > 1:
        return f"文件名里不止一个单位（{_listed(standing)}）。{_ASK}"
    if standing or names.speaks_of_elsewhere(stem):
        return f"文件名写的是“{_quoted(stem)}”，像是别的区县的单位，本期花名册里没有。{_ASK}"
    if hidden and hidden.unit:
        return f"这张空白表原是发给代码为“{_quoted(hidden.unit)}”的单位的，本期花名册里没有它。{_ASK}"
    return f"填报单位、文件名和文件夹都没有写明单位。{_ASK}"


def _contradiction(said: Sequence[Said]) -> str:
    first = dict.fromkeys(unit.code for _, unit in said)
    told = [next((s, u) for s, u in said if u.code == code) for code in first]
    sources = "，".join(_SAYS[source].format(unit.name) for source, unit in told)
    return f"{sources}，互相不一致。{_ASK}"


def _listed(units: Sequence[Unit]) -> str:
    more = "等" if len(units) > 3 else ""
    return "、".join(unit.name for unit in units[:3]) + more


def _quoted(text: str) -> str:
    whole = masked(" ".join(clean_text(text).split()))
    return whole if len(whole) <= _QUOTED else whole[:_QUOTED] + "…"
