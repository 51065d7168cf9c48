"""What a file of weights does not say is asked for: nothing runs in an order that is a guess."""

import json
from dataclasses import replace

import numpy as np
import pytest
from program import lstm_viz

from lstm_viz import InputError, load_model
from lstm_viz.models import read_model
from lstm_viz.models.model_file import ModelFile
from lstm_viz.models.parts import unread

RNG = np.random.default_rng(4)


def lstm(name, inputs, hidden, two=False):
    ways = ("", "_reverse")[: 1 + two]
    shapes = {"weight_ih": (4 * hidden, inputs), "weight_hh": (4 * hidden, hidden)}
    return {f"{name}.{w}_l0{way}": RNG.normal(size=s) for way in ways for w, s in shapes.items()}


def dense(name, inputs, outputs):
    return {
        f"{name}.weight": RNG.normal(size=(outputs, inputs)),
        f"{name}.bias": RNG.normal(size=outputs),
    }


def table(name, words, features):
    return {f"{name}.weight": RNG.normal(size=(words, features))}


@pytest.fixture
def saved(tmp_path):
    def save(*layers):
        path = tmp_path / "weights.npz"
        np.savez(path, **{name: array for layer in layers for name, array in layer.items()})
        return path

    return save


def names(path, layer=None, head=None, ordered=True):
    model = read_model(path)
    model.ordered = ordered
    return [each.name for each in model.network(layer, head)]


X = RNG.normal(size=(5, 3))


def test_layers_whose_widths_happen_to_fit_are_not_chained_unless_it_is_said(saved):
    path = saved(lstm("encoder", 3, 3), lstm("decoder", 3, 3), dense("out", 3, 2))
    with pytest.raises(InputError, match="--layer encoder,decoder runs them in this order"):
        load_model(path)
    assert names(path, "decoder") == ["decoder"]
    narrow = saved(lstm("a", 3, 2), lstm("b", 3, 2))
    with pytest.raises(InputError, match="--layer: b takes 3 features, a gives 2"):
        read_model(narrow).chain("a,b")
    path = saved(lstm("encoder", 3, 3), lstm("decoder", 3, 3), dense("out", 3, 2))
    assert names(path, "decoder,encoder", "last,out") == ["decoder", "encoder", "last", "out"]
    alone = [load_model(path, layer=name).run(X).outputs for name in ("encoder", "decoder")]
    assert (alone[0] != alone[1]).all()
    chained = load_model(path, layer="encoder,decoder").run(X).outputs
    again = load_model(path, layer="decoder").run(alone[0]).outputs
    np.testing.assert_array_equal(chained, again)


def test_a_layer_comes_with_the_embedding_that_is_its_own_by_name(saved):
    path = saved(
        table("enc_emb", 7, 3), lstm("enc", 3, 3), table("dec_emb", 9, 3), lstm("dec", 3, 3)
    )
    assert names(path, "enc", "none") == ["enc_emb", "enc"]
    assert names(path, "dec", "none") == ["dec_emb", "dec"]
    nested = saved(
        table("a.embedding", 7, 3),
        lstm("a.rnn", 3, 3),
        table("b.embedding", 7, 3),
        lstm("b.rnn", 3, 3),
    )
    assert names(nested, "b.rnn") == ["b.embedding", "b.rnn"]
    shared = saved(table("embedding", 7, 3), lstm("enc", 3, 3), lstm("dec", 3, 3))
    network = load_model(shared, layer="enc")
    assert [each.name for each in network] == ["enc"]
    assert any("with --layer embedding,enc; none is used" in note for note in network.notes)
    assert names(shared, "embedding,enc") == ["embedding", "enc"]


def test_of_two_embeddings_that_fit_one_is_asked_for(saved):
    path = saved(table("word", 7, 3), table("tag", 5, 3), lstm("lstm", 3, 2))
    with pytest.raises(InputError, match="with --layer word,lstm; --layer lstm runs without"):
        load_model(path)
    assert names(path, "lstm") == ["lstm"]
    assert names(path, "tag,lstm") == ["tag", "lstm"]


@pytest.mark.parametrize("head", [None, "each,fc"])
def test_what_reads_both_directions_is_asked_for(saved, head):
    path = saved(lstm("lstm", 3, 2, two=True), dense("fc", 4, 2))
    if head is None:
        with pytest.raises(InputError, match="--head states,fc takes the final state of each"):
            load_model(path)
        shown = lstm_viz("model", str(path), width=400)
        assert (shown.exit_code, "--head last,fc" in shown.stdout) == (0, True)
    assert names(path, None, "each,fc") == ["lstm", "fc"]


def test_final_states_are_the_ends_of_both_directions(saved):
    path = saved(lstm("lstm", 3, 2, two=True), dense("fc", 4, 2))
    every = load_model(path, head="each").run(X).outputs
    states = load_model(path, head="states").run(X).outputs
    np.testing.assert_array_equal(states, [*every[-1, :2], *every[0, 2:]])
    fc = load_model(path, head="states,fc")
    W, b = fc["fc"].weights["W"], fc["fc"].weights["b"]
    np.testing.assert_allclose(fc.run(X).outputs, W @ states + b)
    shown = lstm_viz("model", str(path), "--head", "states,fc").stdout
    assert "lstm → final states → fc" in shown


@pytest.mark.parametrize(
    ("head", "value"),
    [
        ("last", lambda h: h[-1]),
        ("states", lambda h: h[-1]),
        ("mean", lambda h: h.mean(0)),
        ("max", lambda h: h.max(0)),
        ("flatten", lambda h: h.ravel()),
        ("each,relu,max", lambda h: np.maximum(h, 0).max(0)),
        ("last,leaky_relu:0.3", lambda h: np.where(h[-1] > 0, h[-1], 0.3 * h[-1])),
    ],
)
def test_a_word_of_the_head_is_what_it_says(saved, head, value):
    path = saved(lstm("lstm", 3, 2))
    h = load_model(path, head="none").run(X).outputs
    np.testing.assert_allclose(load_model(path, head=head).run(X).outputs, value(h))


@pytest.mark.parametrize(
    ("head", "said"),
    [
        ("fc", "first say which outputs of lstm are read, such as last,fc or each,fc"),
        ("", "first say which outputs"),
        ("last,fc,mean", "mean needs a sequence, but its input is a single vector"),
        ("last,each", "each needs a sequence"),
        ("each,states", "states must come first"),
        ("last,fcc", "did you mean 'fc'"),
        ("last,elu:x", "elu takes 1 number"),
        ("last,relu,wide", "wide takes 5 features, lstm gives 2"),
        ("last,fc,fc,wide", "wide takes 5 features, fc gives 2"),
    ],
)
def test_a_head_that_says_too_little_or_the_wrong_thing_is_refused(saved, head, said):
    with pytest.raises(InputError, match=said):
        load_model(saved(lstm("lstm", 3, 2), dense("fc", 2, 2), dense("wide", 5, 2)), head=head)


def test_a_layer_that_is_not_read_is_no_head_and_is_not_offered(saved):
    path = saved(lstm("lstm", 3, 2))
    parts = [*read_model(path).parts, unread("conv", "a module with a weight of shape (2, 2, 3)")]
    model = ModelFile(str(path), "", parts)
    with pytest.raises(InputError, match="conv is not a layer that is read"):
        model.chain(head="last,conv")
    (note,) = model.network().notes
    assert "how lstm and conv are connected is unknown" in note
    assert "only lstm runs" in note
    assert "--head" not in note
    with pytest.raises(InputError, match="conv is not a layer that is read"):
        parts[-1].build()


def test_the_order_of_names_is_no_order_of_layers(saved):
    path = saved(dense("fc", 2, 3), lstm("lstm", 4, 2), table("word_embeddings", 7, 4))
    assert names(path, ordered=False) == ["word_embeddings", "lstm", "last", "fc"]
    both = saved(dense("fc", 3, 3), lstm("lstm", 3, 3))
    assert names(both, ordered=False) == ["lstm"]
    (note,) = load_model(both).notes
    assert "--head last,fc names what follows, --layer fc,lstm what comes before" in note
    assert names(both, "fc,lstm") == ["fc", "lstm"]
    defined = saved(lstm("lstm", 3, 3), dense("out", 3, 3))
    assert names(defined) == ["lstm", "last", "out"]
    assert names(defined, ordered=False) == ["lstm"]


def test_tensors_of_no_layer_may_be_part_of_the_head_and_keep_it_from_being_guessed(saved):
    path = saved(lstm("lstm", 3, 2), {"attention": RNG.normal(size=2)}, dense("fc", 2, 1))
    assert names(path) == ["lstm"]


def test_a_target_is_not_moved_to_hidden_units_unsaid(saved):
    path = str(saved(lstm("lstm", 3, 2), dense("fc1", 2, 2), dense("fc2", 2, 1)))
    asked = ["step", "--model", path, "--input", "1,2,3;3,4,5", "--target", "1"]
    done = lstm_viz(*asked)
    assert (done.exit_code, done.stdout) == (2, "")
    assert "not read (fc1, fc2)" in done.stderr
    assert lstm_viz(*asked, "--head", "none").exit_code == 0
    assert lstm_viz(*asked, "--head", "last,fc1,fc2").exit_code == 0


def test_a_layer_and_its_direction_are_shown_whatever_is_read_of_it(saved):
    path = str(saved(lstm("lstm", 3, 2, two=True), dense("fc", 4, 2)))
    asked = ["step", "--model", path, "--input", "1,2,3;3,4,5", "--head", "states,fc", "--json"]
    for layer, shown in (("lstm", "lstm.forward"), ("lstm.backward", "lstm.backward")):
        done = lstm_viz(*asked, "--layer", layer)
        assert done.exit_code == 0, done.stderr
        record = load_model(path, head="states,fc").run([[1, 2, 3], [3, 4, 5]])
        h = json.loads(done.stdout)["values"]["h"]
        np.testing.assert_allclose(h, record.traces[shown]["h"])


@pytest.mark.parametrize("command", ["step", "gradients", "model"])
def test_layer_means_the_same_to_every_command(saved, command):
    path = str(saved(table("enc_emb", 7, 3), lstm("enc", 3, 3), lstm("dec", 3, 3)))
    asked = (
        [command, path] if command == "model" else [command, "--model", path, "--input", "1,2,5"]
    )
    done = lstm_viz(*asked, "--layer", "enc", *([] if command == "model" else ["--json"]))
    assert done.exit_code == 0, done.stderr
    assert ("enc_emb → enc" in done.stdout) == (command == "model")
    refused = lstm_viz(*asked, "--layer", "encc")
    assert (refused.exit_code, "did you mean 'enc'" in refused.stderr) == (2, True)
    if command != "model":
        assert lstm_viz(*asked).exit_code == 3


def test_where_the_file_says_the_order_a_layer_runs_in_its_chain_and_is_not_put_elsewhere(saved):
    path = saved(lstm("one", 3, 3), lstm("two", 3, 2))
    known = replace(read_model(path), known=True)
    assert [part.name for part in known.chain("one").parts] == ["one", "two"]
    assert [part.name for part in known.chain("one").shown] == ["one"]
    with pytest.raises(InputError, match="says the order of its layers"):
        known.chain("two,one")


def test_why_it_is_not_known_is_said_of_what_was_read(saved):
    path = saved(table("embedding", 7, 3), lstm("lstm", 3, 2), dense("fc", 2, 2))
    notes = load_model(path).notes
    assert len(notes) == 2
    assert all("a file of weights does not say" in note for note in notes)
    live = replace(read_model(path), unsaid="forward() is not read").network().notes
    assert [note.count("forward() is not read") for note in live] == [1, 1]
    assert not any("file" in note for note in live)


def test_a_convolution_over_one_step_is_a_dense_layer_where_it_is_asked_for(saved):
    W = RNG.normal(size=(3, 2, 1))
    layers = lstm("lstm", 3, 2), {"conv.weight": W, "conv.bias": np.ones(3)}
    path = saved(*layers)
    h = load_model(path, head="each").run(X).outputs
    here = load_model(path, head="each,relu,conv").run(X).outputs
    np.testing.assert_allclose(here, np.maximum(h, 0) @ W[..., 0].T + 1)
    assert names(path) == ["lstm"]
    wider = saved(layers[0], {"conv.weight": RNG.normal(size=(3, 2, 3)), "conv.bias": np.ones(3)})
    with pytest.raises(InputError, match="conv is not a layer that is read"):
        load_model(wider, head="last,conv")


def test_a_known_chain_ends_where_a_layer_is_not_read_on_either_side_of_what_is_shown(saved):
    first, last = read_model(saved(lstm("one", 3, 3), lstm("two", 3, 2), dense("fc", 2, 1))).parts[
        :2
    ]
    parts = [unread("before", "a"), first, unread("between", "b"), last, unread("after", "c")]
    model = ModelFile("m", "", parts, known=True)
    one, two = model.chain(), model.chain("two")
    assert ([p.name for p in one.parts], one.left_out) == (["one"], ("between", "two", "after"))
    assert ([p.name for p in two.parts], two.left_out) == (["two"], ("after",))
    assert one.notes == (
        "before is not read: the inputs are what comes out of it",
        "between is not read: it and what follows are left out",
    )
    assert two.notes[1] == "after is not read: it is left out"
