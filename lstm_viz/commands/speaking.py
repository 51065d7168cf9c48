"""The language of this run of the program, and lines of text that are told in it.

`--lang` on the command line says which, or else the variable LSTM_VIZ_LANG. It is known before the
options are read, so that what is wrong with these is said in it too. LANG is not looked at: a
script prints the same on every machine.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from itertools import pairwise
from typing import IO, TYPE_CHECKING

import click

if TYPE_CHECKING:
    from lstm_viz.pictures.language import Language

STOPPING = "stopping"  # which takes a while
VARIABLE, KNOWN = "LSTM_VIZ_LANG", ("en", "zh")
_chosen = ["en"]


def choose(arguments: Sequence[str]) -> None:
    """Take the language from a command line."""
    asked = [word.partition("=")[2] for word in arguments if word.startswith("--lang=")]
    asked += [word for option, word in pairwise(arguments) if option == "--lang"]
    name = asked[-1] if asked else os.environ.get(VARIABLE, "")
    _chosen[:] = [name if name in KNOWN else "en"]


def chosen() -> str:
    """Its name."""
    return _chosen[0]


def language() -> Language:
    """The language that was chosen."""
    from lstm_viz.pictures.language import LANGUAGES

    return LANGUAGES[_chosen[0]]


def said(line: str) -> str:
    """A line of the program in the language."""
    return line if _chosen == ["en"] else language().sentence(line)


def echo(line: str) -> None:
    """A line on standard output."""
    click.echo(said(line))


def tell(line: str) -> None:
    """A line on standard error."""
    tell_as_it_is(said(line))


def tell_in_passing(line: str) -> None:
    """A line on standard error; on a terminal the next one takes its place."""
    tell_as_it_is(said(line), "\r" if sys.stderr.isatty() else "\n")


def tell_as_it_is(line: str, end: str = "\n") -> None:
    """A line on standard error; that it cannot be written is no reason to fail."""
    try:
        click.echo(line + end, err=True, nl=False)
    except OSError:
        hush(sys.stderr)


def hush(stream: IO[str]) -> None:
    """Let what is still to be written go nowhere: its reader is gone."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
