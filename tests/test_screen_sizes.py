"""Every screen of `lstm-viz step` at the usual sizes: one scale, one axis of time, no jumps."""

import re

import numpy as np
import pytest
from stages import a_stage, drawn, text_of

from lstm_viz import CELLS, backpropagate, run
from lstm_viz.equations.tree import names_in
from lstm_viz.pictures.kinds import Beside, Table, Text
from lstm_viz.pictures.numerals import numeral, power_of_ten
from lstm_viz.terminal.grids import _Layout
from lstm_viz.terminal.paper import Paper, lines
from lstm_viz.views.step.film import make_film
from lstm_viz.views.step.keys import Stage
from lstm_viz.views.step.looked_at import LookedAt
from lstm_viz.views.step.products import product_bars
from lstm_viz.views.step.state import MORE_DIGITS, read_token

SIZES = [(60, 20), (80, 24), (120, 40), (200, 50)]


# ---------------------------------------------------------------------------- one scale for a run


def size_shown(row):
    """How long a bar is, in eighths of a column."""
    (drawn,) = re.findall(r"[+-]([█▏▎▍▌▋▊▉]*)·*$", row.plain.rstrip())
    return sum(8 if each == "█" else " ▏▎▍▌▋▊▉".index(each) for each in drawn)


def fading():
    """A stage on which the gradient of h falls from 1 to 5e-6."""
    weights = {"W": [[1.0]], "U": [[0.12]], "b": [0.0]}
    trace = run(CELLS["rnn"], weights, [[1.0], [0], [0], [0], [0.5], [0]])
    gradients = backpropagate(trace, {"h": [[0]] * 5 + [[1]]})
    return Stage(LookedAt(trace, gradients), lambda *_: None)


@pytest.mark.parametrize("size", SIZES)
def test_where_the_gradient_falls_its_bar_falls_by_as_much_in_logarithms(size):
    stage = fading()
    gradients = stage.run.gradients["h"][:, 0]
    assert 4e-6 < gradients[0] < 2e-5
    rows = {t: drawn(stage, f"b{t + 1}.h", *size) for t in range(6)}
    bars = [size_shown(next(r for r in rows[t] if "▸ h " in r.plain)) for t in range(6)]
    low, high = stage.run.decades
    for t, own in enumerate(bars):
        part = np.log(gradients[t] / low) / np.log(high / low)
        assert own / max(bars) == pytest.approx(part, abs=0.02), t
    assert bars == sorted(set(bars))
    for screen in rows.values():
        assert re.search(rf" {power_of_ten(low)} +(log +)?{power_of_ten(high)}", text_of(screen))


def test_a_gradient_and_its_only_share_are_as_long():
    stage = fading()
    rows = drawn(stage, "b3.h")
    (k,) = [k for k, row in enumerate(rows) if "▸ h " in row.plain]
    assert size_shown(rows[k]) == size_shown(rows[k + 1]) > 0


@pytest.mark.parametrize("way", ["", "b"])
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", CELLS)
def test_nothing_moves_from_step_to_step(name, size, way):
    """Labels, numbers' columns, bars and the rows that they stand in."""
    stage = a_stage(name)
    line = stage.run.tracked(0)[0]
    places = set()
    for t in range(1, 5):
        rows = [row.plain for row in drawn(stage, f"{way}{t + 1}.{line}", *size)]
        heads = [(k, row.index(" value ")) for k, row in enumerate(rows) if " value " in row]
        named = re.compile(r"(▸| ) (\w+) +=|(was|now|shown)  ")
        list_at = [(k, m[2] or m[3]) for k, row in enumerate(rows) if (m := named.match(row))]
        bars = {row.find("│") for row in rows if re.match(r"(▸| ) \w+ += sigmoid", row)}
        places.add((tuple(heads), tuple(list_at) if not way else (), tuple(sorted(bars))))
    assert len(places) == 1, places


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", CELLS)
def test_what_the_chosen_line_is_made_of_is_never_what_is_cut(name, size):
    stage = a_stage(name)
    cell = stage.run.cell
    line = stage.run.tracked(0)[0]
    text = text_of(drawn(stage, f"3.{line}", *size))
    used = [n for n in names_in(cell.equation[line].tree) if n in cell.quantities]
    missing = [n for n in used if not re.search(rf"^[▸ ] {n} +=", text, re.M)]
    assert missing == []


@pytest.mark.parametrize("name", CELLS)
def test_no_strip_has_another_axis_than_the_numbers(name):
    for size in SIZES:
        for hidden, steps in ((1, 6), (3, 40)):
            stage = a_stage(name, hidden, steps=steps)
            for way in ("", "b"):
                state = stage.checked(read_token(f"{way}4"))
                axes = time_axes(make_film(stage).picture(state, size[0], size[1] - 1), size[0])
                assert len(axes) <= 1, (size, steps, axes)


def time_axes(picture, width):
    """(label, columns of a step, first, last) of each grid, as it is drawn."""
    found = set()
    original = _Layout.of.__func__

    def listen(cls, grid, paper):
        layout = original(cls, grid, paper)
        if len(grid.rows):
            found.add((layout.label, layout.cells.edges, layout.cells.columns))
        return layout

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_Layout, "of", classmethod(listen))
        list(lines(picture, Paper(width)))
    return found


def test_more_digits_never_show_less():
    for value in (5.65e-5, -5.26e-5, 0.00049, 0.0012, 0.0995, 3.14159, 12345678.9):
        shown = [numeral(value, digits) for digits in MORE_DIGITS]
        significant = [len(each.partition("e")[0].replace(".", "").strip("-0")) for each in shown]
        errors = [abs(float(each) - value) for each in shown]
        assert errors == sorted(errors, reverse=True), shown
        assert significant == sorted(significant), shown


def test_a_candidate_below_zero_hangs_down_and_a_gate_never_does():
    stage = a_stage("lstm")
    rows = text_of(drawn(stage, "6.c", 120, 40)).splitlines()
    for k, row in enumerate(rows):
        if found := re.match(r"([ifgo]) (0…1|±1)", row):
            below_zero = bool((stage.run.trace[found[1]] < -0.1).any())
            assert bool(re.match(r" {8}.*[▔▀█]", rows[k + 1])) == below_zero, found[1]


@pytest.mark.parametrize("at", ["z_f.t", "h_prev.t"])
def test_products_have_one_scale_over_all_steps(at):
    stage = a_stage("lstm", 3)
    ends, sizes = set(), []
    for t in range(6):
        state = stage.checked(read_token(f"{'b' * ('_prev' in at)}{t + 1}.{at}"))
        *_, bars = product_bars(stage.run, state, 80)
        parts = bars.parts if isinstance(bars, Beside) else (bars,)
        ends |= {(bar.low, bar.high) for part in parts for bar in part.bars}
        sizes += [abs(bar.value) for part in parts for bar in part.bars]
    assert ends == {(-max(sizes), max(sizes))}


SWEPT = Table(
    ("cell", "solved", "diverged", "updates (median)", "fewest to most", "seconds", "right"),
    tuple(
        tuple((Text(word),) for word in (name, "5/5", "0/5", updates, span, "11.7", "100.0 %"))
        for name, updates, span in (
            ("lstm, forget bias chrono", "1,575", "1,397 to 1,779"),
            ("rnn", "never", "-"),
        )
    ),
    tuple(range(1, 7)),
)


@pytest.mark.parametrize("width", [120, 80, 70])
def test_a_table_of_numbers_that_is_too_wide_is_broken_in_its_words_alone(width):
    rows = [row.plain for row in lines(SWEPT, Paper(width))]
    assert max(map(len, rows)) <= width
    assert len([row for row in rows if "1,397 to 1,779" in row and "100.0 %" in row]) == 1
    assert len(rows) == {120: 3, 80: 4, 70: 5}[width]
    named = [row[:24].split("  ")[0].strip() for row in rows if row[:1] in "lfbr"]
    assert " ".join(named) == "lstm, forget bias chrono rnn"
    (at,) = {row.index(word) for row in rows for word in ("never", "1,575") if word in row}
    assert at > 15


def test_a_table_that_cannot_be_as_narrow_as_that_hangs_its_last_column():
    rows = [row.plain for row in lines(SWEPT, Paper(40))]
    assert max(map(len, rows)) <= 40
    assert rows[-1].split() == ["100.0", "%"]
