"""`Cell`: a recurrence with weights to begin with; and cells read from files.

cell = Cell("memory", "h = sigmoid(b_f) * h_prev + W @ x   # memory: a leaky sum of the input")
cell.start(inputs=1, hidden=4, seed=0)
"""

from __future__ import annotations

import codecs
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lstm_viz.equations.latex import displayed
from lstm_viz.equations.parse import EquationError
from lstm_viz.equations.recurrence import Recurrence
from lstm_viz.validation.errors import InputError

if TYPE_CHECKING:
    from lstm_viz.files.npz import Weights

LONGEST_FILE = 65536


class Cell(Recurrence):
    """One step of a recurrent network, as `Recurrence`, that says how its weights may begin."""

    def start(
        self,
        inputs: int = 1,
        hidden: int = 1,
        seed: Any = 0,
        start: str = "pytorch",
        **options: Any,
    ) -> Weights:
        """Weights to begin with, by parameter; see `lstm_viz.weights.starts.start`."""
        from lstm_viz.weights import starts

        return starts.start(self, inputs, hidden, seed, start, **options)

    def _repr_latex_(self) -> str:
        """Its equations, as a notebook shows them."""
        return f"$${displayed(self)}$$"


def read_cell(path: str) -> Cell:
    """The cell of a text file; its name is the file's, its source the first comment line.

    Raises `InputError` for a file that cannot be read as text and `EquationError` (which names the
    line) for one that is not a cell.
    """
    written = _content(path).replace("\r\n", "\n").replace("\r", "\n")
    head = next((line.strip("# \n") for line in written.splitlines() if line.strip()), "")
    source = head if written.lstrip().startswith("#") else ""
    try:
        return Cell(Path(path).stem, written, source)
    except EquationError as error:
        raise EquationError(f"{path}, {error}") from None


def _content(path: str) -> str:
    try:
        with Path(path).open("rb") as file:
            content = file.read(LONGEST_FILE + 1)
        wide = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))  # PowerShell's >
        written = content[:LONGEST_FILE].decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError:
        raise InputError(f"{path}: this is not a text of equations in UTF-8") from None
    except OSError as error:
        raise InputError(f"{path}: {error.strerror or error}") from None
    except ValueError as error:  # a null byte in the path
        raise InputError(f"{path!r}: {error}") from None
    if len(content) > LONGEST_FILE:
        raise InputError(f"{path}: more than {LONGEST_FILE} bytes are too many for equations")
    return written
