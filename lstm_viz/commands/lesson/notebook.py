"""A lesson as a notebook with its outputs: nbformat 4.5."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator, Sequence
from io import BytesIO
from typing import Any

from lstm_viz.commands.lesson.live import located
from lstm_viz.commands.lesson.printed import output_of
from lstm_viz.lessons.run import Played, Run
from lstm_viz.lessons.stage import Remembered, Shown
from lstm_viz.version import __version__


def notebook(run: Run) -> dict[str, Any]:
    """The lesson as what a notebook's file holds; the lecturer's notes stay out."""
    cells = [_cell(run, k) for k in range(len(run.lesson.pieces))]
    return {
        "cells": cells,
        "metadata": {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
            "lstm_viz": __version__,
            "title": run.lesson.question,
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }


def _cell(run: Run, k: int) -> dict[str, Any]:
    piece, played = run.lesson.pieces[k], run.at(k)
    cell = {"id": f"piece-{k + 1}", "metadata": {}}
    if piece.kind == "text":
        return cell | {"cell_type": "markdown", "source": played.text}
    code = cell | {"cell_type": "code", "execution_count": k + 1}
    if piece.kind == "live":
        source = "\n".join(_typed(piece.commands))
        text = "\n".join(map(output_of, piece.commands))
        return code | {"source": source, "outputs": [_stream(text)]}
    title = f"# {piece.title}\n" if piece.title else ""
    return code | {"source": title + piece.source, "outputs": list(_outputs(played))}


def _typed(commands: Sequence[str]) -> Iterator[str]:
    """Commands as a notebook runs them; it asks where files are that ship with the lessons."""
    lines = []
    for command in commands:
        words = ((word, located(word, "{{shipped('{}')}}".format)) for word in command.split())
        lines.append("!" + " ".join(word if new == word else f'"{new}"' for word, new in words))
    if any("{shipped(" in line for line in lines):
        yield "from lstm_viz.lessons import shipped\n"
    yield from lines


def _outputs(played: Played) -> Iterator[dict[str, Any]]:
    """What the cell shows when it is run: printed text first, then pictures."""
    told = [
        str(t.sentence if isinstance(t, Remembered) else t)
        for t in played.told
        if not isinstance(t, Shown)
    ]
    if text := "\n".join(filter(None, [played.printed, *told])):
        yield _stream(text)
    for shown in played.pictures:
        file = BytesIO()
        shown.figure().savefig(file, format="png", dpi=100)
        data = {"image/png": b64encode(file.getvalue()).decode(), "text/plain": repr(shown.thing)}
        yield {"output_type": "display_data", "data": data, "metadata": {}}


def _stream(text: str) -> dict[str, Any]:
    return {"output_type": "stream", "name": "stdout", "text": f"{text}\n"}
