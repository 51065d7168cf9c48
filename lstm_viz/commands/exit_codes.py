"""How the program ends: one line for what is wrong, an exit code, and never a traceback.

0 is well, 2 an option, 3 data or a file, 129 SIGHUP, 130 Ctrl-C, 141 a closed pipe, 143 SIGTERM.
"""

from __future__ import annotations

import os
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NoReturn

import click

from lstm_viz.commands import signals
from lstm_viz.commands.speaking import choose, hush, said, tell, tell_as_it_is
from lstm_viz.validation.errors import InputError
from lstm_viz.validation.names import printable


class Program(click.Group):
    """Commands whose mistakes end in one line on standard error: exit 2 for options, 3 for data."""

    def main(self, *args: Any, standalone_mode: bool = True, **extra: Any) -> NoReturn:
        """Run, and exit with a code that says how it went."""
        given = args[0] if args else extra.get("args")
        choose(sys.argv[1:] if given is None else list(given))
        try:
            code = super().main(*args, standalone_mode=False, **extra)  # type: ignore[call-overload]
        except click.Abort:
            code = 130
        except click.ClickException as error:
            ctx = getattr(error, "ctx", None)
            code = _complain(ctx.command_path if ctx else "lstm-viz", error.format_message(), 2)
        except Exception:
            if (stopped := signals.came()) is None:
                raise
            code = stopped  # a signal that was met inside of C code may come out as anything
        sys.exit(code if isinstance(code, int) else 0)

    def make_context(self, *args: Any, **extra: Any) -> click.Context:
        """Read what is asked for; --help and --version are answered here."""
        with _said(lambda: "lstm-viz"):
            return super().make_context(*args, **extra)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; what is wrong with its data or its output is said in one line."""
        with _said(lambda: f"{ctx.command_path} {ctx.invoked_subcommand or ''}".strip()):
            super().invoke(ctx)
            sys.stdout.flush()


@contextmanager
def _said(where: Callable[[], str]) -> Iterator[None]:
    """Say what goes wrong, and exit."""
    try:
        yield
    except BrokenPipeError:
        hush(sys.stdout)
        sys.exit(141)
    except OSError as error:
        hush(sys.stdout)
        words = f"the output cannot be written ({error.strerror or error})"
        sys.exit(_complain(where(), words, 3))
    except MemoryError:
        sys.exit(_complain(where(), "there is not enough memory for this", 3))
    except ValueError as error:
        sys.exit(_complain(where(), *_message(error)))


def _message(error: ValueError) -> tuple[str, int, list[str]]:
    """What to say of an error in what was given, the exit code, and the place in a cell's text.

    Any other error is a fault of ours.
    """
    from lstm_viz.equations.parse import EquationError
    from lstm_viz.validation.errors import OptionError

    if isinstance(error, EquationError):
        words, *place = str(error).rsplit("\n", 2 if str(error).endswith("^") else 0)
        return words, 3, place
    if not isinstance(error, InputError):
        raise error
    return str(error), 2 if isinstance(error, OptionError) else 3, []


def _complain(where: str, message: str, code: int, place: list[str] | None = None) -> int:
    tell_as_it_is("\n".join(map(printable, [f"{where}: {said(message)}", *(place or [])])))
    return code


@contextmanager
def warned_plainly() -> Iterator[None]:
    """What is warned of while a picture is drawn is told in one line, without its place."""
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        yield
    for each in dict.fromkeys(str(each.message) for each in warned):
        tell(each)


def prepare() -> None:
    """End cleanly on signals, so that temporary files go; never fail for a character's sake."""
    signals.hear()
    sys.stdout = sys.stdout or open(os.devnull, "w")  # noqa: SIM115 - closed by whoever started us
    sys.stderr = sys.stderr or sys.stdout
    sys.stdout.reconfigure(errors="replace")  # type: ignore[union-attr]
