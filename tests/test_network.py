"""A network's gradients, of weights and of inputs, agree with differences in every part."""

import copy
import math
import pickle

import numpy as np
import pytest

from lstm_viz import GRU, LSTM, RNN, InputError
from lstm_viz.network import (
    Activation,
    Dense,
    Direction,
    Dropout,
    Embedding,
    Flatten,
    Last,
    Masking,
    Maximum,
    Mean,
    Network,
    Recurrent,
    Step,
)
from lstm_viz.network.activations import BY_HAND, TEXTS, WITH_NUMBERS, activation
from lstm_viz.network.heads import OneSequence
from lstm_viz.network.normalisation import Scale
from lstm_viz.network.padding import Steps

STEP = 1e-6


def recurrent(cell=LSTM, inputs=2, hidden=3, seed=0, two=False, **options):
    ways = [
        Direction(cell, cell.start(inputs, hidden, seed + k), reverse=bool(k))
        for k in range(2 if two else 1)
    ]
    return Recurrent(ways, **options)


def dense(outputs, inputs, activation="tanh", seed=5):
    rng = np.random.default_rng(seed)
    return Dense(rng.normal(size=(outputs, inputs)), rng.normal(size=outputs), activation)


def weighed(outputs, seed=9):
    """Fixed numbers shaped as the outputs: the loss is the sum of their products."""
    outputs = outputs if isinstance(outputs, tuple) else (outputs,)
    return tuple(np.random.default_rng(seed).normal(size=y.shape) for y in outputs)


def loss(network, x, **options):
    outputs = network.run(x, **options).outputs
    outputs = outputs if isinstance(outputs, tuple) else (outputs,)
    return sum((y * w).sum() for y, w in zip(outputs, weighed(outputs), strict=True))


def slope(f, array):
    """∂f/∂array by central differences, each number moved in place."""
    found = np.zeros_like(array)
    for place in np.ndindex(array.shape):
        there = array[place]
        array[place] = there + STEP
        above = f()
        array[place] = there - STEP
        found[place] = (above - f()) / (2 * STEP)
        array[place] = there
    return found


def check(network, x, **options):
    record = network.run(x, **options)
    given = weighed(record.outputs)
    gradients = network.backpropagate(
        record, given if isinstance(record.outputs, tuple) else given[0]
    )
    for name, array in network.weights.items():
        moved = slope(lambda: loss(network, x, **options), array)
        np.testing.assert_allclose(
            gradients.weights[name], moved, atol=1e-7, rtol=1e-6, err_msg=name
        )
    if x.dtype.kind == "f":
        moved = slope(lambda: loss(network, x, **options), x)
        np.testing.assert_allclose(gradients.inputs, moved, atol=1e-7, rtol=1e-6)
    return gradients


def inputs(*shape, seed=1):
    return np.random.default_rng(seed).normal(size=shape)


MASK = np.array([[1, 0, 1, 1, 0], [1, 1, 1, 1, 1], [0, 0, 1, 0, 0]], bool).T


@pytest.mark.parametrize("shape", [(5, 2), (5, 3, 2)])
@pytest.mark.parametrize("sequences", [True, False])
@pytest.mark.parametrize("merge", ["concat", "sum", "ave", "mul", None])
def test_gradients_pass_through_both_directions_however_they_are_merged(shape, sequences, merge):
    layer = recurrent(two=True, merge=merge, sequences=sequences)
    check(Network([layer]), inputs(*shape))


@pytest.mark.parametrize("sequences", [True, False])
@pytest.mark.parametrize("zero", [True, False])
@pytest.mark.parametrize("as_processed", [True, False])
def test_gradients_pass_around_padded_steps(sequences, zero, as_processed):
    layer = recurrent(
        two=True, merge="mul", sequences=sequences, zero_padding=zero, as_processed=as_processed
    )
    gradients = check(Network([layer]), inputs(5, 3, 2), mask=MASK)
    assert not gradients.inputs[~MASK].any()
    single = recurrent(two=True, sequences=sequences, zero_padding=zero, as_processed=as_processed)
    check(Network([single]), inputs(5, 2), mask=MASK[:, 0])


@pytest.mark.parametrize("reverse", [True, False])
@pytest.mark.parametrize("mask", [MASK, None])
def test_the_steps_of_a_cell_are_those_of_the_input_that_count(reverse, mask):
    x = inputs(5, 3, 2)
    padding = Steps(x, mask, reverse)
    times = np.broadcast_to(padding.index().reshape(5, -1), (5, 3))
    taken = np.where(times[..., None] >= 0, x[times, np.arange(3)], 0)
    np.testing.assert_array_equal(padding.gather(x), taken)


HEADS = [Mean(), Maximum(), Flatten(), Step(1), Step(-2), Last()]
STATES = [((0, "h"), (1, "h")), ((1, "c"), (0, "h"), (1, "c")), ((0, "f"),)]


@pytest.mark.parametrize("mask", [MASK, None])
@pytest.mark.parametrize("head", HEADS, ids=repr)
def test_gradients_pass_through_what_makes_one_vector_of_a_sequence(head, mask):
    width = 15 if isinstance(head, Flatten) else 3
    network = Network([recurrent(), head, dense(2, width)])
    check(network, inputs(5, 3, 2), mask=mask)
    check(network, inputs(5, 2), mask=None if mask is None else mask[:, 0])


@pytest.mark.parametrize("mask", [MASK, None])
@pytest.mark.parametrize("states", STATES)
def test_gradients_pass_through_final_states(states, mask):
    network = Network([recurrent(two=True, states=states), dense(2, 3 * len(states))])
    check(network, inputs(5, 3, 2), mask=mask)
    check(network, inputs(5, 2), mask=None if mask is None else mask[:, 0])


@pytest.mark.parametrize("mask", [MASK, None])
def test_gradients_pass_to_the_one_sequence_that_is_taken_of_a_batch(mask):
    x, layers = inputs(5, 3, 2), [recurrent(), Mean()]
    network = Network([OneSequence(-2), *layers])
    check(network, x, mask=mask)
    alone = Network(layers).run(x[:, 1], mask=None if mask is None else mask[:, 1]).outputs
    assert (network.run(x, mask=mask).outputs == alone).all()
    check(Network([OneSequence(0), *layers]), x[:, 1])


def test_a_head_takes_of_a_sequence_what_it_says():
    x = np.array([[1.0, 9.0], [5.0, 2.0], [3.0, 7.0]])
    keep = [True, True, False]
    for head, whole, padded in [
        (Mean(), [3, 6], [3, 5.5]),
        (Maximum(), [5, 9], [5, 9]),
        (Flatten(), [1, 9, 5, 2, 3, 7], [1, 9, 5, 2, 3, 7]),
        (Step(1), [5, 2], [5, 2]),
        (Step(-1), [3, 7], [3, 7]),
        (Last(), [3, 7], [5, 2]),
    ]:
        network = Network([head])
        assert network.run(x).outputs.tolist() == whole
        assert network.run(x, mask=keep).outputs.tolist() == padded
        batch = network.run(np.stack([x, x + 1], 1), mask=np.stack([keep, keep], 1)).outputs
        assert batch.tolist() == [padded, (np.array(padded) + 1).tolist()]


def test_a_sequence_that_is_all_padding_has_a_mean_and_a_maximum_of_zero():
    mask = np.array([[1, 0], [1, 0]], bool)
    for head in (Mean(), Maximum()):
        network = Network([head])
        record = network.run(np.full((2, 2, 1), -4.0), mask=mask)
        assert record.outputs.tolist() == [[-4], [0]]
        assert not network.backpropagate(record, np.ones((2, 1))).inputs[:, 1].any()


def test_final_states_are_those_of_the_last_step_that_each_direction_took():
    network = Network([recurrent(two=True, states=((0, "h"), (1, "h"), (1, "c")))])
    record = network.run(inputs(5, 3, 2), mask=MASK)
    final, back = (record.final[f"lstm.{way}"] for way in ("forward", "backward"))
    expected = np.concatenate([final["h"], back["h"], back["c"]], axis=-1)
    np.testing.assert_array_equal(record.outputs, expected)
    both = Network([recurrent(two=True)]).run(inputs(5, 2))
    ends = np.concatenate([both.outputs[-1, :3], both.outputs[0, 3:]])
    alone = Network([recurrent(two=True, states=((0, "h"), (1, "h")))]).run(inputs(5, 2))
    np.testing.assert_array_equal(alone.outputs, ends)


def test_a_padded_sequence_of_a_batch_gives_what_it_gives_alone_without_padding():
    network = Network([recurrent(two=True), recurrent(GRU, 6, 2, two=True, sequences=False)])
    x = inputs(5, 3, 2)
    whole = network.run(x, mask=MASK).outputs
    for k in range(3):
        alone = network.run(x[MASK[:, k], k]).outputs
        np.testing.assert_allclose(whole[k], alone, atol=1e-15)


def test_gradients_pass_through_layers():
    network = Network(
        [
            Masking(0.0),
            recurrent(two=True),
            Dropout(0.5),
            recurrent(RNN, 6, 2, name="lstm"),
            Last(),
            dense(3, 2),
            Activation("softmax"),
        ]
    )
    assert [layer.name for layer in network][1:4:2] == ["lstm", "lstm_1"]
    x = inputs(5, 3, 2)
    x[~MASK] = 0
    record = network.run(x)
    np.testing.assert_array_equal(record.layers["masking"].mask, MASK)
    given = weighed(record.outputs)[0]
    gradients = network.backpropagate(record, given)
    for name, array in network.weights.items():
        moved = slope(lambda: loss(network, x), array)
        np.testing.assert_allclose(
            gradients.weights[name], moved, atol=1e-7, rtol=1e-6, err_msg=name
        )


def test_the_weights_of_an_embedding_have_gradients_and_zero_can_be_padding():
    words = np.array([[1, 2, 0], [3, 3, 0], [1, 0, 1]])
    table = Embedding(inputs(4, 2), mask_zero=True)
    network = Network([table, recurrent(), Last(), dense(1, 3)])
    check(network, words)
    np.testing.assert_array_equal(network.run(words).layers["embedding"].mask, words != 0)


NUMBERED = [
    name + "".join(f":{0.3 + 1.1 * k}" for k in range(1 + ("{1}" in WITH_NUMBERS[name])))
    for name in WITH_NUMBERS
]


@pytest.mark.parametrize("name", [*TEXTS, *BY_HAND, *NUMBERED])
def test_the_slope_of_an_activation_is_its_slope(name):
    check(Network([dense(4, 2, name)]), inputs(50, 2))
    assert (
        np.isfinite(activation(name).run(np.array([[-80.0, 80.0]]))).all() or name == "exponential"
    )


KNOWN = {  # from PyTorch's and Keras' documentation
    "relu6": lambda v: min(max(v, 0), 6),
    "hard_tanh": lambda v: min(max(v, -1), 1),
    "log_sigmoid": lambda v: math.log(1 / (1 + math.exp(-v))),
    "silu": lambda v: v / (1 + math.exp(-v)),
    "mish": lambda v: v * math.tanh(math.log(1 + math.exp(v))),
    "gelu": lambda v: v * (1 + math.erf(v / math.sqrt(2))) / 2,
    "gelu_tanh": lambda v: v * (1 + math.erf(v / math.sqrt(2))) / 2,  # nearly
    "selu": lambda v: 1.0507009873554805 * (v if v > 0 else 1.6732632423543772 * math.expm1(v)),
    "elu": lambda v: v if v > 0 else math.expm1(v),
    "leaky_relu": lambda v: v if v > 0 else 0.01 * v,
    "leaky_relu:0.2": lambda v: v if v > 0 else 0.2 * v,
    "softplus:3": lambda v: math.log1p(math.exp(3 * v)) / 3,
    "silu:2": lambda v: v / (1 + math.exp(-2 * v)),
    "hard_silu": lambda v: v * min(max(v + 3, 0), 6) / 6,
    "hard_tanh:-0.5:2": lambda v: min(max(v, -0.5), 2),
    "celu:0.5": lambda v: max(v, 0) + min(0, 0.5 * math.expm1(v / 0.5)),
    "elu:1e-05": lambda v: v if v > 0 else 1e-5 * math.expm1(v),
    "tanh_shrink": lambda v: v - math.tanh(v),
    "hard_shrink": lambda v: v if abs(v) > 0.5 else 0,
    "soft_shrink:0.35": lambda v: math.copysign(max(abs(v) - 0.35, 0), v),
    "threshold:0.1:-7": lambda v: v if v > 0.1 else -7,
    "thresholded_relu": lambda v: v if v > 1 else 0,
    "squareplus": lambda v: (v + math.sqrt(v * v + 4)) / 2,
    "hard_sigmoid:0.25:0.4": lambda v: min(max(0.25 * v + 0.4, 0), 1),
    "scaled_tanh:1.7:0.6": lambda v: 1.7 * math.tanh(0.6 * v),
    "affine:2:-1": lambda v: 2 * v - 1,
}


@pytest.mark.parametrize("name", KNOWN)
def test_an_activation_is_what_it_is_called(name):
    z = np.array([[-3.0, -0.4, 0.3, 7.5]])
    expected = [[KNOWN[name](v) for v in z[0].tolist()]]
    near = 5e-4 if name == "gelu_tanh" else 1e-14
    np.testing.assert_allclose(activation(name).run(z), expected, rtol=1e-12, atol=near)


@pytest.mark.parametrize("name", [*TEXTS, *BY_HAND, *NUMBERED])
def test_an_activation_of_single_precision_is_of_single_precision(name):
    z = np.array([[-300.0, 0.5]], np.float32)
    y = activation(name).run(z)
    assert y.dtype == activation(name).back(z, y, z).dtype == np.float32


def test_a_weight_too_large_for_single_precision_is_refused_by_name():
    with pytest.raises(InputError, match="dense: W holds 1e\\+300, too large for float32"):
        Network([Dense([[1e300]])], np.float32)
    assert np.isinf(Network([Dense([[np.inf]])], np.float32).weights["dense.W"]).all()


def test_dropout_drops_only_in_training_and_keeps_the_mean():
    network = Network([Dropout(0.25)])
    x = np.ones((1000, 10))
    np.testing.assert_array_equal(network.run(x).outputs, x)
    y = network.run(x, dropout=np.random.default_rng(0)).outputs
    assert set(np.unique(y)) == {0, 4 / 3}
    assert abs(y.mean() - 1) < 0.02
    record = network.run(x, dropout=np.random.default_rng(0))
    np.testing.assert_array_equal(network.backpropagate(record, x).inputs, y)


@pytest.mark.parametrize("two", [False, True])
def test_a_run_in_two_parts_is_the_run_in_one(two):
    network = Network([recurrent(two=two, merge="sum")])
    x = inputs(6, 2, 2)
    whole = network.run(x).traces[network.layers[0].keys[0]]
    first = network.run(x[:4])
    states = {network.layers[0].keys[0]: first.final[network.layers[0].keys[0]]}
    second = network.run(x[4:], states=states).traces[network.layers[0].keys[0]]
    np.testing.assert_allclose(second["h"], whole["h"][4:], atol=1e-15)


def test_the_states_at_the_end_are_those_of_the_last_step_that_counts():
    network, x = Network([recurrent()]), inputs(5, 3, 2)
    final = network.run(x, mask=MASK).final["lstm"]
    for k in range(3):
        alone = network.run(x[MASK[:, k], k]).final["lstm"]
        np.testing.assert_allclose(final["c"][k], alone["c"], atol=1e-15)


def test_numbers_are_of_the_type_that_was_asked_for():
    network = Network([recurrent(two=True), dense(1, 6)], dtype=np.float32)
    record = network.run(inputs(4, 3, 2))
    gradients = network.backpropagate(record, np.ones_like(record.outputs))
    assert record.outputs.dtype == gradients.inputs.dtype == np.float32
    assert {array.dtype for array in gradients.weights.values()} == {np.dtype(np.float32)}


def test_weights_are_changed_in_place():
    network, x = Network([recurrent(), dense(1, 3)]), inputs(4, 2)
    before = network.run(x).outputs
    for array in network.weights.values():
        array += 0.1
    assert (network.run(x).outputs != before).all()


@pytest.mark.parametrize(
    ("run", "said"),
    [
        (lambda n: n.run(np.zeros((4, 5))), "5"),
        (lambda n: n.run(np.zeros(4)), "should be"),
        (lambda n: n.run(np.zeros((4, 2)), mask=np.zeros(3, bool)), "the mask should be"),
        (lambda n: n.run(np.zeros((4, 2)), mask=np.zeros(4, bool)), "every step is padding"),
        (lambda n: n.run(np.zeros((4, 2)), states={"gru": {}}), "no direction is called 'gru'"),
        (lambda n: n.backpropagate(n.run(np.zeros((4, 2))), np.zeros(3)), "has shape"),
        (lambda n: Network([dense(1, 7)]).run(np.zeros((4, 2))), "takes 7 features"),
        (lambda n: Network([Embedding(np.ones((3, 2)))]).run([4]), "no row 4"),
        (lambda n: Network([Embedding(np.ones((3, 2)))]).run([0.5]), "integers"),
        (lambda n: Network([]), "at least one layer"),
        (lambda n: activation("rellu"), "relu"),
        (lambda n: activation("hard_tanh:1"), "hard_tanh takes 2 numbers"),
        (lambda n: activation("elu:x"), "elu takes 1 number"),
        (lambda n: activation("elu:nan"), "elu takes 1 number"),
        (lambda n: activation("tanh:2"), "no activation is called 'tanh:2'"),
        (lambda n: recurrent(states=((1, "h"),)), "no 'h' in a direction 1"),
        (lambda n: recurrent(states=((0, "k"),)), "no 'k' in a direction 0"),
        (lambda n: Network([Step(4)]).run(np.zeros((4, 2))), "position 4 is not in 4 steps"),
        (lambda n: Network([OneSequence(1)]).run(np.zeros((4, 2))), "no sequence 1 in a batch"),
        (lambda n: Network([Last(), Mean()]).run(np.zeros((4, 2))), "mean needs a sequence"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_said(run, said):
    with pytest.raises(InputError, match=said):
        run(Network([recurrent()]))


def test_an_unknown_layer_is_answered_with_those_there_are():
    with pytest.raises(KeyError, match="lstm"):
        Network([recurrent()])["gru"]


def handed_out(parts):
    """Every array in a record's layers, or in gradients of layers."""
    for part in parts:
        if isinstance(part, np.ndarray):
            yield part
        elif isinstance(part, dict | tuple | list):
            yield from handed_out(part.values() if isinstance(part, dict) else part)


def test_what_a_network_hands_out_is_read_only():
    E = np.ones((4, 2))
    network = Network(
        [Embedding(E), recurrent(two=True), Dropout(), dense(2, 6), Activation("relu")]
    )
    inputs = np.array([1, 2, 0])
    record = network.run(inputs, dropout=np.random.default_rng(0))
    gradients = network.backpropagate(record, np.ones((3, 2)))
    parts = [vars(part) for each in (record, gradients) for part in each.layers.values()]
    assert not [array for array in handed_out(parts) if array.flags.writeable]
    inputs[:] = 3  # still the caller's own
    assert record.inputs.tolist() == [1, 2, 0]
    network.weights["embedding.E"][...] = 0


@pytest.mark.parametrize("copied", [lambda each: pickle.loads(pickle.dumps(each)), copy.deepcopy])
def test_a_network_and_its_records_are_pickled_and_copied(copied):
    network = Network([recurrent(two=True), dense(2, 6)])
    record = network.run(np.ones((3, 2)))
    gradients = network.backpropagate(record, np.ones((3, 2)))
    other = copied(network)
    np.testing.assert_array_equal(other.run(np.ones((3, 2))).outputs, record.outputs)
    again = other.backpropagate(copied(record), np.ones((3, 2)))
    np.testing.assert_array_equal(again.inputs, copied(gradients).inputs)


def test_an_overflow_in_a_network_is_seen_and_not_warned_of():
    network = Network([Dense(np.full((1, 1), 1e200)), Dense(np.full((1, 1), 1e200))])
    assert network.run(np.ones((2, 1))).outputs.tolist() == [[np.inf], [np.inf]]


@pytest.mark.parametrize("wrong", [int, complex, object, "none"])
def test_a_network_computes_with_floats(wrong):
    with pytest.raises(InputError, match="float64 and float32"):
        Network([dense(1, 1)], dtype=wrong)


def test_the_weights_of_a_normalisation_have_gradients():
    rng = np.random.default_rng(3)
    read = {name: rng.uniform(0.5, 2, 2) for name in ("mean", "variance", "gamma", "beta")}
    check(Network([Scale.of_batch(read, 1e-3, "norm")]), inputs(5, 3, 2))
