"""docs/cli.md as the program itself writes it: every command's own help."""

from collections.abc import Iterator

import click

from etl.cli import main

_HEAD = """# 命令

<!-- 由程序自己的帮助写成，不要手改：REFRESH_DOCS=1 .venv/bin/python -m pytest tests/docs/test_cli_reference.py -->

装好后命令是 `.venv/bin/returns`，也可以写成 `.venv/bin/python -m etl`。命令本身出错时才以非零状态结束：
2 用法不对，3 配置有误，4 共享文件夹、存档或数据库不在，5 此时不能这样做，1 其他。退回一个文件不算出错。
时间写成 ISO 格式；不写时区就按那一期的时区。
"""


def reference() -> str:
    """The whole page."""
    sections = [_section(command, context) for command, context in commands()]
    return "\n".join([_HEAD, *sections])


def commands() -> Iterator[tuple[click.Command, click.Context]]:
    """Every command with its context, the one above before those below."""
    yield from _below(main, _top())


def _top() -> click.Context:
    return click.Context(main, info_name="returns", terminal_width=88, **main.context_settings)


def _below(command: click.Command, context: click.Context) -> Iterator[tuple[click.Command, click.Context]]:
    yield command, context
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            one = command.commands[name]
            yield from _below(one, click.Context(one, context, info_name=name, terminal_width=88))


def _section(command: click.Command, context: click.Context) -> str:
    lines = [line.rstrip() for line in command.get_help(context).splitlines()]
    return "\n".join([f"## `{context.command_path}`", "", "```text", *lines, "```", ""])
