"""Finalise (定稿): a person approves what was published; from then on a change comes out as a 更正."""

from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import PurePosixPath

from sqlalchemy import Connection

from etl.books.approval import approval_request
from etl.books.words import moment
from etl.definitions import Campaign, Form
from etl.errors import Refused
from etl.masking import shown
from etl.model import Seal, Summary
from etl.office import Office
from etl.stages.publish import facts_of, publish
from etl.stages.sealed import approved_by, sealed_figures
from etl.stages.summarise import summarise
from etl.warehouse import catalogue, decisions, seals
from etl.warehouse.decisions import Decision
from etl.warehouse.questions import ask


@dataclass(frozen=True, slots=True)
class Request:
    """What a person is asked to approve: the digest of it, and in Chinese (Markdown) what it says."""

    facts: str
    said: str


@dataclass(frozen=True, slots=True)
class Approval:
    """`by` approved at `at` (aware); `facts` is the digest that was shown, None: whatever stands now."""

    by: str
    at: datetime
    why: str = "审批定稿"
    facts: str | None = None


def request_approval(campaign_id: str, office: Office) -> Request:
    """What stands published, put to a person. Raises Refused where there is nothing new to approve."""
    campaign, form = office.opened(campaign_id)
    summary = _as_published(campaign_id, office)
    facts = facts_of(summary, form, campaign)
    _refuse_twice(summary, facts, campaign)
    return Request(facts, approval_request(summary, form, campaign))


def finalise(campaign_id: str, approval: Approval, office: Office) -> tuple[Seal, list[PurePosixPath]]:
    """Seal what was published last, and publish it anew with who approved it and when.

    Begins:  the caller holds the run lock.
    Ends:    the seal, its figures and its row in the audit trail stand; every published file bears it.
    Touches: warehouse (one transaction), then share and warehouse as `publish` does.
    Again:   the same approval (person and moment) is kept once, and published if it was not yet.
    Raises:  Refused where nothing was published, the figures changed since they were shown, nothing
             changed since the last seal, or the approver was the last to claim or waive a file.
    """
    campaign, form = office.opened(campaign_id)
    summary = _as_published(campaign_id, office)
    facts, by = facts_of(summary, form, campaign), shown(approval.by.strip())
    if summary.seal is None or (summary.seal.by, summary.seal.sealed_at) != (by, approval.at):
        _refuse_twice(summary, facts, campaign)
        if approval.facts not in (None, facts):
            raise Refused("审批以后数字或报送情况又变了，这次审批没有用上。请重新提交审批。")
        with office.warehouse.writing() as connection:
            _refuse_own_hand(connection, by, campaign)
            number = summary.seal.number + 1 if summary.seal else 1
            seal = Seal(number, by, approval.at, summary.as_of, facts, _made_with(form, office))
            seals.record(connection, campaign_id, seal, sealed_figures(connection, summary, form))
            decisions.record(connection, Decision("finalise", campaign_id, by, approval.why, approval.at))
    sealed = summarise(campaign_id, summary.as_of, office)
    if sealed.seal is None:
        raise AssertionError("a seal that was recorded is known")
    return sealed.seal, publish(sealed, office)


def sealed_line(campaign_id: str, seal: Seal, office: Office) -> str:
    """What a seal is of, in a line: 应报 126，已报 110，第 1 次定稿，审批人 陈科长."""
    summary = summarise(campaign_id, seal.as_of, office)
    return f"应报 {summary.expected}，已报 {summary.accepted}，第 {seal.number} 次定稿，审批人 {seal.by}"


def _as_published(campaign_id: str, office: Office) -> Summary:
    """As of the last run: nothing that came since is approved by the way."""
    with office.warehouse.reading() as connection:
        as_of = catalogue.last_run_at(connection, campaign_id)
    if as_of is None:
        raise Refused("这一期还没有发布过汇总，没有可以定稿的。请先运行：returns run " + campaign_id)
    return summarise(campaign_id, as_of, office)


def _refuse_twice(summary: Summary, facts: str, campaign: Campaign) -> None:
    seal = approved_by(summary)
    if seal and seal.facts == facts:
        when = moment(campaign, seal.sealed_at.replace(microsecond=0))
        raise Refused(f"这一版已由{seal.by}在{when}审批定稿，以后没有变化，不用再定。")


def _refuse_own_hand(connection: Connection, by: str, campaign: Campaign) -> None:
    """Four eyes: who last let a file count by claiming or waiving it does not approve what came of it."""
    last = next(iter(ask(connection, "last_hand", campaign=campaign.id)), None)
    if last and last["by_whom"].strip() == by:
        did = {"claim": "认领", "accept": "照收"}[last["kind"]]
        raise Refused(f"本期最后一次{did}文件的就是{by}，请由另一位同志审批定稿。")


def _made_with(form: Form, office: Office) -> dict[str, str]:
    digests = office.definitions.digests
    return {
        "program": version("shuangyong-returns"),
        "form": digests[f"forms/{form.id}.toml"],
        "rules": digests["rules.toml"],
        "limits": digests["limits.toml"],
        "roster": next(digest for name, digest in digests.items() if name.startswith("roster.")),
    }
