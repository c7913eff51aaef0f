"""The alarm of `make up`: the office has a mail when nobody has taken in for a quarter of an hour.

A process of its own beside Airflow's: a DAG cannot tell that no DAG runs. It asks the warehouse, so that it
does not matter why: scheduler stuck, DAG paused, share away, database gone.
"""

import logging
import os
import tempfile
import time
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from etl.doctor.intake import SILENT, last_intake
from etl.errors import ReturnsError
from etl.orchestration.callbacks import write_to_office
from etl.settings import load_settings

log = logging.getLogger(__name__)
_LOOK_EVERY_S = 60
_LOOKED = Path(tempfile.gettempdir()) / "returns-watch"
"""Touched at each look: by it the health check in docker-compose.yml sees that the watch itself is awake."""


class Watch:
    """Remembers when files were last taken in, and whether the office was told of this silence."""

    def __init__(self, since: datetime) -> None:
        """`since` is when Airflow was started: a silence does not begin earlier."""
        self._last, self._told = since, False

    def look(self, now: datetime) -> None:
        """Tell the office, once a silence. A warehouse that does not answer is silent too."""
        with suppress(ReturnsError):
            self._last = max(self._last, last_intake(load_settings(), now) or now)
        if now - self._last <= SILENT:
            self._told = False
        elif not self._told:
            self._told = True
            self._tell(now)

    def _tell(self, now: datetime) -> None:
        minutes = (now - self._last).total_seconds() // 60
        said = (
            f"已有 {minutes:.0f} 分钟没有收件（上一次是 {self._last.astimezone():%Y-%m-%d %H:%M}）。"
            "请运行 returns doctor，看是哪里不好、怎么办；这段时间用 returns run 期次 收件。"
        )
        log.error("%s", said)
        write_to_office("双拥报送：没有在收件", said)


def main() -> None:
    logging.basicConfig(format="%(asctime)s %(message)s")
    # Airflow gives its connections to processes that say they are the server's
    os.environ["_AIRFLOW_PROCESS_CONTEXT"] = "server"
    watch = Watch(datetime.now(UTC))
    while True:
        time.sleep(_LOOK_EVERY_S)
        watch.look(datetime.now(UTC))
        _LOOKED.touch()


if __name__ == "__main__":
    main()
