"""In a wiring of characters every node, arrow and wire stays where it is from step to step."""

import pytest

from lstm_viz import CELLS
from lstm_viz.commands.output import Screen
from lstm_viz.commands.step_frames import make_stage
from lstm_viz.experiments import choose
from lstm_viz.experiments.holds import Hold
from lstm_viz.experiments.options import CellOptions, InputOptions, StepOptions
from lstm_viz.terminal.paper import Paper
from lstm_viz.terminal.wires import arrival
from lstm_viz.terminal.wiring import laid

SIZES = (57, 24), (90, 33), (117, 24)


def the_run(name, hidden, length, hold=()):
    cell, inputs = CellOptions(name, hidden), InputOptions(input=f"sine:{length}")
    return make_stage(choose(StepOptions(cell, inputs)), Screen()).of(hold)


def places(picture, size):
    """Where nodes, arrows and wires stand, and how many lines each node has."""
    boxes, drawn, ways = laid(picture, Paper(size[0]), size[1])
    arrows = [
        arrival(way, boxes[w.start if picture.backward else w.end].covers, True)
        for w, way in zip(picture.wires, ways, strict=bool(boxes))
        if boxes
    ]
    wires = [row.plain for row in drawn.rows]
    return {k: (b.row, b.starts, b.ends) for k, b in boxes.items()}, arrows, wires


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", CELLS)
def test_nothing_of_a_wiring_moves_from_step_to_step(name, size):
    run = the_run(name, 3, 10)
    for back in (False, True):
        first, *others = (places(run.wiring(t, 1, back), size) for t in range(len(run)))
        assert all(other == first for other in others)


@pytest.mark.parametrize("back", [False, True])
def test_nor_in_a_long_run_with_more_than_one_part_computed_at_once(back):
    run = the_run("lstm", 2, 101)
    first, *others = (places(run.wiring(t, 1, back), SIZES[0]) for t in range(7, 101, 9))
    assert all(other == first for other in others)


def test_a_number_has_as_many_digits_as_the_widest_leaves_room_for():
    run = the_run("lstm", 1, 10)
    for t in range(len(run)):
        picture = run.wiring(t, 0, False)
        boxes = laid(picture, Paper(57), 24).boxes
        for node in picture.nodes:
            _, (_, shown) = boxes[node.key].texts
            assert float(shown.replace("1-", "-") or 0) == pytest.approx(node.value, rel=0.1) or (
                shown.startswith("1-")
            )
            assert len(shown) <= boxes[node.key].ends[1] - boxes[node.key].starts[1]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", ["lstm", "gru", "rnn", "cifg"])
def test_nothing_of_a_wiring_moves_when_something_is_held(name, size):
    for quantity, value in ((CELLS[name].output, -1.234e-7), (CELLS[name].quantities[1], 12.5)):
        run = the_run(name, 3, 10, (Hold(quantity, value, (), (3, 3)),))
        for back in (False, True):
            now, then = (places(each.wiring(5, 1, back), size) for each in (run, run.was))
            assert now == then


@pytest.mark.parametrize("size", SIZES)
def test_a_number_that_is_wider_than_its_room_has_fewer_digits_or_none(size):
    run = the_run("lstm", 1, 10, (Hold("c", -1.2345678e-108, (), (3, 3)),))
    boxes = laid(run.wiring(3, 0, False), Paper(size[0]), size[1]).boxes
    texts = [text for box in boxes.values() for _, text in box.texts[1:]]
    assert all(
        len(text) <= box.ends[k] - box.starts[k]
        for box in boxes.values()
        for k, (_, text) in enumerate(box.texts)
    )
    assert "" in texts or "-1e-108" in texts
