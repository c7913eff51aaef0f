"""docs/cli.md is what the program says of itself; REFRESH_DOCS=1 writes it anew."""

import os
import re
import subprocess
import sys
import time

import click
import pytest

from etl.settings import PROJECT
from tests.docs.cli_reference import commands, reference

PAGE = PROJECT / "docs" / "cli.md"
HELP_WITHIN_S = 0.5


def test_the_page_of_commands_is_what_the_program_says_of_itself() -> None:
    if os.environ.get("REFRESH_DOCS"):
        PAGE.write_text(reference(), "utf-8")
    assert PAGE.read_text("utf-8") == reference()


def test_every_command_and_every_option_is_explained_in_chinese() -> None:
    for command, context in commands():
        assert re.search("[一-鿿]{3}", command.help or ""), context.command_path
        for option in command.params:
            if isinstance(option, click.Option) and option.name != "version":
                assert re.search("[一-鿿]", option.help or ""), f"{context.command_path} {option.name}"


@pytest.mark.timed
def test_help_answers_in_less_than_half_a_second() -> None:
    assert min(_seconds_of_help() for _ in range(5)) < HELP_WITHIN_S


def _seconds_of_help() -> float:
    began = time.monotonic()
    subprocess.run([sys.executable, "-m", "etl", "--help"], capture_output=True, check=True)
    return time.monotonic() - began
