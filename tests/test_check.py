"""Somebody's own cell beside ours: right ones are told so, wrong ones are localised and named."""

import json
from pathlib import Path

import numpy as np
import pytest
from program import lstm_viz

from lstm_viz import CELLS, GRU, LSTM, RNN, Cell, InputError, backpropagate, run
from lstm_viz.exercises.checking import check
from lstm_viz.exercises.layouts import Blocks

OWN = Path(__file__).parent / "fixtures" / "own"
COPIED = (OWN / "copied_delta.py").read_text()
RIGHT = COPIED.replace(
    "[delta_f, delta_f, delta_f, delta_g]", "[delta_f, delta_i, delta_o, delta_g]"
)
NUMERIC = """

def numeric(x, W, U, b, h0, c0, dh):
    given = {"W": W, "U": U, "b": b}
    found = {}
    for name, array in given.items():
        slope = np.zeros_like(array)
        for place in np.ndindex(*array.shape):
            two = []
            for step in (1e-5, -1e-5):
                moved = dict(given) | {name: array.copy()}
                moved[name][place] += step
                two.append((forward(x, **moved, h0=h0, c0=c0)["h"] * dh).sum())
            slope[place] = (two[0] - two[1]) / 2e-5
        found["d" + name] = slope
    return found
"""


@pytest.fixture
def own(tmp_path):
    def written(text, name="mine.py"):
        path = tmp_path / name
        path.write_text(text)
        return str(path)

    return written


def numbers(cell, seed=0, digits=12):
    """x, weights, states, values and gradients of a run, as somebody has them in a file."""
    random = np.random.default_rng(seed)
    weights = {n: random.normal(size=s).round(2) for n, s in cell.shapes(2, 3).items()}
    x, dh = random.normal(size=(4, 2)).round(2), random.normal(size=(4, 3)).round(2)
    states = {s: random.normal(size=3).round(2) for s in cell.states}
    trace = run(cell, weights, x, states)
    gradients = backpropagate(trace, {"h": dh})
    found = {"x": x, "dL_dh": dh, **weights, **{f"{s}0": a for s, a in states.items()}}
    found |= {name: trace[name].round(digits) for name in cell.quantities}
    found |= {f"d{name}": array.round(digits) for name, array in gradients.weights.items()}
    return {"cell": cell.name} | {name: np.asarray(a).tolist() for name, a in found.items()}


@pytest.mark.parametrize("cell", [LSTM, GRU, RNN], ids=lambda cell: cell.name)
@pytest.mark.parametrize("digits", [3, 12])
def test_right_numbers_are_told_right(own, cell, digits):
    report = check(own(json.dumps(numbers(cell, digits=digits)), "mine.json"))
    assert report.right
    assert report.forward.largest <= 10.0**-digits
    assert report.backward.right


def test_a_wrong_number_is_localised(own):
    data = numbers(LSTM)
    data["c"][2][1] += 0.01
    report = check(own(json.dumps(data), "mine.json"))
    first = report.forward.first
    assert (report.right, first.name, first.step, first.unit) == (False, "c", 3, 1)
    assert report.backward.right


def test_a_wrong_gradient_is_named(own):
    data = numbers(LSTM)
    data["db_o"] = data["db_f"]
    report = check(own(json.dumps(data), "mine.json"))
    assert report.forward.right
    assert "dz_f used for db_o" in [edit.name for edit in report.backward.found]


@pytest.mark.parametrize(
    "order", [("i", "f", "g", "o"), ("f", "i", "o", "g"), ("o", "g", "i", "f")]
)
@pytest.mark.parametrize("turned", [False, True])
def test_the_order_of_blocks_is_found_and_said(own, order, turned):
    data = numbers(LSTM)
    weights = {n: np.array(data.pop(n)) for n in LSTM.parameters}
    names = ("Wx", "Wh", "b") if turned else ("W", "U", "b")
    for name in names:
        data[name] = Blocks(LSTM).packed(weights, name, order).tolist()
    path = own(json.dumps(data), "mine.json")
    assert check(path).layouts == (order,)
    assert check(path).right
    assert f"The blocks are in the order {' '.join(order)}." in lstm_viz("check", path).stdout


def test_an_order_is_never_guessed_silently(own):
    data = numbers(LSTM)
    weights = {n: np.array(data.pop(n)) for n in LSTM.parameters}
    data |= {n: Blocks(LSTM).packed(weights, n, ("i", "f", "g", "o")).tolist() for n in "WUb"}
    data["h"] = (np.array(data["h"]) + 0.3).tolist()
    path = own(json.dumps(data), "mine.json")
    assert check(path).layouts == ()
    assert "No order of the blocks gives these numbers" in " ".join(
        lstm_viz("check", path).stdout.split()
    )


def test_an_npz_of_float32_is_compared_as_such(tmp_path):
    data = numbers(LSTM)
    data.pop("cell")
    path = str(tmp_path / "mine.npz")
    np.savez(path, **{name: np.array(value, np.float32) for name, value in data.items()})
    assert check(path).right


def test_a_right_program_is_told_right_with_its_largest_difference(own):
    result = lstm_viz("check", own(RIGHT))
    assert result.exit_code == 0
    assert result.stdout.count("Right. The largest difference is ") == 2
    assert "run in a process of its own" in result.stdout
    assert "wrong" not in result.stdout


def test_the_lstm_of_a_public_repository_without_a_tanh_is_localised():
    report = check(str(OWN / "no_tanh.py"))
    first = report.forward.first
    assert (first.name, first.step) == ("h", 1)
    assert [edit.name for edit in report.forward.found] == ["no tanh on the output"]
    assert all(slope.right for slope in report.slopes)
    assert report.by == "complex"
    said = lstm_viz("check", str(OWN / "no_tanh.py")).stdout
    assert "gradients beside a complex step of this forward pass" in said
    assert "only the forward pass differs" in said


def test_the_lstm_of_a_public_repository_with_copied_errors_is_localised():
    report = check(str(OWN / "copied_delta.py"))
    assert report.layouts == (("f", "i", "o", "g"),)
    assert report.forward.right
    assert report.backward.first.name in ("b_i", "b_o")
    found = [edit.name for edit in report.backward.found]
    assert (found, report.backward.some) == (["dz_f used for db_i and db_o"], False)
    assert [slope.name for slope in report.slopes if not slope.right] == ["db"]


def test_the_lstm_of_a_public_library_with_a_copied_bias_is_localised():
    report = check(str(OWN / "copied_bias.py"))
    first = report.forward.first
    assert (first.name, first.step) == ("i", 1)
    assert [edit.name for edit in report.forward.found] == ["b_o used for b_i and b_f"]
    assert check(str(OWN / "copied_bias.py")).layouts == ()


def test_a_mistake_in_a_program_of_another_order_is_named(own):
    report = check(own(RIGHT.replace("h = o * np.tanh(c)", "h = o * c")))
    assert report.layouts == (("f", "i", "o", "g"),)
    assert [edit.name for edit in report.forward.found] == ["no tanh on the output"]


def test_a_wrong_check_is_told_from_a_wrong_gradient(own):
    good = check(own(RIGHT + NUMERIC))
    assert good.right
    assert len(good.numeric) == 3
    path = own(RIGHT + NUMERIC.replace("/ 2e-5", "/ 1e-5"))
    assert all(slope.right for slope in check(path).slopes)
    assert not any(slope.right for slope in check(path).numeric)
    assert "The gradient is right: it is the check that is wrong." in lstm_viz("check", path).stdout
    wrong = lstm_viz("check", own(COPIED + NUMERIC)).stdout
    assert "The check is right." in wrong
    assert "The gradient is not that of this forward pass." in wrong


def test_differences_judge_where_complex_numbers_are_refused_or_dropped(own):
    exact = check(own(RIGHT))
    assert (exact.by, exact.right) == ("complex", True)
    assert max(slope.error for slope in exact.slopes) < 1e-14
    for line in (
        "z = np.array([float(v) for v in W @ now + U @ h + b])",  # refuses them
        "z = (W @ now).real + U @ h + b",
    ):  # drops a part of them
        report = check(own(RIGHT.replace("z = W @ now + U @ h + b", line)))
        assert (report.by, report.right) == ("differences", True)
        assert max(slope.error for slope in report.slopes) > 1e-14
    told = lstm_viz("check", own(RIGHT.replace("z = W @ now", "z = (W @ now).real"))).stdout
    assert "gradients beside differences of this forward pass" in told


def test_an_argument_that_is_overwritten_is_said(own):
    overwriting = RIGHT.replace(
        "d, c = dh[t] + later_h, states[t]", "dh[t] += later_h\n        d, c = dh[t], states[t]"
    )
    report = check(own(overwriting))
    assert report.changed == ("backward: dh",)
    assert report.backward.right
    assert "overwrites its argument dh" in lstm_viz("check", own(overwriting)).stdout


def test_pytorch_gives_tensors_and_autograd(torch):
    report = check(str(OWN / "torch_gru.py"), "gru")
    assert report.right
    assert report.backward is not None


def test_an_lstm_cell_of_pytorch_is_right_and_a_state_that_is_detached_is_named(torch, own):
    text = (OWN / "torch_lstm_cell.py").read_text()
    report = check(str(OWN / "torch_lstm_cell.py"))
    assert (report.right, report.layouts) == (True, (("i", "f", "g", "o"),))
    assert {slope.name for slope in report.slopes} == {
        f"d{name}" for name in ("x", "weight_ih", "weight_hh", "bias", "h0", "c0")
    }
    detached = text.replace("(h, c))", "(h, c.detach()))")
    report = check(own(detached))
    assert report.forward.right
    assert [edit.name for edit in report.backward.found] == ["dc_next forgotten"]
    assert not all(slope.right for slope in report.slopes)


REFUSED = {
    "def forward(x, W, U, b:": "line 1: this is not Python",
    "def step(x): pass": "there is no function forward",
    "def forward(x, V): return x": "'V' is not given here",
    "def forward(x):\n    return 1 / 0": "line 2: ZeroDivisionError",
    "def forward(x):\n    return {'y': x}": "nothing to compare",
    "def forward(x):\n    return {'h': x}": r"h has shape \(4, 2\)",
    "import os\ndef forward(x):\n    os._exit(3)": "it ended without returning anything",
}


@pytest.mark.parametrize("text", REFUSED)
def test_a_program_that_cannot_be_compared_is_refused_in_one_line(own, text):
    with pytest.raises(InputError, match=REFUSED[text]) as error:
        check(own(text))
    assert "\n" not in str(error.value)


def test_a_program_is_stopped_in_time(own, monkeypatch):
    monkeypatch.setattr("lstm_viz.exercises.foreign.SECONDS", 1.0)
    with pytest.raises(InputError, match="it was stopped after 1 seconds"):
        check(own("def forward(x):\n    while True: pass"))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"x": None}, "x"),
        ({"W_i": [[1, 2]]}, "W_i"),
        ({"dL_dh": "omit"}, "gradients need dL_dh"),
        ({"h": [[float("nan")] * 3] * 4}, "h"),
        ({"cell": "lstn"}, "lstn"),
    ],
)
def test_numbers_that_cannot_be_compared_are_refused_in_one_line(own, change, said):
    data = numbers(LSTM) | change
    data = {name: value for name, value in data.items() if value != "omit"}
    result = lstm_viz("check", own(json.dumps(data), "mine.json"))
    assert result.exit_code == 3
    assert said in result.stderr
    assert result.stderr.count("\n") == 1


def test_the_json_says_the_same(own):
    data = json.loads(lstm_viz("check", str(OWN / "no_tanh.py"), "--json").stdout)
    assert data["forward"]["mistakes"] == ["no tanh on the output"]
    assert data["forward"]["first"]["step"] == 1
    assert (data["right"], data["executed"]) == (False, True)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_detective_shows_and_scores(lang):
    case = lstm_viz("detective", "8", "--lang", lang)
    assert case.exit_code == 0
    assert "dz" not in case.stderr
    right = lstm_viz("detective", "8", "--answer", "b_o", "--lang", lang).stdout
    assert ("2 of 2 points" if lang == "en" else "2") in right
    assert "github.com/hanbt" in right


def test_a_wrong_answer_to_a_case_is_scored_and_does_not_give_the_bug_away():
    from lstm_viz.measures import BUGS

    half = " ".join(lstm_viz("detective", "1", "--answer", "c@2").stdout.split())
    assert "1 of 2 points" in half
    assert "quantity right step wrong" in half
    assert BUGS[0].name not in half
    assert "First wrong" not in half
    assert BUGS[0].name in lstm_viz("detective", "1", "--solution").stdout


def test_a_case_says_what_an_answer_may_name_and_whether_a_report_is_known():
    shown = lstm_viz("detective", "8").stdout
    assert "Quantities: z_i z_f z_g z_o i f g o c h c_prev h_prev." in " ".join(shown.split())
    assert "b_o" in shown
    for number, known in (("8", True), ("6", False)):
        told = lstm_viz("detective", number, "--solution").stdout
        assert ("Seen at https://github.com/" in told) == known
        assert ("No public report of just this was found." in told) != known


def test_the_evidence_does_not_name_the_bug():
    from lstm_viz.measures import BUGS

    for k, bug in enumerate(BUGS[:2], 1):
        shown = lstm_viz("detective", str(k)).stdout
        assert bug.name not in shown
        assert "github.com" not in shown


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("13",), 3),
        (("1", "--answer", "q@1"), 2),
        (("1", "--answer", "c@9"), 2),
        (("--solution",), 2),
    ],
)
def test_an_answer_that_is_none_is_refused(arguments, code):
    result = lstm_viz("detective", *arguments)
    assert result.exit_code == code
    assert result.stderr.count("\n") == 1


# ---------------------------------------------------------------------------- what is given back

SINGLE = RIGHT.replace("np.array(outputs)", "np.float32(outputs)").replace(
    "c = f * c + i * g", "c = np.float32(f * c + i * g)"
)
BACK = 'return {"dW": dW, "dU": dU, "db": db}'


def test_a_right_program_in_float32_is_right_and_a_wrong_gradient_of_it_is_not(own):
    report = check(own(SINGLE))
    assert (report.right, report.tolerance, len(report.slopes)) == (True, 1e-4, 3)
    wrong = check(own(SINGLE.replace("(1 - g**2)", "(1 - g)")))
    assert wrong.forward.right
    assert not wrong.backward.right
    assert not all(slope.right for slope in wrong.slopes)


@pytest.mark.parametrize("inside", ["U = U.astype(np.float32)", "h0 = h0.astype(np.float32)"])
def test_a_right_program_that_rounds_inside_is_right_and_a_wrong_gradient_is_not(own, inside):
    plain = "def forward(x, W, U, b, h0, c0):\n"
    text = RIGHT.replace(plain, f"{plain}    {inside}\n")
    report = check(own(text))
    assert (report.right, report.tolerance) == (True, 1e-4)
    assert "rounds as float32" in lstm_viz("check", own(text)).stdout
    wrong = check(own(text.replace("(1 - g**2)", "(1 - g)")))
    assert not any(each.right for each in wrong.slopes)


def test_a_wrong_gradient_of_an_initial_state_is_not_called_right(own):
    more = RIGHT.replace(BACK, 'return {"dW": dW, "dh0": later_h, "dc0": 2 * later_c}')
    report = check(own(more))
    assert (report.backward.right, report.backward.first.name) == (False, "c0")
    assert "Right." not in lstm_viz("check", own(more)).stdout.partition("backward")[2]
    assert check(own(more.replace("2 * later_c", "later_c"))).right


@pytest.mark.parametrize("wrong", [0.0, 0.1])
def test_gradients_of_initial_states_alone_in_a_file_are_compared(own, wrong):
    data = numbers(LSTM)
    weights = {n: np.array(data[n]) for n in LSTM.parameters}
    trace = run(LSTM, weights, data["x"], {s: np.array(data[f"{s}0"]) for s in "hc"})
    first = backpropagate(trace, {"h": np.array(data["dL_dh"])}).states["c"]
    kept = {n: data[n] for n in ("x", "dL_dh", "h0", "c0", *weights)}
    report = check(own(json.dumps({**kept, "dc0": (first + wrong).tolist()}), "mine.json"))
    assert (report.right, report.left) == (not wrong, ())


@pytest.mark.parametrize("more", [", eps=0.0", ", *, eps=0.0"])
def test_an_argument_with_a_default_that_is_not_known_is_left_alone(own, more):
    assert check(own(RIGHT.replace("h0, c0)", f"h0, c0{more})", 1))).right


@pytest.mark.parametrize("change", ["[:, None]", "[None]", "[..., None]"])
def test_an_axis_of_length_one_is_harmless(own, change):
    assert check(own(RIGHT.replace("np.array(outputs)", f"np.array(outputs){change}"))).right


def test_the_gradient_of_the_inputs_is_expected_in_their_shape(own):
    more = RIGHT.replace(BACK, 'return {"dW": dW, "dx": np.zeros((4, 3))}')
    assert "(T, I), here (4, 2), is expected" in lstm_viz("check", own(more)).stderr


@pytest.mark.parametrize("nothing", ["None", "{}", '{"dq": dW}'])
def test_a_backward_pass_that_gives_nothing_is_refused(own, nothing):
    result = lstm_viz("check", own(RIGHT.replace(BACK, f"return {nothing}")))
    assert result.exit_code == 3
    assert "backward gives back nothing to compare" in result.stderr
    assert result.stderr.count("\n") == 1


def test_a_gradient_of_another_name_is_said_not_to_be_compared(own):
    more = RIGHT.replace(BACK, 'return {"dW": dW, "dq": db, "dh0": later_h}')
    report = check(own(more))
    assert report.right
    assert report.left == ("dq",)
    assert "Not compared: dq." in lstm_viz("check", own(more)).stdout


@pytest.mark.parametrize(
    ("change", "shape", "turned"),
    [(".T", "(3, 4)", True), (".ravel()", "(12,)", False)],
)
def test_an_output_of_another_shape_is_refused_though_its_numbers_would_fit(
    own, change, shape, turned
):
    result = lstm_viz(
        "check", own(RIGHT.replace("np.array(outputs)", f"np.array(outputs){change}"))
    )
    assert result.exit_code == 3
    assert f"h has shape {shape}: (T, H), here (4, 3), is expected" in result.stderr
    assert ("it is transposed" in result.stderr) == turned


@pytest.mark.parametrize(
    ("name", "shape"),
    [("h", (3, 4)), ("dL_dh", (3, 4)), ("dW_f", (2, 3)), ("h", (12,)), ("dU_f", (9,))],
)
def test_arrays_of_another_shape_are_refused_though_their_numbers_would_fit(
    own, tmp_path, name, shape
):
    data = numbers(LSTM)
    array = np.array(data[name])
    turned = array.T.shape == shape
    data[name] = (array.T if turned else array.ravel()).tolist()
    result = lstm_viz("check", own(json.dumps(data), "mine.json"))
    assert result.exit_code == 3
    assert f"mine.json: {name} has shape {shape}" in result.stderr
    assert ("it is transposed" in result.stderr) == turned
    data.pop("cell")
    np.savez(tmp_path / "mine.npz", **{n: np.array(v) for n, v in data.items()})
    assert f"{name} has shape {shape}" in lstm_viz("check", str(tmp_path / "mine.npz")).stderr


def test_a_square_gradient_that_is_transposed_is_told_so(own):
    data = numbers(LSTM)
    data["dU_f"] = np.array(data["dU_f"]).T.tolist()
    path = own(json.dumps(data), "mine.json")
    assert check(path).backward.turned == ("dU_f",)
    assert "Transposed, dU_f would be right." in lstm_viz("check", path).stdout


def test_an_axis_of_length_one_may_be_left_out(own):
    random = np.random.default_rng(0)
    weights = {n: random.normal(size=s) for n, s in LSTM.shapes(1, 1).items()}
    x = random.normal(size=3)
    h = run(LSTM, weights, x[:, None])["h"]
    data = {n: a.tolist() for n, a in weights.items()} | {"x": x.tolist(), "h": h.ravel().tolist()}
    assert check(own(json.dumps(data | {"h@2": float(h[1, 0])}), "mine.json")).right


@pytest.mark.parametrize("held", ["np.array(outputs)", '"dU": dU'])
def test_complex_numbers_are_refused(own, held):
    result = lstm_viz("check", own(RIGHT.replace(held, f"{held} + 0.5j")))
    assert result.exit_code == 3
    assert "complex numbers were given back" in result.stderr


def test_a_line_that_all_gates_share_is_pointed_at_and_not_called_several_mistakes(own):
    path = own(RIGHT.replace("dU += np.outer(deltas, h)", "dU += np.outer(deltas, h + 1)"))
    report = check(path)
    assert (report.backward.blocks, report.backward.found) == (("dU",), ())
    said = " ".join(lstm_viz("check", path).stdout.split())
    assert "All blocks of dU are wrong: look at the line that they share." in said
    assert check(str(OWN / "copied_delta.py")).backward.blocks == ()
    spread = check(own(RIGHT.replace("(1 - g**2)", "(1 - g)"))).backward  # of one gate, by way of h
    assert (spread.right, spread.blocks) == (False, ())


SHARED = {
    "every U in place of its transpose in dh_prev": (
        "U.T @ deltas", "sum(B @ d for B, d in zip(np.split(U, 4), np.split(deltas, 4)))"),
    "every dW = in place of +=: only the first step counts": ("dW += ", "dW[:] = "),
    "every dU = in place of +=: only the first step counts": ("dU += ", "dU[:] = "),
    "the slope of sigmoid left out everywhere": ("dc * before * f * (1 - f), dc * g * i * (1 - i)",
                                                 "dc * before, dc * g"),
    "h for h_prev in every dU": ("np.outer(deltas, h)", "np.outer(deltas, o * np.tanh(c))"),
    "dh_next forgotten": ("d, c = dh[t] + later_h", "d, c = dh[t]"),
    "the gradients of all weights taken twice": ('return {"dW": dW, "dU": dU, "db": db}',
                                                 'return {"dW": 2*dW, "dU": 2*dU, "db": 2*db}'),
}  # fmt: skip


@pytest.mark.parametrize("name", SHARED)
def test_a_line_that_all_gates_share_has_a_name(own, name):
    text = RIGHT.replace(*SHARED[name])
    if "slope" in name:
        text = text.replace("d * np.tanh(c) * o * (1 - o)", "d * np.tanh(c)")
    assert text != RIGHT
    report = check(own(text))
    assert report.forward.right
    assert [edit.name for edit in report.backward.found] == [name]
    assert not report.backward.some


CARRIED = [
    ("lstm", "dc_next forgotten", [("dct = dcn + dht", "dct = dht")]),
    ("lstm", "dh_next forgotten", [("dht = dh[t] + dhn", "dht = dh[t]")]),
    ("gru", "dh_next forgotten", [("g = dh[t] + dn_", "g = dh[t]")]),
    ("lstm", "the last h taken for the initial one in the backward pass",
     [('["h"][t - 1] if t > 0 else h0', '["h"][t - 1]')]),
    ("lstm", "the last c and h taken for the initial ones in the backward pass",
     [(" if t > 0 else h0", ""), (" if t > 0 else c0", "")]),
    ("lstm", "the initial c taken for 0 in the backward pass", [("else c0", "else 0 * c0")]),
    ("gru", "the initial h taken for 0 in the backward pass",
     [("hp = o[\"h\"][t - 1] if t else h0", "hp = o[\"h\"][t - 1] if t else 0 * h0")]),
    ("lstm", "the slope of tanh taken as 1 - g in dz_g", [("(1 - g**2)", "(1 - g)")]),
    ("lstm", "the slope of tanh without its square everywhere",
     [("(1 - g**2)", "(1 - g)"), ("(1 - np.tanh(c) ** 2)", "(1 - np.tanh(c))")]),
    ("gru", "r left out of dU_n, dh_prev and db_hn", [("du = da * r", "du = da")]),
]  # fmt: skip


@pytest.mark.parametrize(("cell", "name", "changes"), CARRIED)
def test_a_mistake_in_the_loop_going_back_has_a_name_where_all_is_given(own, cell, name, changes):
    text = (OWN / f"by_name_{cell}.py").read_text()
    assert check(own(text), cell).right
    for right, wrong in changes:
        assert right in text
        text = text.replace(right, wrong)
    report = check(own(text), cell)
    assert report.forward.right
    assert [edit.name for edit in report.backward.found] == [name]
    assert not report.backward.some


@pytest.mark.parametrize("place", [(2, 1), (0, 1), (1, 0)])
def test_the_first_number_of_a_matrix_that_is_wrong_is_told_by_row_and_column(own, place):
    text = (OWN / "by_name_lstm.py").read_text()
    row, column = place
    wrong = f'    d["dW_f"][{row}, {column}] += 1\n    return {{**d'
    path = own(text.replace("    return {**d", wrong))
    assert f"First different: dW_f[{row}, {column}], where" in lstm_viz("check", path).stdout
    assert f"dW_f[{row}, {column}]" in lstm_viz("check", path, "--lang", "zh").stdout
    first = json.loads(lstm_viz("check", path, "--json").stdout)["backward"]["first"]
    assert (first["name"], first["unit"], first["column"]) == ("W_f", row, column)


def test_every_overwritten_gradient_at_once_has_a_name(own):
    text = RIGHT.replace("dW +=", "dW[:] =").replace("dU +=", "dU[:] =").replace("db +=", "db[:] =")
    found = check(own(text)).backward.found
    assert [edit.name for edit in found] == [
        "every gradient of a weight = in place of +=: only the first step counts"
    ]


FORWARD = {
    "the initial c and h taken for 0": ("h, c, outputs, states, tape = h0, c0,",
                                        "h, c, outputs, states, tape = 0 * h0, 0 * c0,"),
    "the initial h taken for 0": ("h, c, outputs, states, tape = h0, c0,",
                                  "h, c, outputs, states, tape = 0 * h0, c0,"),
    "tanh in place of sigmoid on every gate": ("return 1 / (1 + np.exp(-v))", "return np.tanh(v)"),
    "every U transposed": ("W @ now + U @ h", "W @ now + turned(U) @ h"),
}  # fmt: skip
TURNED = "\n\ndef turned(U):\n    return np.concatenate([B.T for B in np.split(U, 4)])\n"


@pytest.mark.parametrize("name", FORWARD)
def test_a_mistake_of_the_whole_forward_pass_has_a_name(own, name):
    report = check(own(RIGHT.replace(*FORWARD[name]) + TURNED))
    assert [edit.name for edit in report.forward.found] == [name]


GRU_BEFORE = """
import numpy as np


def sigmoid(v):
    return 1 / (1 + np.exp(-v))


def forward(x, W, U, b, h0):
    size, h, outputs = len(h0), h0, []
    for now in x:
        r, z = np.split(sigmoid((W @ now + U @ h + b)[: 2 * size]), 2)
        n = np.tanh(W[2 * size :] @ now + U[2 * size :] @ (r * h) + b[2 * size :])
        h = (1 - z) * n + z * h
        outputs.append(h)
    return np.array(outputs)
"""


def test_the_gru_of_the_paper_is_told_from_that_of_pytorch(own):
    path = own(GRU_BEFORE)
    assert check(path, "gru-reset-before").right
    forward = check(path, "gru").forward
    assert (forward.cells, forward.theirs, forward.found) == (("gru-reset-before",), (), ())
    said = lstm_viz("check", path, "--cell", "gru").stdout
    assert "These are just the numbers of another cell: gru-reset-before." in said
    assert "Check against it with --cell gru-reset-before." in said
    inside = GRU_BEFORE.replace("U, b, h0", "U, b, b_hn, h0").replace(
        "b[2 * size :])", "b[2 * size :] + b_hn)"
    )
    assert [edit.name for edit in check(own(inside), "gru").forward.found] == [
        "the reset gate before the product"
    ]


@pytest.mark.parametrize(("lang", "named"), [("en", "z used as 1 - z"), ("zh", "把 z 当作 1 - z")])
def test_a_mistake_in_another_cell_is_told_with_that_cell(own, lang, named):
    path = own(GRU_BEFORE.replace("h = (1 - z) * n + z * h", "h = (1 - z) * h + z * n"))
    forward = check(path, "gru").forward
    assert (forward.cells, forward.found) == (("gru-reset-before",), ())
    assert [edit.name for edit in forward.theirs] == ["z used as 1 - z"]
    said = lstm_viz("check", path, "--cell", "gru", "--lang", lang).stdout.replace("\n", " ")
    assert "gru-reset-before" in said
    assert named in said


def test_a_mistake_in_the_cell_itself_comes_before_one_in_another(own):
    wrong = {**CELLS["gru"].parameters}
    data = numbers(GRU) | {"b_hn": [0.0] * 3}
    given = {name: np.array(data[name]) for name in wrong}
    cell = Cell("own", GRU.text.replace("(1 - z) * n", "z * n"))
    h = run(cell, given, data["x"], {"h": data["h0"]})["h"]
    kept = {name: data[name] for name in ("x", "h0", *wrong)}
    path = own(json.dumps(kept | {"cell": "gru", "h": h.tolist()}), "mine.json")
    forward = check(path).forward
    assert (forward.cells, bool(forward.found)) == ((), True)


@pytest.mark.parametrize("blocks", [False, True])
def test_a_gru_of_one_bias_is_compared_and_what_is_taken_for_0_is_said(own, blocks):
    cell = CELLS["gru-reset-before"]
    data = numbers(cell)
    if blocks:
        for kind in "WUb":
            parts = [np.array(data.pop(f"{kind}_{gate}")) for gate in "rzn"]
            data[kind] = np.concatenate(parts).tolist()
    kept = {name: data[name] for name in data if name in ("x", "h0", "h", "W", "U", "b")}
    kept |= {name: data[name] for name in cell.parameters if name in data}
    path = own(json.dumps(kept | {"cell": "gru"}), "mine.json")
    report = check(path)
    assert (report.zeros, report.forward.cells) == (("b_hn",), ("gru-reset-before",))
    assert "Not given, and taken for 0: b_hn." in lstm_viz("check", path).stdout


def test_a_stub_of_zeros_is_told_as_such_and_has_no_mistake_by_name(own):
    path = own('import numpy as np\ndef forward(x, W):\n    return {"c": np.zeros((4, 3))}')
    report = check(path)
    assert (report.forward.zeros, report.forward.found) == (("c",), ())
    assert "All numbers of c are 0." in lstm_viz("check", path).stdout
