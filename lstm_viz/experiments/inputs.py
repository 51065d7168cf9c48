"""From what was asked for to a sequence: by name, typed, of a file, of text; and scaled."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from lstm_viz.equations.recurrence import Recurrence
from lstm_viz.experiments.options import InputOptions
from lstm_viz.inputs.sequence import NAMED, Sequence, named, number, typed
from lstm_viz.inputs.vocabulary import Vocabulary, read_vocabulary
from lstm_viz.validation.errors import InputError, OptionError
from lstm_viz.validation.limits import refuse_too_large
from lstm_viz.validation.names import count

LENGTH = 100  # steps of noise, where no input is named
# Measured at its worst, which is back and then written as JSON: of the sequence, and of every unit
# of every quantity at every step.
BYTES_PER_NUMBER = 120


def bytes_per_step(cell: Recurrence, hidden: int) -> float:
    """What a step of a cell of so many units will need."""
    return BYTES_PER_NUMBER * (1.0 + len(cell.names) * hidden)


def asked_sequence(options: InputOptions, per_step: float) -> Sequence | None:
    """The input that was asked for, or None; too long a one is refused by its bytes per step."""
    sequence = _whole(options, per_step)
    return sequence if sequence is None else first_steps(sequence, options.steps)


def first_steps(sequence: Sequence, steps: int | None) -> Sequence:
    """The beginning of a sequence, said in words; `OptionError` where it is shorter than that."""
    there = len(sequence.values)
    if steps is None or steps == there:
        return sequence
    if steps > there:
        raise OptionError(f"--steps {steps}: the input has {there}")
    return replace(
        sequence,
        values=sequence.values[:steps],
        what=f"{sequence.what}; the first {steps} of {there} steps",
        labels=sequence.labels[:steps],
        stamps=sequence.stamps[:steps],
    )


def padding(sequence: Sequence) -> int:
    """How many rows at the end are nothing but zeros, if not all are."""
    there = np.flatnonzero(sequence.values.any(axis=1))
    return len(sequence.values) - 1 - int(there[-1]) if len(there) else 0


def _whole(options: InputOptions, per_step: float) -> Sequence | None:
    given, columns = options.input, options.column
    if given is not None and options.text is not None:
        raise OptionError("--input and --text: give only one of them")
    if columns and not (given and (given == "-" or given.startswith("@"))):
        raise OptionError("--column needs a file: --input @FILE.csv")
    if options.steps is not None and options.is_open:
        raise OptionError("--steps needs --input or --text")
    if options.missing and not (given and (given == "-" or given.startswith("@"))):
        raise OptionError("--missing needs a file: --input @FILE.csv")
    if options.length is not None:
        if given not in NAMED:
            raise OptionError(
                "--length is for a named input such as sine: this input has its own length"
            )
        given = f"{given}:{options.length}"
    # only what is asked for is imported: to read a table is much to know
    if options.text is not None:
        from lstm_viz.inputs import text

        return text.characters(options.text, per_step)
    if given is None:
        return None
    if given == "-":
        from lstm_viz.inputs import table

        if options.stdin is None:
            raise InputError("standard input is closed: there is nothing to read")
        return table.from_stream(options.stdin, columns, options.missing or "ask")
    if given.startswith("@") and given.lower().endswith((".npy", ".npz")):
        from lstm_viz.inputs import array_file

        return array_file.from_array_file(given[1:], columns)
    if given.startswith("@"):
        from lstm_viz.inputs import table

        return table.from_file(given[1:], columns, options.missing or "ask")
    if given.partition(":")[0].replace("-", "").isalpha() and not _is_number(given):
        return named(given, options.seed or 0, per_step)
    return typed(given)


def _is_number(written: str) -> bool:
    try:
        float(written)
    except ValueError:
        return False
    return True  # inf and nan, which `typed` refuses in its own words


# ---------------------------------------------------------------------------- scaled


def standardised(sequence: Sequence, given: str) -> Sequence:
    """(x − mean) / scale: both as they were given, or from the input itself, for `data`."""
    values = sequence.values
    if given == "data":
        mean, scale = values.mean(axis=0), values.std(axis=0)
        if not scale.all():
            constant = int(np.flatnonzero(scale == 0)[0]) + 1
            raise InputError(f"--standardise data: column {constant} of the input is constant")
    else:
        mean, scale = _pairs(given, values.shape[1])
    whose = "from the input itself" if given == "data" else "as given"
    shown = ", ".join(f"{m:g}:{s:g}" for m, s in zip(mean, scale, strict=True))
    what = f"{sequence.what}; standardised with mean:scale {shown} ({whose})"
    return replace(sequence, values=(values - mean) / scale, what=what)


def _pairs(given: str, columns: int) -> tuple[np.ndarray, np.ndarray]:
    rows = [[number(n, "--standardise") for n in part.split(":")] for part in given.split(",")]
    if any(len(row) != 2 or row[1] == 0 for row in rows) or len(rows) not in (1, columns):
        each = "MEAN:SCALE" if columns == 1 else f"MEAN:SCALE once, or {columns} times"
        raise OptionError(f"--standardise {given}: write {each}, scale not 0, or data")
    mean, scale = np.array(rows * (columns if len(rows) == 1 else 1)).T
    return mean, scale


# ---------------------------------------------------------------------------- by a vocabulary


def by_vocabulary(written: str, path: str, one_hot: bool, features: int | None) -> Sequence:
    """Words by their numbers in a vocabulary, or characters where it has only such; or one-hot."""
    vocabulary = read_vocabulary(path)
    read = vocabulary.read(written)
    if not read:
        raise InputError("--text is empty: give at least one word")
    numbers = np.array([number for _, number in read])
    what, labels = _said(vocabulary, read), tuple(repr(word) for word, _ in read)
    if not one_hot:
        return Sequence(numbers[:, None], what, labels)
    width = features or max(vocabulary.numbers.values()) + 1
    if numbers.max() >= width:
        raise InputError(f"{path}: number {numbers.max()} of {width} features")
    refuse_too_large(9.0 * width * len(numbers), f"{what}, one-hot", "a shorter text")
    values = (numbers[:, None] == np.arange(width)).astype(float)
    return Sequence(values, f"{what}, one-hot", labels, _rows(vocabulary, width))


def as_words(sequence: Sequence, name: str) -> Sequence:
    """The same as whole numbers, for the embedding of this name."""
    wide = sequence.values.shape[1]
    odd = sequence.values[sequence.values != np.rint(sequence.values)]
    if wide != 1 or odd.size:
        given = f"{wide} numbers per step" if wide != 1 else f"{odd[0]:g}"
        raise InputError(f"{name} needs one integer per step; the input has {given}")
    return replace(sequence, values=sequence.values.astype(int))


def _said(vocabulary: Vocabulary, read: list[tuple[str, int]]) -> str:
    """`3 words by words.txt, read by word, 1 of them unknown and read as <unk>`."""
    unit = "character" if vocabulary.by_character else "word"
    what = f"{count(len(read), unit)} by {vocabulary.path}, read by {unit}"
    unknown = sum(word not in vocabulary.numbers for word, _ in read)
    return what + (f", {unknown} unknown: read as {vocabulary.unknown}" if unknown else "")


def _rows(vocabulary: Vocabulary, width: int) -> tuple[str, ...]:
    """What each row of a one-hot input stands for; a number where no entry has it."""
    names = {number: repr(word) for word, number in vocabulary.numbers.items()}
    return tuple(names.get(k, str(k)) for k in range(width))
