"""docs/figures.md and docs/learning.md: their code runs as a reader runs it, their numbers hold."""

import json
import re

import numpy as np
import pytest
from program import ROOT, lstm_viz

from lstm_viz import LSTM, InputError, learning
from lstm_viz.learning import Model, build, recurrent

DOCS = ROOT / "docs"


def page(name):
    """The text of a page, in one line."""
    return " ".join((DOCS / name).read_text(encoding="utf-8").split())


def snippets(name):
    """(title, code) of each section of a page that has code."""
    text = (DOCS / name).read_text(encoding="utf-8")
    parts = re.findall(r"^## (\d+\. .*?)$.*?^```python\n(.*?)^```$", text, flags=re.M | re.S)
    assert len(parts) == text.count("```python")
    return parts


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    """A page's name → what its names are after each section, run in a folder of its own."""

    def run(name):
        found, names = {}, {}
        with pytest.MonkeyPatch.context() as patched:
            patched.chdir(tmp_path_factory.mktemp("page"))
            for title, code in snippets(name):
                exec(compile(code, title, "exec"), names)
                found[int(title.split(".")[0])] = dict(names)
        return found

    return {name: run(name) for name in ("figures.md", "learning.md")}


# ---------------------------------------------------------------------------- figures.md


def test_a_figure_takes_ten_lines_below_its_imports():
    for title, code in snippets("figures.md"):
        lines = [line for line in code.splitlines() if line and not re.match("import |from ", line)]
        assert len([line for line in lines if not line.startswith("#")]) <= 10, title


def test_two_resting_states_lie_between_the_folds(ran):
    two = ran["figures.md"][1]["two"]
    slope = (1 + np.array([-1, 1]) * np.sqrt(0.2)) / 2  # where 5 σ (1 − σ) is 1
    folds = np.log(slope / (1 - slope)) - 5 * slope
    assert (two[0], two[-1]) == pytest.approx(sorted(folds), abs=1.5e-3)
    assert f"from {two[0]:.3f} to {two[-1]:.3f}" in page("figures.md")


def test_a_latch_is_flipped_where_the_formula_says(ran):
    flips = ran["figures.md"][2]["flips"]
    for w, least in flips.items():
        by_hand = np.sqrt(w * (w - 1)) - np.log(np.sqrt(w) + np.sqrt(w - 1))
        assert 0 < least - by_hand < 2.6e-3, w
    assert ", ".join(f"{least:g}" for least in flips.values()) in page("figures.md")


def test_lyapunov_exponents_are_those_of_the_page(ran):
    found = " ".join(f"{each:.3f}" for each in ran["figures.md"][3]["exponents"])
    assert f"# {found}" in page("figures.md")


def test_without_the_path_along_the_memory_it_does_not_learn(ran):
    whole, without = ran["figures.md"][4]["right"].values()
    assert whole > 0.95
    assert without < 0.45


def test_a_gate_stands_a_warp_that_an_rnn_does_not(ran):
    right = ran["figures.md"][5]["right"]
    assert min(right["rnn", 1], right["lstm", 1]) > 0.99
    assert right["rnn", 16] < 0.85
    assert right["lstm", 16] > 0.95


def test_without_a_forget_gate_a_stream_is_not_learned(ran):
    right = ran["figures.md"][6]["right"]
    assert right["lstm"] > 0.97
    assert right["lstm-1997"] < 0.65


def test_training_with_a_path_cut_takes_the_cut_gradient():
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(6, 3, 4)).astype(np.float32), rng.normal(size=(2, 4)).astype(np.float32)
    cells = LSTM, LSTM.without([("c", "c_prev")])
    networks = [build([recurrent(cell, 2)], inputs=3, seed=1) for cell in cells]
    whole, cut = (Model(network).gradients(x, y)[1] for network in networks)
    record = networks[1].run(x.swapaxes(1, 2))
    loss_slope = 2 * (record.outputs - y.T) / y.size
    wanted = networks[1].backpropagate(record, loss_slope).weights
    for name, slope in cut.items():
        np.testing.assert_allclose(slope, wanted[name], rtol=1e-4, atol=1e-6)
    assert any(np.abs(whole[name] - cut[name]).max() > 1e-4 for name in cut)


def test_a_network_with_a_path_cut_is_not_saved_as_if_it_were_whole(tmp_path):
    network = build([recurrent(LSTM.without([("c", "c_prev")]), 2)], inputs=1)
    with pytest.raises(InputError, match="a network with cut edges cannot be saved"):
        Model(network).save(tmp_path / "cut.npz")
    assert not list(tmp_path.iterdir())


# ---------------------------------------------------------------------------- learning.md


def test_the_page_of_learning_runs_and_says_what_happens(ran):
    known = ran["learning.md"]
    first, second = known[1], known[2]
    assert len(first["history"].losses) == 5
    assert first["history"].losses[-1] < first["history"].losses[0]
    assert not second["apart"].any()
    assert known[3]["progress"].last_of_epoch
    assert known[4]["result"].settings.steps == 8
    results, same = known[6]["results"], known[6]["same"]
    assert [each.settings.words() for each in results] == ["rnn", "rnn", "lstm", "lstm"]
    assert [(s.loss, s.curve) for s in same] == [(r.loss, r.curve) for r in results]


def test_every_key_of_train_json_is_in_the_page():
    text = (DOCS / "learning.md").read_text(encoding="utf-8").partition("## `lstm-viz train")[2]
    known = set(re.findall(r"`([a-z_]+)`", text))
    for asked in (
        ("parity", "--updates", "2"),
        ("parity", "--updates", "2", "--seeds", "2", "--jobs", "1"),
        ("starbucks", "--epochs", "2"),
        ("damped-sine", "--seeds", "1", "--hidden", "2", "--rate", "1e30"),
    ):
        lines = lstm_viz("train", *asked, "--json").stdout.splitlines()
        told = {key for line in lines for key in json.loads(line)}
        assert told
        assert told <= known, (asked, told - known)


def test_what_the_page_lists_is_what_there_is():
    from lstm_viz.learning.losses import LOSSES
    from lstm_viz.learning.optimisers import KINDS

    text = page("learning.md")
    assert [name for name in (*LOSSES, *KINDS) if f"`{name}`" not in text] == []
    for name in ("Settings", "run", "grid", "sweep", "Sweep", "find_task"):
        assert name in learning.__all__
    assert all(hasattr(learning, name) for name in learning.__all__)


def test_one_sequence_is_looked_at_while_it_is_learned(ran):
    known = ran["learning.md"][7]
    seen = known["looks"].at(25)
    assert seen.update == 25
    assert seen.values["i"].shape == (20, 8)
    assert seen.norms.shape == (20,)
    assert len(known["training"].example.marks) == 2
