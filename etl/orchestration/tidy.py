"""Airflow's own records and logs kept small, from outside the DAGs: once a night, by a timer.

Nothing of the office's is touched: what was received, decided and published stands in the warehouse.
"""

import argparse
import os
import shutil
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from etl.orchestration.airflow_home import airflow_environment
from etl.settings import PROJECT

KEEP_DAYS = 60
ROTATE_OVER_BYTES = 20 * 1024**2


def clean_records(before: datetime) -> None:
    """Delete Airflow's records of what ended before a moment; each DAG's last scheduled run stays."""
    from airflow.utils.db_cleanup import run_cleanup

    run_cleanup(
        clean_before_timestamp=before,  # type: ignore[arg-type]  # any aware moment will do
        confirm=False,
        skip_archive=True,
        error_on_cleanup_failure=True,
    )


def clean_logs(folder: Path, before: datetime) -> int:
    """Delete logs of tasks last written before a moment, and the folders that are left empty; how many files."""
    gone = 0
    for path in list(_old_files(folder, before)):
        path.unlink(missing_ok=True)
        gone += 1
    for above, _, _ in os.walk(folder, topdown=False):
        if Path(above) != folder and not any(Path(above).iterdir()):
            Path(above).rmdir()
    return gone


def rotate(log: Path, over_bytes: int = ROTATE_OVER_BYTES) -> bool:
    """Keep a component's log as <name>.1 and begin anew, once it is too large; the component goes on writing to the
    same file, since it only appends."""
    if log.stat().st_size <= over_bytes:
        return False
    shutil.copyfile(log, log.with_name(f"{log.name}.1"))
    os.truncate(log, 0)
    return True


def _old_files(folder: Path, before: datetime) -> Iterator[Path]:
    """Below the folder, not in it: there the components' own logs stand."""
    for path in folder.glob("*/**/*"):
        if path.is_file() and datetime.fromtimestamp(path.stat().st_mtime, tz=UTC) < before:
            yield path


def _log_folder() -> Path:
    from airflow.configuration import conf

    return Path(conf.get_mandatory_value("logging", "base_log_folder"))


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m etl.orchestration.tidy", description=__doc__)
    parser.add_argument("--home", type=Path, default=PROJECT / "var" / "airflow", help="AIRFLOW_HOME")
    parser.add_argument("--keep-days", type=int, default=KEEP_DAYS, help="保留多少天  days kept")
    parser.add_argument("--as-set", action="store_true", help="用环境变量里的 Airflow 设置（容器里）")
    chosen = parser.parse_args()
    if not chosen.as_set:
        if not (chosen.home / "airflow.db").is_file():
            sys.stdout.write(f"{chosen.home} 里没有 Airflow 的记录，没有要清理的\n")
            return
        # nobody logs in here: a password for it need not be made
        os.environ.update(airflow_environment(chosen.home, personal=True))
    before = datetime.now(UTC) - timedelta(days=chosen.keep_days)
    clean_records(before)
    logs = _log_folder()
    gone = clean_logs(logs, before)
    rotated = [log.name for log in logs.glob("*.log") if rotate(log)]
    sys.stdout.write(
        f"清理了 {before:%Y-%m-%d} 以前的运行记录和 {gone} 个日志文件，轮换了 {len(rotated)} 个\n"
    )


if __name__ == "__main__":
    main()
