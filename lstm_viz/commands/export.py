"""A run as JSON, CSV, NPZ or text, for other programs; docs/json.md says what each key holds."""

from __future__ import annotations

import csv
import json
import math
from collections.abc import Iterable, Iterator, Mapping
from itertools import zip_longest
from typing import IO, Any

import numpy as np

from lstm_viz.commands.speaking import tell
from lstm_viz.equations.recurrence import Recurrence
from lstm_viz.equations.text import equation_text
from lstm_viz.equations.tree import PREVIOUS
from lstm_viz.files.npz import write_arrays
from lstm_viz.models.native import signed
from lstm_viz.problems import Answer, Problem
from lstm_viz.trace.records import Gradients, Trace
from lstm_viz.version import __version__


def as_data(trace: Trace, gradients: Gradients | None = None, loss: float = 0.0) -> dict[str, Any]:
    """All of a run in dictionaries; numbers stay in arrays until `write_json` writes them."""
    cell = trace.cell
    found: dict[str, Any] = {
        "version": __version__,
        "cell": cell.name,
        "equations": [equation_text(equation) for equation in cell.equations],
        "backward": [str(edge) for edge in cell.backward],
        "weights": dict(trace.weights),
        "inputs": trace.inputs,
        "values": {name: trace[name] for name in trace.names},
    }
    if trace.held:
        found["held"] = dict(trace.held)
    if gradients is None:
        return found
    return found | {
        "loss": loss if math.isfinite(loss) else None,
        "gradients": {name: gradients[name] for name in gradients.names},
        "weight_gradients": dict(gradients.weights),
        "edges": _edges(cell, gradients),
    }


def problem_data(problem: Problem, answers: Iterable[Answer]) -> dict[str, Any]:
    """What a problem is, and what it asks: `answers` by what is written in `ask`."""
    return {
        "problem": {"title": problem.title, "source": problem.source, "digits": problem.digits},
        "answers": {each.asked.written: each.values for each in answers},
    }


def _edges(cell: Recurrence, gradients: Gradients) -> Iterator[dict[str, Any]]:
    """The shares of every gradient; from `c_prev` to `c` goes what the step after sends back."""
    term = {(edge.source, edge.target): str(edge).split(" += ")[1] for edge in cell.backward}
    for name in gradients.names:
        for source, values in gradients.shares(name).items():
            written = term.get((source, name), f"d{source}" if source == name + PREVIOUS else "")
            yield {"from": source, "to": name, "term": written, "values": values}


def write_json(file: IO[str], data: Any) -> None:
    """One line of strict JSON, an array at a time; what is not finite becomes null, and is told."""
    pieces = _Json()
    for piece in pieces.of(data):
        file.write(piece)
    file.write("\n")
    file.flush()
    if pieces.nulls:
        tell("some numbers are not finite: in the JSON they are null")


class _Json:
    """JSON piece by piece; whether something in it was not finite."""

    nulls = False

    def of(self, data: Any) -> Iterator[str]:
        if isinstance(data, dict):
            yield from self._joined("{}", (self._entry(*each) for each in data.items()))
        elif isinstance(data, Iterator):
            yield from self._joined("[]", map(self.of, data))
        else:
            plain = data.tolist() if isinstance(data, np.ndarray) else data
            try:
                yield json.dumps(plain, allow_nan=False)
            except ValueError:
                self.nulls = True
                yield json.dumps(finite(plain), allow_nan=False)

    def _entry(self, key: str, value: Any) -> Iterator[str]:
        yield f"{json.dumps(key)}: "
        yield from self.of(value)

    @staticmethod
    def _joined(ends: str, parts: Iterable[Iterator[str]]) -> Iterator[str]:
        yield ends[0]
        for k, part in enumerate(parts):
            yield ", " * (k > 0)
            yield from part
        yield ends[1]


def finite(data: Any) -> Any:
    """The same with None for each number that is not finite."""
    if isinstance(data, dict):
        return {key: finite(value) for key, value in data.items()}
    if isinstance(data, list | tuple):
        return [finite(value) for value in data]
    return None if isinstance(data, float) and not math.isfinite(data) else data


def tell_not_finite(arrays: Iterable[np.ndarray]) -> None:
    """Tell of arrays that hold what is not finite: it stands in the file as it is."""
    if not all(np.isfinite(array).all() for array in arrays if array.dtype.kind == "f"):
        tell("some numbers are not finite: inf and nan stand in their place")


def write_csv(file: IO[str], trace: Trace, gradients: Gradients | None = None) -> None:
    """One row a step: `step`, then `c` or `c[0]`, `c[1]` …; gradients as `dc`."""
    columns = dict(_columns(trace, ""))
    if gradients is not None:
        columns |= dict(_columns(gradients, "d"))
    write_columns(file, columns)


def write_columns(file: IO[str], columns: Mapping[str, list[float]], first: str = "step") -> None:
    """A row a step, after `step` its numbers in full; where a column has ended, nothing."""
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow([first, *columns])
    for t, row in enumerate(zip_longest(*columns.values()), 1):
        writer.writerow([t, *("" if each is None else repr(each) for each in row)])


def _columns(record: Trace | Gradients, prefix: str) -> Iterator[tuple[str, list[float]]]:
    for name in record.names:
        units = record[name].T.tolist()
        for k, column in enumerate(units):
            yield prefix + name + (f"[{k}]" if len(units) > 1 else ""), column


def write_npz(file: IO[bytes], trace: Trace, gradients: Gradients | None = None) -> None:
    """Arrays by name: quantities and weights (`c`, `W_i`), and their gradients (`dc`, `dW_i`).

    The cell's name and text go along, so that `load_model` makes the same cell of the file.
    """
    arrays = signed(trace.cell) | {name: trace[name] for name in trace.names} | dict(trace.weights)
    if gradients is not None:
        arrays |= {"d" + name: gradients[name] for name in gradients.names}
        arrays |= {"d" + name: array for name, array in gradients.weights.items()}
    write_arrays(file, arrays)
    tell_not_finite(arrays.values())
