"""What the pages say exists: commands, targets, files, tests, decisions."""

import ast
import re
import tomllib
from dataclasses import fields
from functools import cache
from pathlib import Path

import pytest
import yaml

from etl.cli import main
from etl.settings import PROJECT, Settings

README = PROJECT / "README.md"
DECISIONS = PROJECT / "docs" / "decisions"
PAGES = sorted([*PROJECT.glob("*.md"), *(PROJECT / "docs").rglob("*.md")])
each_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(PROJECT)))


def text(page: Path) -> str:
    return page.read_text("utf-8")


def code(page: Path) -> str:
    """What stands in code blocks and between back quotes, a line each."""
    fenced = re.findall(r"```\w*\n(.*?)```", text(page), re.DOTALL)
    prose = re.sub(r"```.*?```", "", text(page), flags=re.DOTALL)
    return "\n".join([*fenced, *re.findall(r"`([^`\n]+)`", prose)])


@each_page
def test_every_make_target_that_a_page_names_is_in_the_makefile(page: Path) -> None:
    targets = set(re.findall(r"^([.a-z]+):", text(PROJECT / "Makefile"), re.MULTILINE))
    named = set(re.findall(r"\bmake (\.?[a-z]+)", code(page)))
    assert named <= targets


@each_page
def test_every_command_that_a_page_names_is_one_of_the_programs(page: Path) -> None:
    named = set(re.findall(r"\breturns ([a-z][a-z-]*)", code(page)))
    assert named <= set(main.commands)


def test_the_readme_names_every_command_and_every_setting() -> None:
    for name in main.commands:
        assert f"`returns {name}" in text(README)
    assert set(re.findall(r"`RETURNS_([A-Z]+)`", text(README))) == {f.name.upper() for f in fields(Settings)}


def test_the_tree_in_the_readme_is_the_tree() -> None:
    tree = re.search(r"## Where each thing is.*?```text\n(.*?)```", text(README), re.DOTALL)
    assert tree
    above, named = PROJECT, set()
    for line in tree[1].splitlines():
        path = PROJECT / line.split()[0] if not line.startswith(" ") else above / line.split()[0]
        above = above if line.startswith(" ") else path
        named.add(path)
        assert path.is_dir() if line.split()[0].endswith("/") else path.is_file(), line
    rooms = {
        path for path in (PROJECT / "etl").iterdir() if path.is_dir() and (path / "__init__.py").is_file()
    }
    assert rooms <= named


@each_page
def test_every_link_to_a_file_leads_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", text(page)):
        if not re.match(r"https?://", target):
            file, _, heading = target.partition("#")
            there = page.parent / file if file else page
            assert there.exists(), target
            assert not heading or heading in headings(there), target


def headings(page: Path) -> set[str]:
    """The anchors of a page, as GitHub makes them."""
    found = re.findall(r"^#+ (.+)$", text(page), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in found}


def test_every_decision_is_listed_once_and_its_heading_bears_its_number() -> None:
    files = sorted(path.name for path in DECISIONS.glob("[0-9]*.md"))
    assert sorted(re.findall(r"\]\((\d{4}-[^)]+)\)", text(DECISIONS / "README.md"))) == files
    for name in files:
        assert text(DECISIONS / name).startswith(f"# {name[:4]} ")


@cache
def _tests_in(file: str) -> frozenset[str]:
    tree = ast.parse(text(PROJECT / file))
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


@each_page
def test_every_test_that_a_page_names_exists(page: Path) -> None:
    for file, name in re.findall(r"`(tests/[\w/.]+)::(\w+)`", text(page)):
        assert name in _tests_in(file), f"{file}::{name}"


def test_each_of_the_six_promises_names_tests_and_what_is_not_proved() -> None:
    promises = re.split(r"^## \d\. ", text(PROJECT / "docs" / "promises.md"), flags=re.MULTILINE)[1:]
    assert len(promises) == 6
    for promise in promises:
        assert re.search(r"`tests/[\w/.]+::\w+`", promise)
        assert "Not proved yet" in promise


def test_the_newest_version_of_the_changelog_is_the_programs() -> None:
    version = tomllib.loads(text(PROJECT / "pyproject.toml"))["project"]["version"]
    released = re.findall(r"^## \[(\d[^\]]*)\]", text(PROJECT / "CHANGELOG.md"), re.MULTILINE)
    assert released[0] == version


def test_a_commit_is_checked_by_what_make_lint_runs() -> None:
    recipe = re.search(r"^lint:.*\n((?:\t.*\n)+)", text(PROJECT / "Makefile"), re.MULTILINE)
    assert recipe
    hooks = yaml.safe_load(text(PROJECT / ".pre-commit-config.yaml"))["repos"]
    assert [repo["repo"] for repo in hooks] == ["local"]
    entries = [hook["entry"] for hook in hooks[0]["hooks"]]
    assert entries == [line.strip().replace("$(BIN)", ".venv/bin") for line in recipe[1].splitlines()]


def test_the_chinese_readme_says_and_shows_what_the_english_one_does() -> None:
    english, chinese = text(README), text(PROJECT / "README.zh.md")
    for kept in (
        r"```bash\n.*?```",
        r"^\| `returns .*$",
        r"^\| `RETURNS_[A-Z]+`",
        r"\]\((?!https?:|README)([^)]+)\)",
    ):
        theirs = set(re.findall(kept, english, re.DOTALL if "bash" in kept else re.MULTILINE))
        assert theirs == set(re.findall(kept, chinese, re.DOTALL if "bash" in kept else re.MULTILINE)), kept
