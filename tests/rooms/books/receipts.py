"""Receipts to begin a test with: what they say is changed there."""

from dataclasses import replace
from datetime import datetime

from etl.books.receipt import receipt_page
from etl.definitions import Campaign, Form
from etl.model import Material, Receipt, Severity, Status, Told

EARLIER = "2022-spring-000009"
SECOND = "2022-spring-000010"


def page(receipt: Receipt, form: Form, campaign: Campaign) -> str:
    return receipt_page(receipt, form, campaign).decode("utf-8")


def accepted(receipt: Receipt, **changes: object) -> Receipt:
    """The same receipt, but nothing was wrong."""
    nothing: dict[str, object] = {
        "status": Status.ACCEPTED,
        "findings": (),
        "still_owed": (Material.NARRATIVE,),
    }
    return replace(receipt, **{**nothing, **changes})


def error(message: str, cell: str | None = "C9", typed: str | None = None) -> Told:
    return Told("not_a_number", Severity.ERROR, "统计表", cell, typed, message)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)
