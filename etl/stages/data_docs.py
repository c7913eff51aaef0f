"""Data Docs: pages for the data engineer, of batches with failures and of the final version."""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import PurePath
from typing import TYPE_CHECKING

from etl.books.words import moment
from etl.definitions import Campaign, Rulebook
from etl.errors import Unavailable
from etl.model import Material, Severity, Summary, receipt_number
from etl.office import Office
from etl.stages.check import Judged
from etl.stages.publish import SUMMARY
from etl.warehouse import ledger
from etl.warehouse.history import last_figures
from etl.warehouse.questions import ask

if TYPE_CHECKING:  # it imports Great Expectations, which takes seconds
    from etl.rules.suites import Validation

log = logging.getLogger(__name__)

BATCHES_KEPT = 100
"""Pages of batches that stand; older ones are tidied away. A final version's page stays."""
_BATCH = "batch-"


def batch_page(batch_id: int) -> str:
    """The name of a batch's page, whether there is one or not."""
    return f"{_BATCH}{batch_id:08d}.html"


def final_page(campaign_id: str) -> str:
    """The name of the page of a campaign's final version, whether there is one or not."""
    return f"final-{campaign_id}.html"


def document_batch(judged: Judged, office: Office) -> str | None:
    """Make the page of a batch some of whose figures failed; its name, None where none did.

    A failure is an error or a query, also one in trial. Warnings alone (a sum left to be worked out) are
    in most batches, and make no page.

    Begins:  `check_batch` judged the batch; its one validation is at hand, nothing is asked again.
    Ends:    the page stands, and pages of batches long past are gone.
    Touches: the folder of Data Docs. A page that cannot be made or written is told in the log: it is for
             the engineer, and no reason to keep a clerk waiting.
    Again:   the same page in the same place; once the batch is loaded there is nothing left to judge.
    """
    validation = judged.validation
    if validation is None or not any(_is_failure(rule, office.rulebook) for rule in validation.rows):
        return None
    batch = judged.batch
    campaign = office.definitions.campaign(batch.campaign)
    return _put(
        batch_page(batch.id),
        lambda: _page(f"第 {batch.id} 批", validation, judged.asked, campaign, batch.as_of, office),
        office,
    )


def document_final(summary: Summary, published: Sequence[PurePath], office: Office) -> str | None:
    """After closing, make the page of the summary that was just published, of all its forms in force.

    Begins:  `publish` has published what the summary says; the caller holds the run lock.
    Ends:    after closing, the campaign's page is of the newest summary; before, nothing is done.
    Touches: warehouse (reads), the folder of Data Docs (as `document_batch`).
    Again:   where no new summary was published and the page stands, nothing is done.
    """
    campaign, form = office.opened(summary.campaign)
    name = final_page(campaign.id)
    is_new = any(path.name.startswith(SUMMARY.name) for path in published)
    if not campaign.is_closed(summary.as_of) or (not is_new and _stands(name, office)):
        return None
    with office.warehouse.reading() as connection:
        in_force = ask(connection, "documents_in_force", campaign=campaign.id, as_of=summary.as_of)
        units = {row["id"]: row["unit_code"] for row in in_force if row["material"] == Material.STATISTICS}
        readings = ledger.readings_of(connection, list(units))
        last = last_figures(connection, campaign, summary.as_of)
    forms = {id_: reading.form for id_, reading in readings.items() if reading.form}
    if not forms:
        return None
    from etl.rules.check import check_forms  # imports Great Expectations, which takes seconds

    before = [last.get(units[id_]) for id_ in forms]
    validation = check_forms(list(forms.values()), form, office.rulebook, before).validation
    if validation is None:
        return None
    title, of = "关账后发布的版本", list(forms)
    return _put(name, lambda: _page(title, validation, of, campaign, summary.as_of, office), office)


def _is_failure(rule: str, rulebook: Rulebook) -> bool:
    return rulebook.rules[rule].severity is not Severity.WARNING


def _page(
    title: str,
    validation: "Validation",
    submissions: Sequence[int],
    campaign: Campaign,
    as_of: datetime,
    office: Office,
) -> bytes:
    from etl.rules.data_docs import Heading, data_docs_page

    receipts = [receipt_number(campaign.id, submission) for submission in submissions]
    return data_docs_page(
        validation, receipts, Heading(title, campaign.title, moment(campaign, as_of)), office.rulebook
    )


def _stands(name: str, office: Office) -> bool:
    """True also where nobody can see it now: it is no reason to fail."""
    try:
        return office.data_docs.has(name)
    except (OSError, Unavailable):
        return True


def _put(name: str, make: Callable[[], bytes], office: Office) -> str | None:
    """Make a page, write it, and take away those of batches long past. None, and why in the log, where that
    fails, whatever the reason but one: a process without memory does no better at what comes next, and the next run
    would not make the page of a batch that is loaded."""
    try:
        office.data_docs.write(name, make())
        batches = [page for page in office.data_docs.names() if page.startswith(_BATCH)]
        office.data_docs.remove(batches[:-BATCHES_KEPT])
    except (OSError, Unavailable) as why:
        log.warning("Data Docs 写不进去：%s（%s）。不影响报送", office.data_docs.shown(name), why)
        return None
    except MemoryError:
        raise
    except Exception:
        log.exception("Data Docs 没有做成：%s。不影响报送", name)
        return None
    log.info("Data Docs（给数据工程师看）：%s", office.data_docs.shown(name))
    return name
