"""What kinds of files are published: made by a book, from facts that are never published twice."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from etl.definitions import Campaign, Form
from etl.model import Summary


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of published file. `facts` are what it shows: the same facts are never published twice.
    `particulars` says whether it shows the cells behind the totals, or anything else that with_particulars adds.
    """

    id: str
    name: str
    ending: str
    book: Callable[[Summary, Form, Campaign], bytes]
    facts: Callable[[Summary, Form, Campaign], Any]
    particulars: bool = False
