"""How the program ends: one line for what is wrong, an exit code, and never a traceback.

0 is well, 2 an option, 3 data or a file, 129 SIGHUP, 130 Ctrl-C, 141 a closed pipe, 143 SIGTERM.
"""

from __future__ import annotations

import os
import signal
import sys
from contextlib import suppress
from typing import Any, NoReturn

import click

from lstm_viz.validation.errors import InputError


class Program(click.Group):
    """Commands whose mistakes end in one line on standard error: exit 2 for options, 3 for data."""

    def main(self, *args: Any, standalone_mode: bool = True, **extra: Any) -> NoReturn:
        """Run, and exit with a code that says how it went."""
        try:
            code = super().main(*args, standalone_mode=False, **extra)  # type: ignore[call-overload]
        except click.Abort:
            code = 130
        except click.ClickException as error:
            ctx = getattr(error, "ctx", None)
            code = _complain(ctx.command_path if ctx else "lstm-viz", error.format_message(), 2)
        sys.exit(code if isinstance(code, int) else 0)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; what is wrong with its data or its output is said in one line."""
        try:
            super().invoke(ctx)
            sys.stdout.flush()
        except BrokenPipeError:
            _hush()
            sys.exit(141)
        except OSError as error:
            _hush()
            sys.exit(
                _complain(
                    _where(ctx), f"the output cannot be written ({error.strerror or error})", 3
                )
            )
        except MemoryError:
            sys.exit(_complain(_where(ctx), "there is not enough memory for this", 3))
        except ValueError as error:
            sys.exit(_complain(_where(ctx), *_message(error)))


def _where(ctx: click.Context) -> str:
    return f"{ctx.command_path} {ctx.invoked_subcommand or ''}".strip()


def _message(error: ValueError) -> tuple[str, int]:
    """What to say of an error in what was given, and the exit code; another is a fault of ours."""
    from lstm_viz.equations.parse import EquationError
    from lstm_viz.validation.errors import OptionError

    if not isinstance(error, InputError | EquationError):
        raise error
    return str(error), 2 if isinstance(error, OptionError) else 3


def _complain(where: str, message: str, code: int) -> int:
    first, *rest = message.splitlines()
    said = "\n".join([f"{where}: {first}", *rest])
    click.echo("".join(c if c.isprintable() or c == "\n" else "?" for c in said), err=True)
    return code


def _hush() -> None:
    """Let what is still to be written go nowhere: its reader is gone."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def prepare() -> None:
    """End cleanly on signals, so that temporary files go; never fail for a character's sake."""
    for name, code in (("SIGTERM", 143), ("SIGHUP", 129)):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), lambda *_, code=code: sys.exit(code))
    sys.stdout = sys.stdout or open(os.devnull, "w")  # noqa: SIM115 - closed by whoever started us
    sys.stderr = sys.stderr or sys.stdout
    sys.stdout.reconfigure(errors="replace")  # type: ignore[union-attr]
