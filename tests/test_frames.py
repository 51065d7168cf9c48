"""The frames of `lstm-viz step`: true numbers, nothing cut, nothing told too early."""

import gc
import math
import re
import sys
import tracemalloc
from collections import Counter
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pyte
import pytest
from stages import a_run, a_stage, drawn, text_of

from lstm_viz import CELLS, Cell, backpropagate, run
from lstm_viz.pictures.alt_text import plain
from lstm_viz.pictures.kinds import Grid, Text
from lstm_viz.pictures.language import LANGUAGES
from lstm_viz.pictures.numerals import numeral
from lstm_viz.terminal.bars import bar
from lstm_viz.terminal.heat import heat
from lstm_viz.terminal.keys import decode
from lstm_viz.terminal.painter import Painter
from lstm_viz.terminal.paper import Paper, lines
from lstm_viz.terminal.player import Player, frame
from lstm_viz.terminal.rows import ATTRIBUTES, MANY, SIXTEEN, TRUECOLOUR, rgb
from lstm_viz.views.step.film import make_film
from lstm_viz.views.step.keys import Stage
from lstm_viz.views.step.looked_at import LookedAt
from lstm_viz.views.step.memory_ledger import ledger, memory_of
from lstm_viz.views.step.products import product_bars
from lstm_viz.views.step.state import State, read_token, token
from lstm_viz.views.step.two_cells import beside

NUMBER = re.compile(r"(?<![\w.\[])-?\d+\.\d+(?:e-?\d+)?(?![\w.])")

MANY_NODES = "fgr", "slstm"


def every_line(stage, t=2):
    """A state for every line that can be chosen, forward and back."""
    for back in (False, True):
        for unit in range(min(stage.run.units, 2)):
            for line in stage.run.lines(back, unit):
                yield State(t, line, back, unit)


@pytest.mark.parametrize("name", CELLS)
def test_no_row_is_wider_than_the_screen_whatever_is_chosen(name):
    for hidden, size in ((1, (120, 40)), (3, (80, 24))):
        stage = a_stage(name, hidden)
        for k, state in enumerate(every_line(stage)):
            switched = ({}, {"terms": True}, {"hidden": True, "predict": True})[k % 3]
            rows = drawn(stage, replace(state, **switched), *size)
            assert len(rows) == size[1]
            assert max(row.width for row in rows) <= size[0], state


@pytest.mark.parametrize("name", ["lstm", "rnn", "linear", "slstm"])
@pytest.mark.parametrize("columns", [40, 80, 120, 200])
def test_no_number_is_cut_at_any_width(name, columns):
    stage = a_stage(name, 2)
    known = all_numbers(stage)
    for at in ("3.h", "b3.h", "3.h.x", "b3.h.x"):
        rows = drawn(stage, at, columns, 60)
        assert max(row.width for row in rows) <= columns
        found = NUMBER.findall(text_of(rows))
        assert len(found) >= 10
        assert not re.search(r"\d\.\d+\.\d", text_of(rows))
        assert set(found) <= known, set(found) - known


def all_numbers(stage):
    """Every number that is recorded or follows from what is, as it is written."""
    found = set()
    for looked in (stage.run, a_run("rnn", 2)):
        arrays = [*looked.trace.weights.values(), *looked.gradients.weights.values()]
        for name in looked.trace.names:
            arrays += [looked.trace[name], looked.gradients[name], *looked.shares(name).values()]
        numbers = np.concatenate([np.ravel(each) for each in arrays])
        signed = [sign * float(v) for v in numbers for sign in (1, -1)]
        found |= {numeral(v, n) for v in signed for n in (1, 2, 3, 4)}  # fewer in a small wiring
        found |= {f"{100 * v:.1f}" for v in numbers if 0 <= v <= 1}
        found |= {f"{100 * (1 - v):.1f}" for v in numbers if 0 <= v <= 1}
    wide = (drawn(stage, at, 2000, 400) for at in ("3.h", "b3.h", "3.h.x", "b3.h.x"))
    computed = "\n".join(map(text_of, wide))  # what was kept and added: not recorded as such
    written = set(NUMBER.findall(computed))
    return found | written | {numeral(float(each), n) for each in written for n in (2, 3)}


def predictions(stage):
    """(the state that asks for a number, the number) where no other of the run is written alike."""
    runs = stage.run.trace, stage.run.gradients
    every = [abs(v) for r in runs for n in r.names for v in np.ravel(r[n]).tolist()]
    times = Counter(numeral(v, 9) for v in every)
    for state in every_line(stage):
        name = state.line.partition("[")[0]
        unit = 0 if name == "x" else state.unit
        secret = numeral(abs(float(runs[state.back][name][state.t, unit])), 9)
        if times[secret] == 1 and abs(float(secret)) > 1e-15:  # what rounding leaves is shown as 0
            yield replace(state, digits=9, predict=True), secret


@pytest.mark.parametrize("name", ["lstm", "gru", "slstm"])
@pytest.mark.parametrize(("hidden", "size"), [(1, (80, 24)), (1, (120, 60)), (3, (120, 60))])
def test_a_prediction_hides_its_number_and_changes_no_other(name, hidden, size):
    stage = a_stage(name, hidden)
    asked = list(predictions(stage))
    assert len(asked) > 10
    for state, secret in asked:
        before = text_of(drawn(stage, replace(state, hidden=True), *size))
        after = text_of(drawn(stage, state, *size))
        assert "?" in before
        assert secret not in before, (state, before)
        assert secret in after, (state, after)
        plain = text_of(drawn(stage, replace(state, predict=False), *size))
        assert NUMBER.findall(plain) == NUMBER.findall(after)


def test_what_was_predicted_is_shown_by_the_next_key_and_the_one_after_goes_on():
    stage = a_stage("lstm")
    player = Player(make_film(stage), stage.checked(read_token("2.c.d9")))
    numbers = [numeral(v, 9) for v in stage.run.trace["c"][:, 0].tolist()]
    for key, t, shown in (
        ("p", 1, False),
        ("right", 1, True),
        ("right", 2, False),
        ("up", 2, True),
    ):
        player.press(key)
        rows = text_of(player.rows(Paper(80, height=24)))
        assert (player.state.t, numbers[t] in rows) == (t, shown), key


def test_a_token_brings_the_state_back():
    for state in (
        State(0, "c"),
        State(11, "x[3]", True, 2, 6, True, True, True, True),
        State(3, "z_f", predict=True, terms=True),
        State(3, "z_f", unit=1, weight=12),
    ):
        assert read_token(token(state)) == state
    assert token(State(0, "c")) == "1.c"
    assert read_token("b5.x[3].u2.d6.t.x.r") == State(4, "x[3]", True, 2, 6, True, True, True)


def test_a_line_that_a_unit_has_not_cannot_be_chosen():
    cell = Cell("projected", "c = tanh(W @ x + U @ h_prev)\nh = P @ c")
    weights = {"W": np.ones((3, 1)), "U": np.ones((3, 2)), "P": np.ones((2, 3))}
    trace = run(cell, weights, np.zeros((7, 1)))
    looked = LookedAt(trace, backpropagate(trace, {}), "", (), ("", 0.0), LANGUAGES["en"])
    assert [looked.lines(False, unit) for unit in (1, 2)] == [("x", "c", "h"), ("x", "c")]


def test_keys_stop_at_the_ends_of_the_run_and_of_the_lines():
    stage = a_stage("lstm", 2)
    press = {name: change for names, _, _, change, *_ in stage.controls() for name in names}
    first, last = stage.checked(State()), len(stage.run) - 1
    lines = stage.run.lines(False, 0)
    assert press["left"](first) == first
    assert press["right"](first).t == 1
    assert press["right"](press["end"](first)) == press["end"](first) == replace(first, t=last)
    assert press["home"](press["end"](first)) == first
    for place, key in ((0, "up"), (-1, "down")):
        at_end = replace(first, line=lines[place])
        assert press[key](at_end) == at_end


def test_a_number_is_hidden_again_only_where_it_is_another():
    stage = a_stage("lstm", 2)
    press = {name: change for names, _, _, change, *_ in stage.controls() for name in names}
    asked = press["p"](stage.checked(State()))
    seen = press["right"](asked)
    assert (asked.hidden, seen.hidden, seen.t) == (True, False, 0)
    for key, hidden in (("left", False), ("right", True), ("end", True), ("down", True)):
        assert press[key](seen).hidden == hidden
        assert not press[key](replace(seen, predict=False)).hidden


def test_playing_goes_through_every_step_and_stops():
    stage = a_stage("lstm", 2)
    first = stage.checked(State())
    steps = list(range(len(stage.run)))
    there = list(played(stage, first))
    back = list(played(stage, replace(there[-1], back=True)))
    assert ([s.t for s in there], [s.t for s in back]) == (steps, steps[::-1])
    both = [(s.t, s.back) for s in stage.played(first, True)]
    assert both == [(t, False) for t in steps] + [(t, True) for t in reversed(steps)]


def played(stage, state):
    while state:
        yield state
        state = stage.onward(state)


def test_every_product_is_listed_and_they_sum_to_the_dot_product():
    stage = a_stage("lstm", 5)
    shown = text_of(drawn(stage, "3.z_f.u2.d9.t", 100, 40))
    products = re.findall(r"^\w_f\[2,\d\] · [\w]+\[\d\] +(\S+)", shown, flags=re.M)
    assert len(products) == 6
    trace = stage.run.trace
    total = trace["z_f"][2, 2] - trace.weights["b_f"][2]
    assert sum(map(float, products)) == pytest.approx(total, abs=1e-7)


def test_beside_more_units_a_smaller_cell_shows_its_last_one():
    large, small = a_run("lstm", 3), a_run("rnn", 2)
    state = Stage(large, lambda: small).checked(State(2, unit=2))
    strip = beside(large, small, state, frozenset(), 80).parts[2].parts[0]
    np.testing.assert_array_equal(strip.values[2, :3], small.trace["h"][:3, 1])


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (120, 40)])
@pytest.mark.parametrize("name", ["lstm", "gru", "minlstm"])
def test_beside_another_cell_the_memory_has_its_whole_sentence(name, size):
    stage = a_stage(name)
    for t in range(1, 7):
        shown = text_of(drawn(stage, f"{t}.h.x", *size))
        memory = memory_of(stage.run.trace, 0)
        now = numeral(float(stage.run.trace[memory][t - 1, 0]))
        assert re.search(rf"(^| ){re.escape(now)}\.( |$)", shown, re.M), shown
        strip = re.search(rf"^h {name} +[▁▂▃▄▅▆▇█▔▀]", shown, re.M)
        assert bool(strip) == (size == (120, 40))


def test_many_products_stand_side_by_side_in_columns_of_one_length():
    _, columns = product_bars(a_run("lstm", 20), State(2, "z_f"), 200)
    assert [len(part.bars) for part in columns.parts] == [8, 8, 6]


@pytest.mark.parametrize("name", ["lstm", "gru", "lstm-1997", "minlstm", "cifg"])
def test_the_ledger_adds_up(name):
    stage = a_stage(name)
    for t in range(1, 7):
        shown = text_of(drawn(stage, f"{t}.h.d9"))
        found = dict(re.findall(r"^(was|forgotten|grown|written|now) +(\S+)", shown, flags=re.M))
        parts = sum(float(number) for word, number in found.items() if word != "now")
        assert len(found) == 4
        assert parts == pytest.approx(float(found["now"]), abs=3e-6)


@pytest.mark.parametrize("kept", [-0.5, 1.5])
def test_a_memory_that_is_multiplied_by_no_fraction_says_by_what(kept):
    cell = Cell("typed", f"c = {kept} * c_prev + W @ x\nh = tanh(c)")
    trace = run(cell, cell.start(1, 1, seed=0), [[1.0], [0.5]])
    notes = [plain(bar.note) for bar in ledger(trace, 1, 0, lambda name: 2.0).bars]
    assert f"times {numeral(kept)}" in notes


def test_the_shares_on_the_screen_sum_to_the_gradient():
    stage = a_stage("lstm", 2)
    share = re.compile(r" (-?\d+\.\d+(?:e-?\d+)?) {2,}(?:(?:≈ )?-?[\d.]+ % +)?[-+·]")
    for line in stage.run.lines(True, 1):
        rows = text_of(drawn(stage, State(2, line, True, 1, 6), 100, 60)).splitlines()
        (k,) = [k for k, row in enumerate(rows) if row.startswith(f"▸ {line} ")]
        below = [row.startswith("    ") for row in rows[k + 1 :]]
        shown = rows[k + 1 : k + 1 + below.index(False)]
        shares = [float(found[1]) for row in shown if (found := share.search(row))]
        total = float(NUMBER.findall(rows[k])[1])
        assert shares
        assert sum(shares) == pytest.approx(total, abs=3e-6), (line, shown)


def test_time_is_filled_up_to_the_present_and_on_the_way_back_from_the_end():
    stage = a_stage("lstm")
    for t in range(6):
        forward = text_of(drawn(stage, f"{t + 1}.c")).splitlines()
        (c,) = [NUMBER.findall(row) for row in forward if re.match(r"c +-?\d", row)]
        assert c == [numeral(v) for v in stage.run.trace["c"][: t + 1, 0]]
        back = text_of(drawn(stage, f"b{t + 1}.c")).splitlines()
        (dc,) = [NUMBER.findall(row) for row in back if row.startswith("∂L/∂c")]
        assert dc == [numeral(v) for v in stage.run.gradients["c"][t:, 0]]


@pytest.mark.parametrize("name", CELLS)
def test_a_large_screen_shows_the_wiring_of_every_cell(name):
    stage = a_stage(name, steps=8)
    for at in ("3", "b3"):
        rows = 60 if name in MANY_NODES else 40
        text = text_of(drawn(stage, f"{at}.{CELLS[name].output}", 120, rows))
        assert "larger screen" not in text
        assert any(f"{state}_prev" in line and "───" in line for line in text.split("\n")
                   for state in CELLS[name].states)  # fmt: skip


@pytest.mark.parametrize("name", MANY_NODES)
def test_a_wiring_of_many_nodes_leaves_the_room_to_the_equations_where_it_has_too_little(name):
    text = text_of(drawn(a_stage(name, steps=8), f"3.{CELLS[name].output}", 120, 40))
    assert "───" not in text
    assert "more" not in text
    for equation in CELLS[name].equations:
        assert re.search(rf"^.? +{equation.target} += ", text, flags=re.M), equation.target


@pytest.mark.parametrize("name", MANY_NODES)
def test_on_a_wide_screen_a_wiring_of_many_nodes_stands_beside_the_equations(name):
    for way in ("", "b"):
        text = text_of(drawn(a_stage(name, steps=8), f"{way}3.c", 200, 50))
        assert "[maximum] m" in text if name == "slstm" else "f_prev" in text
        (memory,) = re.findall(r"^.*c_prev *[◀─]{4}", text, flags=re.M)
        assert memory.rindex("c_prev") > 80  # to the right of an equation
        assert "more" not in text


def test_numbers_in_a_wiring_never_touch():
    for name in ("lstm", "gru"):
        stage = a_stage(name, 2, steps=40)
        for t in range(1, 41, 3):
            for way in ("", "b"):
                shown = text_of(drawn(stage, f"{way}{t}.h", 120, 40))
                assert "[σ] " in shown
                assert not re.search(r"\de-?\d+\.\d|\d\.\d+\.\d", shown)


def test_the_history_of_a_gate_rises_and_falls_with_it():
    stage = a_stage("lstm", steps=30)
    rows = drawn(stage, "20.c", 120, 40)
    (line,) = [row.plain for row in rows if re.match(r"o 0…1 +[▁▂▃▄▅▆▇█]", row.plain)]
    heights = ["▁▂▃▄▅▆▇█".index(each) for each in re.findall(r" ([▁-█])\1+(?= )", line + " ")]
    values = stage.run.trace["o"][:20, 0]
    assert heights == [math.ceil(8 * v) - 1 for v in values]
    assert NUMBER.findall(line)[-1] == numeral(values[-1])


def test_bars_are_as_long_as_their_numbers():
    paper = Paper(80)
    assert bar(0.5, 0, 1, 22, paper).plain == "│" + "█" * 10 + "·" * 10 + "│"
    assert bar(-0.5, -1, 1, 21, paper).plain == "·" * 5 + "█" * 5 + "│" + "·" * 10
    assert bar(0.25, -1, 1, 21, paper).plain == "·" * 10 + "│██▌" + "·" * 7
    assert bar(2.0, -1, 1, 21, paper).plain.endswith("█>")
    assert bar(-2.0, -1, 1, 21, paper).plain.startswith("<█")
    assert bar(float("nan"), -1, 1, 21, paper).plain.strip() == "│"
    assert bar(0.5, 0, 1, 22, Paper(80, encoding="ascii")).plain == "|" + "#" * 10 + " " * 10 + "|"


def test_the_greys_of_a_heat_map_tell_the_sign():
    assert [heat(part, True)[0] for part in (0.0, 0.5, 1.0)] == ["#141414", "#808080", "#f7f7f7"]
    assert [heat(part, True)[1] for part in (0.0, 0.5, 1.0)] == ["#ffffff", "#000000", "#000000"]


def test_a_heat_map_without_colour_says_the_same_in_characters():
    stage = a_stage("lstm", 4, steps=40)
    rows = drawn(stage, "30.g", 80, 24, colours=False)
    (line,) = [row.plain for row in rows if row.plain.startswith("▸ g[0]")]
    wide = 62  # columns for the 40 steps, so that some have two
    cells = [line[8 + k * wide // 40] for k in range(30)]
    values = stage.run.trace["g"][:30, 0]
    assert len(line[8:].rstrip()) == 30 * wide // 40
    for cell, value in zip(cells, values, strict=True):
        assert cell in (" .:+oO@" if value >= 0 else " ,;-xX%")
    inked = [(" .:+oO@".find(c) + 1 or " ,;-xX%".find(c) + 1) for c in cells]
    order = np.argsort(np.abs(values))
    assert sorted(inked) == [inked[k] for k in order]


@pytest.mark.parametrize("depth", [ATTRIBUTES, SIXTEEN, MANY, TRUECOLOUR])
def test_what_is_sent_draws_every_cell_as_it_should_be(depth):
    stage = a_stage("lstm", 3)
    screen = pyte.Screen(120, 40)
    stream, painter = pyte.Stream(screen), Painter(120, 40, depth)
    for at in ("1.c", "2.c", "2.c", "3.f.u1", "b3.f.u1", "b2.z_i", "3.c.x", "1.z_g.t", "6.h"):
        rows = drawn(stage, at, 120, 40)
        stream.feed(painter.paint(rows))
        assert [r.rstrip() for r in screen.display] == [r.plain.rstrip() for r in rows]
        if depth == TRUECOLOUR:
            check_styles(screen, rows)
    assert painter.paint(rows) == ""


@pytest.mark.parametrize(("depth", "off"), [(TRUECOLOUR, 0), (MANY, 48)])
@pytest.mark.parametrize("smooth", [0.0, 0.9])
def test_every_cell_of_a_large_heat_map_is_right_in_a_terminal(smooth, depth, off):
    screen = pyte.Screen(110, 32)
    stream, painter = pyte.Stream(screen), Painter(110, 32, depth)
    random = np.random.default_rng(0)
    values = random.uniform(-1, 1, (30, 100))
    for _ in range(3):
        new = random.uniform(-1, 1, values.shape)
        values = np.where(random.uniform(size=values.shape) < smooth, values, new)
        values[:, 1:][:, random.uniform(size=99) < smooth] = values[:, :1]
        values[3, 7] = np.nan
        picture = Grid((), values, (Text(""),) * 30, low=-1.0)
        rows = list(lines(picture, Paper(110, height=32, colours=True)))
        stream.feed(painter.paint(rows))
        for y, x in np.ndindex(values.shape):
            cell, value = screen.buffer[y][10 + x], values[y, x]
            if np.isnan(value):
                assert (cell.data, cell.bg) == (" ", "default")
                continue
            assert cell.data == ("-" if value < 0 else " ")
            wanted = rgb(heat(round((value + 1) * 16) / 32, True)[0])
            shown = rgb(f"#{cell.bg}")
            assert max(abs(a - b) for a, b in zip(shown, wanted, strict=True)) <= off


def check_styles(screen, rows):
    """Every character has the colour, and the weight, of its run."""
    for y, row in enumerate(rows):
        x = 0
        for text, style in row.runs:
            for letter in text:
                cell = screen.buffer[y][x]
                assert cell.bold == ("bold" in style), (y, x, style)
                assert cell.reverse == ("reverse" in style)
                if letter != " " and (ink := [w for w in style.split() if w[0] == "#"]):
                    assert cell.fg == ink[0][1:]
                if " on #" in f" {style}":
                    assert cell.bg == style.rpartition("on #")[2][:6]
                x += 1


def test_playing_a_long_sequence_keeps_no_memory():
    stage = a_stage("lstm", steps=1000)
    film, paper = make_film(stage), Paper(80, height=24, colours=True)
    player, painter = Player(film, stage.checked(State()), 60), Painter(80, 24, TRUECOLOUR)
    player.press("space")
    sizes = []
    tracemalloc.start()
    for k in range(160):
        painter.paint(player.rows(paper))
        player.tick(float(k + 1))
        if k in (60, 159):
            gc.collect()
            sizes.append(tracemalloc.get_traced_memory()[0])
    tracemalloc.stop()
    assert player.state.t > 150
    assert sizes[1] - sizes[0] < 300_000  # 3 KB a frame: the bounded caches fill up, no more


@pytest.mark.parametrize("name", ["lstm", "gru", "slstm"])
def test_above_how_many_equations_are_left_out_stands_an_equation(name):
    stage, seen = a_stage(name), 0
    for state in (
        State(t, line, back) for line in "cfzh" for t in range(4) for back in (False, True)
    ):
        if state.line not in stage.run.lines(state.back, 0):
            continue
        rows = [row.plain for row in drawn(stage, stage.checked(state), 60, 20)]
        for above, row in pairwise(rows):
            if row.startswith("  ⋮"):
                seen += 1
                assert above.strip(), (state, rows)
    assert seen > 3


@pytest.mark.parametrize(("at", "begins"), [("6.c", "1.c"), ("b1.c", "b6.c")])
def test_at_the_end_space_plays_again_from_the_beginning(at, begins):
    stage = a_stage("lstm")
    player, paper = (
        Player(make_film(stage), stage.checked(read_token(at)), 2.0),
        Paper(80, height=24),
    )
    assert "space play" in player.rows(paper)[-1].plain
    player.press("space", 10.0)
    assert (player.playing, token(player.state)) == (True, begins)
    player.tick(10.4)
    assert token(player.state) == begins
    for k in range(1, 7):
        player.tick(10 + k / 2)
    assert (player.playing, token(player.state)) == (False, at)


def test_where_nothing_moves_the_foot_does_not_say_that_it_plays():
    stage = a_stage("lstm", steps=1)
    player = Player(make_film(stage), stage.checked(State()))
    player.press("space")
    assert not player.playing
    assert "space" not in player.rows(Paper(80, height=24))[-1].plain


def test_keys_are_read_however_they_are_sent():
    assert decode(b"\x1b[C\x1bOD\x1b[1;5A\x1b[4~ q\r") == (
        ["right", "left", "up", "end", "space", "q", "enter"],
        b"",
    )
    assert decode(b"b\x1b[", more=True) == (["b"], b"\x1b[")
    assert decode(b"\x1b") == (["escape"], b"")
    assert decode(b"\xff\x00\x1b[99zu") == (["u"], b"")


def test_a_frame_higher_than_the_screen_can_be_moved_over():
    stage = a_stage("lstm", 12)
    film, paper = make_film(stage), Paper(80, height=24)
    player = Player(film, stage.checked(read_token("3.z_f.t")))
    first = player.rows(paper)
    assert player.overflow > 0
    for _ in range(5):
        player.press("page down")
    last = player.rows(paper)
    assert "h_prev[11]" not in text_of(first)
    assert "h_prev[11]" in text_of(last)
    assert "PgDn" in last[-1].plain
    assert frame(film, player.state, paper)[1] == player.overflow


def test_a_bar_is_drawn_in_the_widest_range_that_floats_have():
    most = sys.float_info.max
    assert bar(most, -most, most, 21, Paper(encoding="ascii")).plain == " " * 10 + "|" + "#" * 10


@pytest.mark.parametrize("name", ["lstm", "gru", "minlstm"])
def test_what_is_to_be_predicted_is_neither_said_in_words_nor_missing_as_nan(name):
    stage = a_stage(name)
    line = next(n for n in stage.run.computed(0) if n.startswith("z"))
    for back in (False, True):
        state = State(2, line if not back else "c" if name == "lstm" else "h", back)
        hidden = text_of(drawn(stage, replace(state, predict=True, hidden=True), 130, 42))
        assert "nan" not in hidden
        assert back or " % of it" not in hidden
        assert back or " % of it" in text_of(drawn(stage, state, 130, 42))


def test_the_strip_of_many_steps_has_its_scale_in_its_head_and_no_row_for_it():
    shown = text_of(drawn(a_stage("lstm", 4, steps=60), "60.f", 80, 24))
    rows = shown.splitlines()
    k = next(k for k, row in enumerate(rows) if row.startswith("x "))
    assert "±" in rows[k - 1]
    assert rows[k + 1].startswith("forget gate, all units through time")
