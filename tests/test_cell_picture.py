"""What the cell's picture claims of its wires, gates and sentence is true of what is drawn."""

from itertools import combinations, pairwise

import numpy as np
import pytest
from matplotlib.colors import to_rgb
from matplotlib.transforms import Bbox
from samples import ran

from lstm_viz import CELLS, Cell, backpropagate, run
from lstm_viz.figure.frames import Frames, canvas_of
from lstm_viz.figure.layout import Drawing
from lstm_viz.figure.routes import GATE, half, length
from lstm_viz.figure.style import THEMES
from lstm_viz.figure.wires import THICK, THIN, thickness
from lstm_viz.figure.wiring import samples
from lstm_viz.pictures.kinds import Wiring, Words
from lstm_viz.terminal import Paper, lines
from lstm_viz.views.wiring import frames, motion
from lstm_viz.views.wiring.diagram import wiring

INK = THEMES["light"]


def drawn(picture):
    """The figure of a picture; its axes by their labels."""
    figure = Drawing(picture).figure
    return figure, {axes.get_label(): axes for axes in figure.axes}


def lines_of(picture):
    """The wires' own lines."""
    return named("wires", picture)


def named(gid, picture):
    (found,) = (c for c in drawn(picture)[1]["wiring"].collections if c.get_gid() == gid)
    return found


def dashed(collection):
    return [pattern is not None for _, pattern in collection.get_linestyles()]


def said_on(figure):
    return " ".join(text.get_text() for text in figure.texts)


@pytest.mark.parametrize("backward", [False, True])
def test_a_wire_is_as_wide_as_its_number_and_broken_below_zero(backward):
    trace, gradients = ran()
    picture = wiring(trace, 4, gradients=gradients if backward else None)
    lines = lines_of(picture)
    sizes = np.array([abs(wire.value) for wire in picture.wires])
    order = np.argsort(sizes)
    assert (np.diff(lines.get_linewidths()[order]) >= 0).all()
    assert dashed(lines) == [wire.value < 0 for wire in picture.wires]
    assert {True, False} == set(dashed(lines))


def test_a_wire_below_zero_is_seen_to_be_broken_however_short_it_is():
    lines, arrows = (named(gid, wiring(ran()[0], 4)) for gid in ("wires", "arrows"))
    seen = []
    for way, (_, pattern), head in zip(
        lines.get_segments(), lines.get_linestyles(), arrows.get_paths(), strict=True
    ):
        if pattern is not None:
            inches = np.hypot(*np.diff(way, axis=0).T).sum()
            tip, *base = head.vertices[:3]
            free = 72 * (inches - np.hypot(*(tip - np.mean(base, axis=0))))
            seen.append(free / (2 * pattern[0] + pattern[1]))
    assert len(seen) > 3
    assert min(seen) > 0.95


def test_a_wire_has_the_colour_of_what_it_carries_faint_near_zero():
    picture = wiring(ran()[0], 4)
    for wire, colour in zip(picture.wires, lines_of(picture).get_colors(), strict=True):
        far = np.linalg.norm(np.array(colour[:3]) - to_rgb(INK.colour(wire.of)))
        assert bool(far < 1e-6) is (abs(wire.value) >= 0.12 * picture.full), wire


def test_beyond_a_shut_gate_the_wire_is_faint_and_before_it_strong():
    """At step 5 the forget gate erases the memory."""
    picture = wiring(ran()[0], 4)
    colours = lines_of(picture).get_colors()
    ways = {(w.start, w.end): c for w, c in zip(picture.wires, colours, strict=True)}
    light = {way: np.linalg.norm(1 - ways[way][:3]) for way in ways}
    assert light["c_prev", "c.1"] > 2 * light["c.1", "c"]


def test_width_is_linear_up_to_the_full_number_or_logarithmic_between_two():
    thin, half, full, more = (thickness(value, 2.0) for value in (0.0, -1.0, 2.0, 5.0))
    assert half - thin == pytest.approx((full - thin) / 2)
    assert full == more == THICK
    assert thickness(None, 2.0) == thickness(float("nan"), 2.0) == thin == THIN
    steps = [thickness(10.0**k, 1.0, 1e-4) for k in range(-5, 2)]
    assert np.diff(steps)[1:5] == pytest.approx((THICK - THIN) / 4)
    assert (steps[0], steps[-1]) == (THIN, THICK)


@pytest.mark.parametrize("backward", [False, True])
def test_the_key_has_the_widths_of_the_numbers_beside_it(backward):
    trace, gradients = ran()
    picture = wiring(trace, 4, gradients=gradients if backward else None)
    figure, axes = drawn(picture)
    (key,) = axes["key"].collections
    found = samples(picture)
    wanted = [thickness(value, picture.full, picture.low) for value, _ in found]
    assert list(key.get_linewidths()) == pytest.approx(wanted)
    assert dashed(key) == [value < 0 for value, _ in found]
    for _, said in found:
        assert said.replace("-", "−") in said_on(figure)


def test_the_scale_of_the_wires_is_one_for_the_whole_run():
    trace, gradients = ran()
    for record in (None, gradients):
        scales = {(p.low, p.full) for p in (wiring(trace, t, gradients=record) for t in range(6))}
        assert len(scales) == 1
    largest = max(np.abs(gradients[name]).max() for name in trace.cell.quantities)
    assert wiring(trace, 0, gradients=gradients).full >= largest


def test_a_vanishing_gradient_is_seen_to_vanish_in_the_wires():
    cell = CELLS["rnn"]
    trace = run(cell, {"W": [[0.0]], "U": [[0.1]], "b": [0.0]}, np.zeros((5, 1)))
    back = backpropagate(trace, {"h": [[0.0]] * 4 + [[1.0]]})
    widths = [lines_of(wiring(trace, t, gradients=back)).get_linewidths()[-1] for t in range(5)]
    assert np.diff(widths) == pytest.approx((THICK - THIN) / 4)


# ---------------------------------------------------------------------------- gates


def level_of(patch):
    points = patch.get_path().vertices
    return np.ptp(points[:, 1]) / (2 * GATE)


def test_a_gate_is_filled_as_far_as_it_is_open_and_has_its_sign():
    trace, _ = ran()
    for t in range(6):
        axes = drawn(wiring(trace, t))[1]["wiring"]
        levels = [p for p in axes.patches if type(p).__name__ == "PathPatch"]
        for level, gate in zip(levels, ("f", "i", "o"), strict=True):
            assert level_of(level) == pytest.approx(float(trace[gate][t, 0]), abs=1e-6)
        rings = [p for p in axes.patches if getattr(p, "radius", 0) == GATE and not p.get_fill()]
        signs = {t.get_position() for t in axes.texts if t.get_text() == "×"}
        assert {ring.center for ring in rings} == signs
        colours = [tuple(ring.get_edgecolor()[:3]) for ring in rings]
        assert colours == [to_rgb(INK.colour(f"{r} gate")) for r in ("forget", "input", "output")]


@pytest.mark.parametrize("name", CELLS)
@pytest.mark.parametrize("backward", [False, True])
def test_a_caption_speaks_of_gates_and_logarithms_where_there_are_such(name, backward):
    cell = CELLS[name]
    trace = run(cell, cell.start(seed=3), np.ones((3, 1)))
    back = backpropagate(trace, {"h": np.ones((3, 1))})
    frame = next(frames.backward(back) if backward else frames.forward(trace))
    (picture,) = (part for part in frame.parts if isinstance(part, Wiring))
    said = frame.parts[-1].text[0].text
    assert ("gate" in said) is any(node.shape == "gate" for node in picture.nodes)
    assert ("logarithm" in said) is (picture.low > 0)
    assert ("along the arrows" in said) is backward


@pytest.mark.parametrize("backward", [False, True])
def test_on_characters_no_caption_speaks_of_widths_and_meters(backward):
    trace, gradients = ran()
    frame = next(frames.backward(gradients) if backward else frames.forward(trace))
    typed = " ".join(row.plain for row in lines(frame, Paper(80)))
    assert "wide" not in typed
    assert "filled" not in typed
    assert ("The gradient goes back along the arrows." in typed) is backward


def test_the_arrows_of_the_way_back_point_back():
    trace, gradients = ran()
    heads = {}
    for record in (None, gradients):
        picture = wiring(trace, 3, gradients=record)
        ends = [path.vertices[0] for path in named("arrows", picture).get_paths()]
        heads[bool(record)] = dict(
            zip([(w.start, w.end) for w in picture.wires], ends, strict=True)
        )
    assert heads[False]["c_prev", "c.1"][0] > heads[True]["c_prev", "c.1"][0]


@pytest.mark.parametrize("name", ["lstm", "rnn", "gru", "slstm"])
def test_the_sentence_of_the_step_stands_above_it(name):
    cell = CELLS[name]
    trace = run(cell, cell.start(hidden=3, seed=3), np.ones((3, 1)))
    back = backpropagate(trace, {"h": np.ones((3, 3))})
    for way in (frames.forward(trace, 1), frames.backward(back, 1)):
        head, said, picture, _ = next(way).parts
        assert "unit 1 of 0 to 2" in head.text
        state = "c" if name in ("lstm", "slstm") else "h"
        value = next(node.value for node in picture.nodes if node.key == state)
        assert any(getattr(piece, "value", None) == pytest.approx(value) for piece in said.text)


@pytest.mark.parametrize("name", sorted(CELLS))
@pytest.mark.parametrize("backward", [False, True])
def test_no_label_covers_another(name, backward):
    cell = CELLS[name]
    trace = run(cell, cell.start(seed=3), -np.ones((3, 1)))
    gradients = backpropagate(trace, {"h": np.ones((3, 1))}) if backward else None
    figure, axes = drawn(wiring(trace, 1, gradients=gradients))
    canvas_of(Drawing(wiring(trace, 1)))
    figure.canvas.draw()
    texts = [text for text in axes["wiring"].texts if text.get_text()]
    boxes = {text: text.get_window_extent().padded(-1) for text in texts}
    for one, other in combinations(texts, 2):
        assert not boxes[one].overlaps(boxes[other]), (one.get_text(), other.get_text())
    for text, box in boxes.items():
        assert figure.bbox.containsx(box.x0), text.get_text()
        assert figure.bbox.containsx(box.x1), text.get_text()


TYPED = {
    "gate used twice": """
        a = sigmoid(V @ h_prev + W_a @ x)
        r = sigmoid(V_r @ h_prev + W_r @ x)
        n = tanh(W @ x + U @ (r * h_prev))
        s = a * s_prev + (1 - a) * n
        c = r * c_prev + a * s
        h = tanh(c) * r
        """,
    "three states": """
        f = sigmoid(W_f @ x + U_f @ h_prev)
        i = sigmoid(W_i @ x + U_i @ h_prev)
        c = f * c_prev + i * tanh(W_c @ x)
        n = f * n_prev + i
        h = c / (1 + n ** 2)
        """,
    "no memory": "a = relu(W @ x)\ng = tanh(V @ a)\ny = a * g + a",
}


@pytest.mark.parametrize("name", [*sorted(CELLS), *TYPED])
@pytest.mark.parametrize("backward", [False, True])
def test_no_wire_lies_under_a_label_or_a_node_that_it_does_not_lead_to(name, backward):
    cell = CELLS[name] if name in CELLS else Cell("typed", TYPED[name])
    trace = run(cell, cell.start(seed=3), -np.ones((3, 1)))
    slope = {cell.output: np.ones((3, 1))}
    picture = wiring(trace, 1, gradients=backpropagate(trace, slope) if backward else None)
    figure, axes = drawn(picture)
    figure.canvas.draw()
    place = axes["wiring"].transData
    ways = [place.transform(way) for way in lines_in(axes["wiring"], "wires")]
    trunks = [place.transform(way) for way in lines_in(axes["wiring"], "trunks")]
    bodies = {node.key: body_of(node, picture, axes["wiring"]) for node in picture.nodes}
    for wire, way in zip(picture.wires, ways, strict=True):
        for key, body in bodies.items():
            assert key in (wire.start, wire.end) or not crosses(way, body), (wire, key)
    inside = [box for node, box in zip(picture.nodes, bodies.values(), strict=True) if node.symbol]
    for text in (t for t in axes["wiring"].texts if t.get_text()):
        box = text.get_window_extent().padded(-1.5)
        if not any(body.contains(*((box.p0 + box.p1) / 2)) for body in inside):
            assert not any(crosses(way, box) for way in [*ways, *trunks]), text.get_text()


CROWDED = {
    "peepholes at both ends": """
        i = sigmoid(W_i @ x + U_i @ h_prev + p_i * c_prev + b_i)
        f = sigmoid(W_f @ x + U_f @ h_prev + p_f * c_prev + b_f)
        g = tanh(W_g @ x + U_g @ h_prev + b_g)
        c = f * c_prev + i * g
        o = sigmoid(W_o @ x + U_o @ h_prev + p_o * c + v_o * c_prev + b_o)
        h = o * tanh(c)
        """,
    "nine gates": "".join(f"f{k} = sigmoid(W_{k} @ x + b_{k})\n" for k in range(1, 10))
    + "c = f1 * f2 * f3 * c_prev + f4 * f5 * x\n"
    + "h = f6 * f7 * tanh(c) + f8 * f9 * h_prev",
}


@pytest.mark.parametrize("name", [*TYPED, *CROWDED])
def test_no_wire_runs_along_the_edge_of_a_node(name):
    cell = Cell("typed", (TYPED | CROWDED)[name])
    picture = wiring(run(cell, cell.start(seed=3), -np.ones((3, 1))), 1)
    figure, axes = drawn(picture)
    figure.canvas.draw()
    place = axes["wiring"].transData
    for wire, way in zip(picture.wires, lines_in(axes["wiring"], "wires"), strict=True):
        for node in picture.nodes:
            if node.shape != "name" and node.key not in (wire.start, wire.end):
                body = body_of(node, picture, axes["wiring"]).padded(5)
                assert not crosses(place.transform(way), body), (wire, node.key)


def lines_in(axes, gid):
    return next(c for c in axes.collections if c.get_gid() == gid).get_segments()


def body_of(node, picture, axes):
    """What a node covers of the page."""
    size = np.array([axes.get_xlim()[1], axes.get_ylim()[1]])
    middle, (wide, high) = np.array([node.x, node.y]) * size, half(node)
    half_size = np.array([wide, high])
    corners = axes.transData.transform([middle - half_size, middle + half_size])
    return Bbox(corners).padded(-2)


def crosses(way, box):
    """Whether a line, level or upright piece by piece, goes through a box."""
    pieces = (Bbox([np.minimum(a, b), np.maximum(a, b)]) for a, b in pairwise(way))
    return any(piece.padded(0.01).overlaps(box) for piece in pieces)


# ---------------------------------------------------------------------------- in motion


def lit(frame):
    return next(part.lit for part in frame.parts if isinstance(part, Wiring))


def film(back=True):
    trace, gradients = ran()
    how = motion.pace(trace, 0, back)
    ways = [frames.forward(trace), *([frames.backward(gradients)] if back else [])]
    return list(motion.film(ways, how)), how


def test_a_film_moves_in_small_steps_and_rests_when_a_step_is_done():
    found, how = film()
    assert len(found) == how.count(6)
    turns = np.array([lit(frame) for frame in found])
    steps = np.diff(turns)
    assert steps[steps > 0].max() == pytest.approx(1 / how.parts)
    rests = [len(list(group)) for done, group in grouped(found) if done]
    assert len(rests) == 12
    assert min(rests) == how.rest(0, last=False)


def grouped(found):
    """Runs of one and the same frame."""
    runs = []
    for frame in found:
        if runs and runs[-1][1][-1] is frame:
            runs[-1] = True, [*runs[-1][1], frame]
        else:
            runs.append((False, [frame]))
    return runs


def test_it_rests_long_at_the_write_the_erase_the_turn_and_the_end():
    rests = [len(group) for done, group in grouped(film()[0]) if done]
    long = [k for k, rest in enumerate(rests) if rest > min(rests)]
    # forward: written at step 2, erased at 5, the turn; back: 5, 2, the end
    assert [k + 1 if k < 6 else 12 - k for k in long] == [2, 5, 6, 5, 2, 1]


def test_the_sentence_comes_when_the_step_is_done_and_its_room_is_kept():
    found, _ = film(back=False)
    moving, done = found[0].parts[1], found[45].parts[1]
    first = next(frame for frame in found if frame.parts[1].text)
    assert isinstance(moving, Words)
    assert moving.text == ()
    assert moving.room == first.parts[1].text
    assert isinstance(done, Words)


def test_a_value_travels_along_its_wire_and_numbers_come_in_their_turn():
    frame = next(frames.forward(ran()[0]))
    whole = [length(way) for way in segments(motion.lit(frame, 7, done=True))]
    before = np.zeros(len(whole))
    for turn in np.linspace(0.25, 7, 28):
        now = np.array([length(way) for way in segments(motion.lit(frame, turn, done=False))])
        assert (now >= before - 1e-9).all()
        before = now
    assert before == pytest.approx(whole)
    half = motion.lit(frame, 1.5, done=False)
    shown = {text.get_text() for text in drawn(half)[1]["wiring"].texts}
    numbers = {node.key: node for node in half.parts[2].nodes}
    assert "−3.00" in shown  # z_i, after one operation
    assert numbers["i"].turn == 2
    assert "0.047" not in shown


def segments(frame):
    return lines_of(frame).get_segments()


def test_frames_of_a_film_in_motion_are_those_drawn_afresh():
    found = film()[0][::37]
    for frame, pixels in zip(found, Frames(found), strict=True):
        alone = next(iter(Frames([frame], size=(10.0, pixels.shape[0] / 100))))
        assert (np.abs(alone.astype(int) - pixels) > 24).mean() < 1e-3


def test_a_long_run_has_one_picture_a_step():
    cell = CELLS["lstm"]
    trace = run(cell, cell.start(), np.zeros((400, 1)))
    how = motion.pace(trace, 0, False)
    assert how.count(400) == 400
    assert sum(1 for _ in motion.film([frames.forward(trace)], how)) == 400


def test_the_input_is_said_to_be_one_of_several_features():
    trace = run(CELLS["lstm"], CELLS["lstm"].start(2, 3, seed=3), np.array([[1.0, 2.0]]))
    for unit, name, value in ((0, "x[0]", 1.0), (1, "x[1]", 2.0), (2, "x[1]", 2.0)):
        (node,) = (n for n in wiring(trace, 0, unit).nodes if n.label.text.startswith("x"))
        assert (node.label.text, node.value) == (name, value)
