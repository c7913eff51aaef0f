"""The settings of our private Airflow, all of them, as environment variables: nobody edits an airflow.cfg."""

import base64
import json
import os
import secrets
from collections.abc import Callable
from pathlib import Path

from etl.edges.durable import write_all
from etl.settings import PROJECT

HOST = "127.0.0.1"
PORT = 8080
USER = "admin"
PLUGINS = PROJECT / "etl" / "orchestration" / "plugins"


def airflow_environment(home: Path, port: int = PORT, *, personal: bool = False) -> dict[str, str]:
    """The environment of every Airflow process: this one's own, without a foreign Airflow's settings, and ours.

    `home` becomes AIRFLOW_HOME. Password and keys are made on the first call, and kept there. `personal`: everybody
    logs in with an account of their own (etl/orchestration/accounts.py), and the one of the demo is none.
    """
    home = home.absolute()
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    keys = json.loads(_once(home / "keys.json", _new_keys))
    if not personal:
        _once(password_file(home), _new_password)
    # where metrics go is the machine's affair, and no foreign Airflow's
    foreign = [
        name
        for name in os.environ
        if name.startswith("AIRFLOW_") and not name.startswith("AIRFLOW__METRICS__")
    ]
    own = {name: value for name, value in os.environ.items() if name not in foreign}
    return own | _where(home, port) | _how() | _in_secret(keys) | (_PERSONAL if personal else _alone(home))


def password_file(home: Path) -> Path:
    """The JSON file {user: password} that the login page asks."""
    return home.absolute() / "password.json"


def password(home: Path) -> str:
    return str(json.loads(password_file(home).read_text("utf-8"))[USER])


def _where(home: Path, port: int) -> dict[str, str]:
    return {
        "AIRFLOW_HOME": str(home),
        "AIRFLOW__CORE__DAGS_FOLDER": str(PROJECT / "dags"),
        "AIRFLOW__CORE__PLUGINS_FOLDER": str(PLUGINS),
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{home / 'airflow.db'}",
        "AIRFLOW__LOGGING__BASE_LOG_FOLDER": str(home / "logs"),
        "AIRFLOW__API__HOST": HOST,
        "AIRFLOW__API__PORT": str(port),
        "AIRFLOW__API__BASE_URL": f"http://{HOST}:{port}",
        "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"http://{HOST}:{port}/execution/",
    }


def _how() -> dict[str, str]:
    """Fit for two cores and 2 GB, quick to start a task, silent towards the outside."""
    return {
        "AIRFLOW__CORE__EXECUTOR": "LocalExecutor",
        "AIRFLOW__CORE__PARALLELISM": "4",
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__DAGS_ARE_PAUSED_AT_CREATION": "False",
        "AIRFLOW__CORE__DEFAULT_TIMEZONE": "Asia/Shanghai",
        "AIRFLOW__CORE__TEST_CONNECTION": "Disabled",
        "AIRFLOW__API__WORKERS": "1",
        "AIRFLOW__API__INSTANCE_NAME": "双拥报送",
        "AIRFLOW__API__EXPOSE_CONFIG": "False",
        "AIRFLOW__SCHEDULER__SCHEDULER_IDLE_SLEEP_TIME": "0.2",
        # A worker looks only this often whether its task has ended: with the usual 5 s, four workers
        # could do no more than four short tasks in five seconds
        "AIRFLOW__WORKERS__MIN_HEARTBEAT_INTERVAL": "1",
        "AIRFLOW__WORKERS__MAX_FAILED_HEARTBEATS": "30",
        # A task that starts while the API server does not answer yet, or is being revived, waits a minute
        "AIRFLOW__WORKERS__EXECUTION_API_RETRIES": "20",
        "AIRFLOW__WORKERS__EXECUTION_API_RETRY_WAIT_MAX": "3",
        # What a process held when it died is given to its successor within a minute, not within five
        "AIRFLOW__TRIGGERER__TRIGGERER_HEALTH_CHECK_THRESHOLD": "15",
        "AIRFLOW__SCHEDULER__SCHEDULER_HEALTH_CHECK_THRESHOLD": "15",
        "AIRFLOW__SCHEDULER__ORPHANED_TASKS_CHECK_INTERVAL": "20",
        "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT": "60",
        "AIRFLOW__DAG_PROCESSOR__PARSING_PROCESSES": "1",
        "AIRFLOW__LOGGING__COLORED_CONSOLE_LOG": "False",
        "GX_ANALYTICS_ENABLED": "false",
        # Tasks talk to the API server of this machine; an office's proxy must not stand between
        "NO_PROXY": f"{HOST},localhost",
        "no_proxy": f"{HOST},localhost",
        # Asked of the machine's name server otherwise, which an office network may not have
        "AIRFLOW__CORE__HOSTNAME_CALLABLE": "socket.gethostname",
    }


def _in_secret(keys: dict[str, str]) -> dict[str, str]:
    return {
        "AIRFLOW__CORE__FERNET_KEY": keys["fernet"],
        "AIRFLOW__API__SECRET_KEY": keys["cookies"],
        "AIRFLOW__API_AUTH__JWT_SECRET": keys["tokens"],
    }


def _alone(home: Path) -> dict[str, str]:
    """One user, whose password was made here: for the demo, and an office of one."""
    manager = "airflow.api_fastapi.auth.managers.simple.simple_auth_manager.SimpleAuthManager"
    return {
        "AIRFLOW__CORE__AUTH_MANAGER": manager,
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS": f"{USER}:admin",
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(password_file(home)),
    }


_PERSONAL = {
    "AIRFLOW__CORE__AUTH_MANAGER": "airflow.providers.fab.auth_manager.fab_auth_manager.FabAuthManager",
    # what a role may do is set by us alone; a role that was taken from somebody is gone at once
    "AIRFLOW__FAB__CACHE_TTL": "1",
}


def _new_keys() -> str:
    keys = {name: secrets.token_urlsafe(64) for name in ("cookies", "tokens")}
    return json.dumps(keys | {"fernet": base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()})


def _new_password() -> str:
    return json.dumps({USER: secrets.token_urlsafe(12)}) + "\n"


def _once(path: Path, make: Callable[[], str]) -> str:
    """The file's text; where there is no file yet, it is made, readable by its owner alone."""
    if not path.exists():
        write_all({path: make().encode()}, mode=0o600)
    return path.read_text("utf-8")
