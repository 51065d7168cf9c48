"""What `lstm-viz model A --against B` does: run both, show where they differ, and exit by it."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import numpy as np

from lstm_viz.commands.export import write_json
from lstm_viz.commands.shared_options import gather, standard_input
from lstm_viz.commands.speaking import language
from lstm_viz.experiments.compare_models import TwoModels, compare_models
from lstm_viz.experiments.options import StepOptions
from lstm_viz.pictures.translated import translated
from lstm_viz.terminal import open_console, show
from lstm_viz.version import __version__
from lstm_viz.views.against import against


def run_against(**given: Any) -> int:
    """0 where both compute the same, 1 where they do not."""
    asked = gather(StepOptions, {**given, "model": given["file"], "stdin": standard_input()})
    other = given["against"], given["against_layer"], given["against_head"]
    with np.errstate(all="ignore"):
        both = compare_models(asked, *other)
    if given["json"]:
        write_json(sys.stdout, as_data(both))
    else:
        show(
            [translated(each, language()) for each in against(both)], open_console(), say=language()
        )
    return 0 if both.found.agree else 1


def as_data(both: TwoModels) -> Mapping[str, Any]:
    """All of it as dictionaries, lists and numbers; steps are counted from 1."""
    found = both.found
    place = None if found.first is None else asdict(found.first) | {"step": found.first.step + 1}
    return {
        "version": __version__,
        "model": both.first.options.model.model,
        "against": both.other,
        "input": both.first.sequence.what,
        "agree": found.agree,
        "tolerance": found.tolerance,
        "layers": [asdict(pair) for pair in found.pairs],
        "first": place,
        "weights": list(found.weights),
        "suspicions": list(found.suspicions),
        "notes": [*found.notes, *both.notes],
    }
