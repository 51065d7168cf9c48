"""What `lstm-viz check` does: compare, show, and exit by it."""

from __future__ import annotations

import sys
from dataclasses import asdict
from typing import Any

from lstm_viz.commands.export import write_json
from lstm_viz.exercises.check_report import Found, Report, Slope
from lstm_viz.exercises.checking import check
from lstm_viz.exercises.numbers import told
from lstm_viz.pictures.language import LANGUAGES
from lstm_viz.terminal import open_console, show
from lstm_viz.version import __version__
from lstm_viz.views.check import checked


def run_check(file: str, cell: str | None, as_json: bool, lang: str) -> int:
    """0 where all is right, 1 where something is not."""
    report = check(file, cell)
    if as_json:
        write_json(sys.stdout, as_data(report))
    else:
        say = LANGUAGES[lang]
        show([checked(report, say)], open_console(), say=say)
    return 0 if report.right else 1


def as_data(report: Report) -> dict[str, Any]:
    """All of it as dictionaries, lists and numbers; steps from 1."""
    return {
        "version": __version__,
        "file": report.path,
        "cell": report.cell.name,
        "executed": report.executed,
        "right": report.right,
        "tolerance": report.tolerance,
        "layouts": [list(order) for order in report.layouts],
        "forward": _judged(report.forward),
        "backward": _judged(report.backward),
        "slopes": _slopes(report.slopes),
        "slopes_by": report.by or None,
        "numeric": _slopes(report.numeric),
        "changed": list(report.changed),
        "not_compared": list(report.left),
        "taken_for_0": list(report.zeros),
    }


def _judged(judged: Found | None) -> dict[str, Any] | None:
    if judged is None:
        return None
    return {
        "right": judged.right,
        "largest": judged.largest,
        "first": asdict(judged.first) if judged.first else None,
        "explains_all": not judged.some,
        "all_zero": list(judged.zeros),
        "transposed": list(judged.turned),
        "wrong_in_all_blocks": list(judged.blocks),
        "other_cells": list(judged.cells),
        "mistakes_of_the_other_cell": list(dict.fromkeys(map(told, judged.theirs))),
        "mistakes": list(dict.fromkeys(map(told, judged.found))),
    }


def _slopes(slopes: tuple[Slope, ...]) -> list[dict[str, Any]]:
    return [{"name": s.name, "error": s.error, "right": s.right} for s in slopes]
