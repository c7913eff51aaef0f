"""Personal accounts: the office's four roles for Airflow's FAB auth manager, and an account for a person.

`python -m etl.orchestration.accounts 李四 审核` makes the account, or gives it that role and a new password.
"""

import argparse
import logging
import os
import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from etl.errors import Refused, ReturnsError
from etl.orchestration.airflow_home import airflow_environment
from etl.settings import PROJECT

ADMIN = "Admin"
"""Airflow's own role of who sees to the accounts."""
OURS = (
    "call_intake",
    "intake",
    "call_publish",
    "publish",
    "call_remind",
    "remind",
    "open_campaign",
    "finalise",
)
"""The DAGs, as Airflow's permissions name them."""


def _each(action: str, *resources: str) -> list[tuple[str, str]]:
    return [(action, resource) for resource in resources]


_LOOKS = [
    *_each(
        "can_read", "Website", "DAGs", "DAG Code", "DAG Versions", "DAG Warnings", "DAG Runs", "ImportError"
    ),
    *_each("can_read", "Task Instances", "Task Logs", "Assets", "Asset Aliases", "HITL Detail"),
    *_each("can_read", "Plugins"),  # by which Airflow's pages know where 报送进度 is
    *_each("can_read", "My Password", "My Profile"),
    *_each("can_edit", "My Password", "My Profile"),
    *_each("menu_access", "DAGs", "DAG Runs", "Task Instances", "Assets", "HITL Detail"),
]
_OWN_WORK = _each("can_create", "DAG Runs")
"""By this 报送进度 knows who does the office's work (etl/orchestration/who.py). It starts no DAG by itself: Airflow
asks for the right to change that DAG too."""

ROLES: dict[str, list[tuple[str, str]]] = {
    "只读": _LOOKS,
    "经办": [*_LOOKS, *_OWN_WORK],
    # there are no variables: they tell a reviewer from who may merely start a DAG
    "审核": [*_LOOKS, *_OWN_WORK, *_each("can_edit", "HITL Detail", "DAG:finalise", "Variables")],
    "运维": [
        *_LOOKS,
        *_each("can_create", *(f"DAG Run:{dag}" for dag in OURS), "Connections"),
        *_each("can_edit", "DAGs", "DAG Runs", "Task Instances", "Pools", "Connections"),
        *_each("can_read", "XComs", "Pools", "Connections", "Jobs", "Cluster Activity", "Audit Logs"),
        *_each("can_delete", "Connections"),
        *_each("menu_access", "Admin", "Pools", "Connections", "Jobs", "Audit Logs"),
    ],
}
"""Role → (action, resource) as FAB names them. Airflow's own roles stay as they are; `Admin` sees to the accounts."""


def ensure_roles() -> None:
    """Make the four roles, each with these permissions and no others."""
    with _security() as security:
        for name, wanted in ROLES.items():
            role = security.add_role(name)
            for permission in list(role.permissions):
                if (permission.action.name, permission.resource.name) not in wanted:
                    security.remove_permission_from_role(role, permission)
            for action, resource in wanted:
                security.add_permission_to_role(role, security.create_permission(action, resource))


def set_account(name: str, role: str, password: str) -> bool:
    """Make a person's account, or give the one of that name this role and password; whether it is new.

    `name` is what stands in the audit trail and, of who approves, on the final version. Raises Refused.
    """
    ensure_roles()
    with _security() as security:
        its_role = security.find_role(role)
        if its_role is None:
            raise Refused(f"没有“{role}”这个角色。有：{'、'.join((*ROLES, ADMIN))}")
        account = security.find_user(username=name)
        if account is None:
            # FAB wants an address of everybody; nobody writes to this one
            if not security.add_user(name, name, "", f"{secrets.token_hex(8)}@localhost", its_role, password):
                raise Refused(f"“{name}”的账号没有建成，请看日志")
            return True
        account.roles = [its_role]
        security.update_user(account)
        security.reset_password(account.id, password)
    return False


@contextmanager
def _security() -> Iterator[Any]:
    """FAB's security manager on the metadata database of this process's settings."""
    from airflow.providers.fab.auth_manager.cli_commands.utils import get_application_builder
    from airflow.utils.providers_configuration_loader import providers_configuration_loaded

    providers_configuration_loaded(
        lambda: None
    )()  # FAB's own settings have defaults that only this brings in
    with get_application_builder() as builder:
        yield builder.sm


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m etl.orchestration.accounts", description=__doc__)
    parser.add_argument("name", help="用户名：写真实姓名，记在案上、印在定稿上")
    parser.add_argument("role", help=f"角色：{'、'.join((*ROLES, ADMIN))}")
    parser.add_argument("--home", type=Path, default=PROJECT / "var" / "airflow", help="AIRFLOW_HOME")
    parser.add_argument("--as-set", action="store_true", help="用环境变量里的 Airflow 设置（容器里）")
    chosen = parser.parse_args()
    if not chosen.as_set:
        os.environ.update(airflow_environment(chosen.home, personal=True))
    logging.disable(logging.WARNING)  # each permission would be a line, and the password lost among them
    password = secrets.token_urlsafe(12)
    try:
        new = set_account(chosen.name, chosen.role, password)
    except ReturnsError as why:
        print(why, file=sys.stderr)  # noqa: T201
        raise SystemExit(why.exit_code) from None
    done = "建好了" if new else "改好了"
    sys.stdout.write(
        f"{done}：{chosen.name}（{chosen.role}）\n密码（只显示这一次，请本人登录后修改）：{password}\n"
    )


if __name__ == "__main__":
    main()
