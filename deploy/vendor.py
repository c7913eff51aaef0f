"""`make vendor`: what of others stands in etl/books/vendor, fetched anew by npm and checked against vendored.toml.

Needs npm and the network. Nothing is written unless the package and every file have the recorded hashes.
"""

import base64
import hashlib
import subprocess
import sys
import tarfile
import tomllib
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

VENDOR = Path(__file__).resolve().parents[1] / "etl" / "books" / "vendor"


def main() -> None:
    recorded: dict[str, dict[str, Any]] = tomllib.loads((VENDOR / "vendored.toml").read_text("utf-8"))
    for name, package in recorded.items():
        contents = _files(_fetched(name, package), package)
        for path, content in contents.items():
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(content)
        print(f"{name} {package['version']}（{package['licence']}）：{len(contents)} 个文件")  # noqa: T201


def _fetched(name: str, package: dict[str, Any]) -> bytes:
    """The package as npm gives it. Ends the command where it is not the recorded one."""
    with TemporaryDirectory() as folder:
        packed = ["npm", "pack", "--silent", "--pack-destination", folder, f"{name}@{package['version']}"]
        subprocess.run(packed, check=True, stdout=subprocess.DEVNULL)
        (archive,) = Path(folder).glob("*.tgz")
        content = archive.read_bytes()
    found = f"sha512-{base64.b64encode(hashlib.sha512(content).digest()).decode()}"
    if found != package["integrity"]:
        sys.exit(f"{name}：取来的包不是记下的那个（{found}）。什么也没有改。")
    return content


def _files(archive: bytes, package: dict[str, Any]) -> dict[Path, bytes]:
    """The recorded files of the package, by where they belong here. Ends the command where one is another."""
    with tarfile.open(fileobj=BytesIO(archive)) as packed:
        members = {name: packed.extractfile(f"package/{name}") for name in package["files"]}
        read = {name: member.read() for name, member in members.items() if member}
    for name, wanted in package["files"].items():
        if hashlib.sha256(read.get(name, b"")).hexdigest() != wanted["sha256"]:
            sys.exit(f"{name}：包里的文件不是记下的那个。什么也没有改。")
    return {VENDOR / wanted["to"]: read[name] for name, wanted in package["files"].items()}


if __name__ == "__main__":
    main()
