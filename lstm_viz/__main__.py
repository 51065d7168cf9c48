"""The program: `lstm-viz`, and `python -m lstm_viz` alike."""

from __future__ import annotations

import signal
from typing import NoReturn


def main() -> NoReturn:
    """The program `lstm-viz`: a Ctrl-C while it is still being loaded ends it without a word."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    from lstm_viz.commands.cli import main as program

    program()


if __name__ == "__main__":
    main()
