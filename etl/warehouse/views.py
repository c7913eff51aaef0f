"""The views that readers (BI tools) ask: what each says. Migrations make them; docs/data-dictionary.md tells them."""

_WHOSE = {
    "campaign": "the campaign's id",
    "campaign_title": "and its title",
    "unit_code": "null where nobody knows who sent it",
    "unit": "the unit's name in the roster",
    "kind": "镇街, 成员单位, 驻铜部队",
    "parent": "whom it reports to",
}

READER_VIEWS: dict[str, tuple[str, dict[str, str]]] = {
    "reader_submissions": (
        "every judged submission: no paths, bytes or text of a file",
        {
            "submission_id": "joins with figures.submission_id",
            **_WHOSE,
            "material": "statistics, narrative, both, stamped",
            "verdict": "accepted, returned, held, duplicate",
            "received_at": "UTC",
            "late": "1: received after the deadline",
            "nil_return": "1: 零报告",
            "in_force": "1: the newest accepted of its unit and material, which is what counts",
        },
    ),
    "reader_owed": (
        "every owed pair of unit and material; rates are sums of accepted and on_time over rows",
        {
            **_WHOSE,
            "unit_code": "the unit's code",
            "material": "statistics, narrative, stamped",
            "accepted": "1: something was accepted",
            "on_time": "1: the first accepted was not late",
            "first_accepted_at": "UTC; null where nothing was",
        },
    ),
}
"""View → what a row is, and each column with what it says, in the view's order."""
