"""Write .env for docker-compose.yml: every secret new, readable by its owner only. Never overwrites one.

python deploy/new_env.py /mnt/share
"""

import base64
import os
import secrets
import sys
from pathlib import Path

PASSWORDS = (
    "POSTGRES_PASSWORD",
    "AIRFLOW_DB_PASSWORD",
    "RETURNS_DB_PASSWORD",
    "LOADER_DB_PASSWORD",
    "READER_DB_PASSWORD",
    "REDIS_PASSWORD",
)
KEYS = ("COOKIE_KEY", "TOKEN_KEY")


def new_env(share: Path) -> str:
    """The text of .env. Hexadecimal: nothing in it means anything in a URL or a shell."""
    lines = [f"SHARE_FOLDER={share}"]
    lines += [f"{name}={secrets.token_hex(24)}" for name in PASSWORDS]
    lines += [f"{name}={secrets.token_hex(64)}" for name in KEYS]
    lines.append(f"FERNET_KEY={base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()}")
    return "\n".join(lines) + "\n"


def main(share: str, target: Path) -> None:
    folder = Path(share)
    if not folder.is_absolute():
        raise SystemExit(f"共享文件夹要写绝对路径：{share}")
    try:
        handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise SystemExit(f"{target} 已经有了，没有改动；要换新的口令请先把它移走") from None
    with os.fdopen(handle, "w", encoding="utf-8") as out:
        out.write(new_env(folder))
    sys.stdout.write(f"写好了：{target}（只有本用户能读）\n")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit("用法：python deploy/new_env.py 共享文件夹")
    main(sys.argv[1], Path(__file__).resolve().parents[1] / ".env")
