"""Who is logged in to Airflow, what they may do with the office's files, and whether a form is theirs.

The same questions are asked of any auth manager. Of Airflow's simple one the role user is a clerk, op and admin
reviewers; of FAB the office's own roles are (etl/orchestration/accounts.py), and its Admin.
"""

import hmac
import time
from dataclasses import dataclass

from airflow.api_fastapi.app import get_auth_manager
from airflow.api_fastapi.auth.managers.models.base_user import BaseUser
from airflow.api_fastapi.auth.managers.models.resource_details import DagAccessEntity, DagDetails
from airflow.configuration import conf
from fastapi import Request

_LASTS_S = 12 * 3600


@dataclass(frozen=True, slots=True)
class Person:
    """`clerk` (经办): may start runs. `reviewer` (审核): may answer what the DAG `finalise` asks, and change Airflow's
    variables. Who is neither only looks."""

    name: str
    clerk: bool
    reviewer: bool


def person(user: BaseUser) -> Person:
    may, ask = get_auth_manager(), DagAccessEntity
    answers = may.is_authorized_dag(
        method="PUT", user=user, access_entity=ask.HITL_DETAIL, details=DagDetails(id="finalise")
    )
    return Person(
        name=user.get_name() or str(user.get_id()),
        clerk=may.is_authorized_dag(method="POST", user=user, access_entity=ask.RUN),
        reviewer=answers and may.is_authorized_variable(method="PUT", user=user),
    )


def token_of(name: str, campaign: str) -> str:
    """What a form of this person's page carries: it holds for half a day."""
    now = str(int(time.time()))
    return f"{now}.{_signed(now, name, campaign)}"


def is_own(token: str, name: str, campaign: str) -> bool:
    made, _, signed = token.partition(".")
    fresh = made.isascii() and made.isdigit() and 0 <= time.time() - int(made) <= _LASTS_S
    return fresh and hmac.compare_digest(signed.encode(), _signed(made, name, campaign).encode())


def is_same_site(request: Request) -> bool:
    """A browser says where a form comes from; what is no browser carries no cookie to steal."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    origin = request.headers.get("origin")
    return origin is None or origin.partition("://")[2] == request.headers.get("host")


def _signed(*parts: str) -> str:
    key = conf.get("api", "secret_key").encode()
    return hmac.new(key, "\0".join(("returns", *parts)).encode(), "sha256").hexdigest()
