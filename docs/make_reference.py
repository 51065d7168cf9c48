"""Write docs/reference.md from the commands themselves, so that it says what they say.

python docs/make_reference.py
"""

from __future__ import annotations

from inspect import cleandoc
from pathlib import Path

import click

from lstm_viz.commands.cli import program

PAGE = Path(__file__).parent / "reference.md"
HEAD = """# Commands

Written by `make docs` from the commands' own help.

Exit codes: 0 all is well, 1 `--verify` found a difference, or what `check` or `practise` was given
is not right, 2 an option is wrong, 3 the data or a file is, 129 the terminal went away, 130 Ctrl-C,
141 the reader of the output went away, 143 told to stop. What is wrong is said in one line on
standard error. The first Ctrl-C ends a training well, with 0: what was learned is scored and saved.

Where no key can arrive (a pipe, a notebook's `!lstm-viz step`, a log) everything is printed, and
every command ends by itself.

## Completion

Tab completes commands, options, files, cells, weights, inputs, tasks, recipes, problems, lessons
and exercises, the columns of a table and the layers of a model, once the shell has been told:

    eval "$(_LSTM_VIZ_COMPLETE=bash_source lstm-viz)"       # Bash 4.4 or later: in ~/.bashrc
    eval "$(_LSTM_VIZ_COMPLETE=zsh_source lstm-viz)"        # Zsh: in ~/.zshrc, after compinit
    _LSTM_VIZ_COMPLETE=fish_source lstm-viz | source        # Fish: in ~/.config/fish/config.fish
"""


def reference() -> str:
    """The whole page: each command with its help text and a table of its options."""
    return "\n".join([HEAD, *(_section(name, command) for name, command in _commands())])


def _commands() -> list[tuple[str, click.Command]]:
    return [
        ("lstm-viz", program),
        *((f"lstm-viz {name}", c) for name, c in program.commands.items()),
    ]


def _section(name: str, command: click.Command) -> str:
    words, _, code = cleandoc(command.help or "").partition("\b\n")  # Python 3.13 does it itself
    usage = " ".join([name, *command.collect_usage_pieces(click.Context(command))])
    examples = [f"    {line.strip()}" for line in code.strip().splitlines()]
    options = [each for each in command.params if isinstance(each, click.Option)]
    table = ["| option | |", "|---|---|", *map(_row, options)]
    parts = [f"## `{name}`", words.strip(), f"    {usage}", "\n".join(table), "\n".join(examples)]
    return "\n\n".join(part for part in parts if part) + "\n"


def _row(option: click.Option) -> str:
    written = f"{option.opts[0]} {option.metavar or ''}".strip()
    return f"| `{_cell(written)}` | {_cell(option.help or '')} |"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("  ", " ")


if __name__ == "__main__":
    PAGE.write_text(reference(), encoding="utf-8")
