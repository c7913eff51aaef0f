"""One small parent for Airflow's own processes: starts them on this machine, keeps them alive, ends them all."""

import argparse
import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from collections import deque
from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import NoReturn, Self

import psutil

from etl.errors import Refused, ReturnsError, Unavailable
from etl.orchestration.airflow_home import HOST, PORT, USER, airflow_environment, password_file
from etl.orchestration.api import Api
from etl.settings import PROJECT

COMPONENTS = {
    "api-server": ("airflow", "api-server"),
    "dag-processor": ("airflow", "dag-processor"),
    "scheduler": ("etl.orchestration.warm", "scheduler", "--skip-serve-logs"),
    "triggerer": ("airflow", "triggerer", "--skip-serve-logs"),
    "watch": ("etl.orchestration.watch",),
}
"""Each with its module and what that is told."""
_BEATING = ("dag-processor", "scheduler", "triggerer")
"""Those whose heartbeat Airflow tells."""
HEALTHY_WITHIN_S = 120
REVIVED_AT_MOST = 5
REVIVED_WITHIN_S = 600
LET_END_S = 20

_PR_SET_PDEATHSIG, _PR_SET_CHILD_SUBREAPER = 1, 36


class Airflow:
    """Airflow's processes, as a context manager: on leaving, none of them is left.

    What its children leave behind becomes its own child, and at the end it kills all that is below it:
    give it a process of its own.
    """

    def __init__(
        self,
        home: Path,
        port: int,
        components: Iterable[str] = COMPONENTS,
        more: Mapping[str, str] = MappingProxyType({}),
        *,
        personal: bool = False,
    ) -> None:
        """`more` is added to the environment of every process; `personal`: accounts of people's own."""
        self.api = Api(home, port)
        self._more, self._personal = more, personal
        self._home, self._port = home.absolute(), port
        self._running: dict[str, psutil.Popen] = {}
        self._revived = {name: deque[float](maxlen=REVIVED_AT_MOST) for name in components}

    def __enter__(self) -> Self:
        _refuse_taken(self._port)
        own = airflow_environment(self._home, self._port, personal=self._personal)
        self._environment = {**own, **self._more}
        self._since = datetime.now(UTC)
        _prctl(_PR_SET_CHILD_SUBREAPER, 1)
        self._log("prepare").parent.mkdir(exist_ok=True)
        for name in ("prepare", *self._revived):
            self._log(name).unlink(missing_ok=True)
        try:
            if self._spawn("prepare", "etl.orchestration.prepare").wait():
                raise Unavailable(f"Airflow 的数据库没有准备好：\n{self._last_words('prepare')}")
            for name in self._revived:
                self._running[name] = self._spawn(name, *COMPONENTS[name])
        except BaseException:
            self._end()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._end()

    def wait_until_healthy(self) -> None:
        """Return when every component has shown that it lives. Raises Unavailable."""
        parts = tuple(name.replace("-", "_") for name in self._revived if name in _BEATING)
        until = time.monotonic() + HEALTHY_WITHIN_S
        while not self.api.is_healthy(parts, self._since):
            self.look_after()
            if time.monotonic() > until:
                raise Unavailable(f"Airflow 没有在 {HEALTHY_WITHIN_S} 秒内就绪。日志在 {self._home / 'logs'}")
            time.sleep(0.3)

    def look_after(self) -> None:
        """Start again what has died, and bury what it left. Raises Unavailable when one dies over and over."""
        _bury_orphans({process.pid for process in self._running.values()})
        for name, process in self._running.items():
            if process.poll() is None:
                continue
            deaths = self._revived[name]
            if len(deaths) == REVIVED_AT_MOST and time.monotonic() - deaths[0] < REVIVED_WITHIN_S:
                raise Unavailable(f"{name} 一再退出，不再重启。最后的日志：\n{self._last_words(name)}")
            deaths.append(time.monotonic())
            print(f"{name} 退出了（{process.returncode}），重新启动。", flush=True)  # noqa: T201
            self._running[name] = self._spawn(name, *COMPONENTS[name])

    def _spawn(self, name: str, module: str, *arguments: str) -> psutil.Popen:
        with self._log(name).open("ab") as log:
            return psutil.Popen(
                [sys.executable, "-m", module, *arguments],
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                # Ctrl-C at the terminal reaches us alone: we end the others in order
                start_new_session=True,
                preexec_fn=_die_with_parent,
            )

    def _end(self) -> None:
        """The API server last: tasks at work report to it until they are done."""
        # Airflow's triggerer sleeps for ten seconds after its last trigger has ended: not waited for
        self._ask_to_end("triggerer", "watch", wait_s=0)
        self._ask_to_end("scheduler", "dag-processor", wait_s=LET_END_S)
        self._ask_to_end("api-server", wait_s=LET_END_S)
        for _ in range(3):  # a process may be born while its parent is being killed
            below = psutil.Process().children(recursive=True)
            for process in below:
                with suppress(psutil.NoSuchProcess):
                    process.kill()
            psutil.wait_procs(below, timeout=LET_END_S)

    def _ask_to_end(self, *names: str, wait_s: float) -> None:
        asked = [self._running.pop(name) for name in names if name in self._running]
        for process in asked:
            with suppress(psutil.NoSuchProcess):
                process.terminate()
        psutil.wait_procs(asked, timeout=wait_s)

    def _log(self, name: str) -> Path:
        return self._home / "logs" / f"{name}.log"

    def _last_words(self, name: str) -> str:
        return "\n".join(self._log(name).read_text("utf-8", "replace").splitlines()[-15:])


def _refuse_taken(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            raise Refused(
                f"端口 {port} 已被占用，没有启动。请先停下占用它的程序，或换一个端口：make up PORT={port + 1}"
            ) from None


def _prctl(option: int, value: int) -> None:
    """Linux only; elsewhere a killed supervisor leaves its children to the user."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(option, value, 0, 0, 0)


def _die_with_parent() -> None:
    """Runs in the child before it becomes Airflow: TERM when the supervisor is gone, even when killed."""
    _prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def _bury_orphans(ours: set[int]) -> None:
    """End what a dead component has left to us: all but those that still have a task of their own to see off."""
    for child in psutil.Process().children():
        with suppress(psutil.NoSuchProcess, ChildProcessError):
            if child.pid in ours:
                continue
            if child.status() == psutil.STATUS_ZOMBIE:
                os.waitpid(child.pid, os.WNOHANG)
            elif not child.children():
                child.kill()


def _leave(signal_number: int, _: object) -> NoReturn:
    """The first signal ends us; more of them must not disturb the ending."""
    for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(name, signal.SIG_IGN)
    raise SystemExit(0 if signal_number != signal.SIGHUP else 1)


def end_on_signals() -> None:
    """Ctrl-C, TERM and a closed terminal leave by the same door: SystemExit, so that contexts are left."""
    for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(name, _leave)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m etl.orchestration.supervisor", description=__doc__)
    parser.add_argument("--port", type=int, default=PORT, help="端口（仅本机）  port, loopback only")
    parser.add_argument("--home", type=Path, default=PROJECT / "var" / "airflow", help="AIRFLOW_HOME")
    parser.add_argument("--personal", action="store_true", help="各人用自己的账号登录  personal accounts")
    chosen = parser.parse_args()
    end_on_signals()
    try:
        _serve(chosen.home, chosen.port, personal=chosen.personal)
    except ReturnsError as why:
        print(why, file=sys.stderr)  # noqa: T201
        raise SystemExit(why.exit_code) from None


def _serve(home: Path, port: int, *, personal: bool) -> None:
    print("正在启动 Airflow，约需半分钟…… (starting)", flush=True)  # noqa: T201
    alone = f"用户名 (user)：{USER}；密码在文件里 (password in)：{password_file(home)}"
    each = "各人用自己的账号登录。建账号 (accounts)：python -m etl.orchestration.accounts 姓名 角色"
    with Airflow(home, port, personal=personal) as airflow:
        airflow.wait_until_healthy()
        print(  # noqa: T201
            f"Airflow 已就绪 (ready)：http://{HOST}:{port}\n{each if personal else alone}\n按 Ctrl-C 停止 (stop)。",
            flush=True,
        )
        while True:
            time.sleep(1)
            airflow.look_after()


if __name__ == "__main__":
    main()
