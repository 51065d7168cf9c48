"""Weights that others ship give here what PyTorch gives with them in 64 bits. `make test-models`.

The packages are fetched by name and version (versions.txt) into .venv-models; nothing of theirs is
imported. The truth is written out below: PyTorch's own
layers, with the numbers that NumPy, PyTorch or h5py reads from the file.
"""

import json
from pathlib import Path

import numpy as np
import pytest

from lstm_viz import InputError, load_model

FOLDER = Path(__file__).parents[2] / ".venv-models"
pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason="make test-models fetches the models")
torch = pytest.importorskip("torch")
T, B = 12, 3


def module(kind, inputs, hidden, weights, **options):
    """PyTorch's layer in 64 bits with these arrays, in its own order of parameters."""
    layer = getattr(torch.nn, kind)(inputs, hidden, **options).double()
    with torch.no_grad():
        for own, array in zip(layer.parameters(), weights, strict=True):
            own.copy_(torch.as_tensor(np.asarray(array, dtype=float)).reshape(own.shape))
    return layer


def stack(kind, held, prefix, layers, directions=1):
    """The layers of a state_dict under a prefix."""
    names = [
        f"{prefix}{what}_l{k}{way}"
        for k in range(layers)
        for way in ("", "_reverse")[:directions]
        for what in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
    ]
    arrays = [held[name].numpy() for name in names]
    options = {"num_layers": layers, "bidirectional": directions == 2}
    return module(kind, arrays[0].shape[1], arrays[1].shape[1], arrays, **options)


def rows(table, count=T):
    """(words, their embedding)."""
    words = np.random.default_rng(0).integers(0, len(table), (count, B))
    return words, torch.as_tensor(np.asarray(table, dtype=float)[words])


def numbers(features):
    return np.random.default_rng(0).normal(size=(T, B, features))


def linear(x, weight, bias):
    return x @ torch.as_tensor(np.asarray(weight, dtype=float)).T + torch.as_tensor(
        np.asarray(bias, dtype=float)
    )


def same(network, x, y, states=None):
    here = network.run(x, states=states).outputs
    there = y.detach().numpy()
    assert here.shape == there.shape
    assert np.abs(here - there).max() < 1e-12 * max(1, np.abs(there).max())


def g2p_en(part):
    held = np.load(FOLDER / "g2p_en" / "checkpoint20.npz")
    weights = [held[f"{part}_{what}"] for what in ("w_ih", "w_hh", "b_ih", "b_hh")]
    return held, module("GRU", *weights[0].shape[::-1][:1], weights[1].shape[1], weights)


def test_the_encoder_and_the_decoder_of_g2p_en():
    path = FOLDER / "g2p_en" / "checkpoint20.npz"
    held, encoder = g2p_en("enc")
    words, x = rows(held["enc_emb"])
    y, end = encoder(x)
    same(load_model(path, "enc_emb,enc"), words, y)
    _, decoder = g2p_en("dec")
    words, x = rows(held["dec_emb"])
    y, _ = decoder(x, end)
    states = {"dec": {"h": end[0].detach().numpy()}}
    network = load_model(path, "dec_emb,dec", head="each,fc")
    same(network, words, linear(y, held["fc_w"], held["fc_b"]), states)


def test_the_encoder_and_the_decoder_of_g2p_fa():
    path = FOLDER / "g2p_fa" / "data" / "weights"
    held = torch.load(path, map_location="cpu", weights_only=True)
    words, x = rows(held["encoder.embedding.weight"].numpy())
    y, (h, c) = stack("LSTM", held, "encoder.rnn.", 2)(x)
    same(load_model(path, "encoder.embedding,encoder.rnn"), words, y)
    words, x = rows(held["decoder.embedding.weight"].numpy())
    y, _ = stack("LSTM", held, "decoder.rnn.", 2)(x, (h, c))
    states = {
        f"decoder.rnn.l{k}": {"h": h[k].detach().numpy(), "c": c[k].detach().numpy()}
        for k in range(2)
    }
    network = load_model(path, "decoder.embedding,decoder.rnn", head="each,decoder.fc_out")
    out = linear(y, held["decoder.fc_out.weight"], held["decoder.fc_out.bias"])
    same(network, words, out, states)


def test_the_two_directions_of_legere():
    path = FOLDER / "legere" / "data" / "model.pt"
    held = torch.load(path, map_location="cpu", weights_only=True)
    held = next((v for v in held.values() if isinstance(v, dict) and "head.bias" in v), held)
    rnn = stack("GRU", held, "rnn.", 1, directions=2)
    x = numbers(rnn.input_size)
    y = linear(rnn(torch.as_tensor(x))[0], held["head.weight"], held["head.bias"])
    same(load_model(path, "rnn", head="each,head"), x, y)
    with pytest.raises(InputError, match="head"):
        load_model(path, "rnn", head="each,stem.0")  # a convolution is never the identity


def scripted(path):
    """The tensors of a scripted file."""
    return {name: t.numpy() for name, t in torch.jit.load(path).state_dict().items()}


def safe(path):
    """The tensors after a safetensors file's header."""
    whole = path.read_bytes()
    start = 8 + int.from_bytes(whole[:8], "little")

    def array(said):
        size, begin = int(np.prod(said["shape"])), start + said["data_offsets"][0]
        return np.frombuffer(whole, "<f4", size, begin).reshape(said["shape"])

    return {name: array(said) for name, said in json.loads(whole[8:start]).items()}


@pytest.mark.parametrize(
    ("file", "read", "layer", "final"),
    [
        ("silero_vad_16k.safetensors", safe, "lstm_cell", "final_conv"),
        ("silero_vad.jit", scripted, "_model.decoder.rnn", "_model.decoder.decoder.2"),
        ("silero_vad.jit", scripted, "_model_8k.decoder.rnn", "_model_8k.decoder.decoder.2"),
    ],
)
@pytest.mark.filterwarnings("ignore")  # of torch.jit
def test_the_cell_and_the_convolution_of_silero_vad(file, read, layer, final):
    path = FOLDER / "silero_vad" / "data" / file
    held = read(path)
    names = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
    rnn = module("LSTM", 128, 128, [held[f"{layer}.{name}"] for name in names])
    x = numbers(128)
    y = torch.relu(rnn(torch.as_tensor(x))[0])
    y = torch.sigmoid(linear(y, held[f"{final}.weight"][..., 0], held[f"{final}.bias"]))
    same(load_model(path, layer, head=f"each,relu,{final},sigmoid"), x, y)


def test_the_node_of_silero_vad_for_onnx_runtime():
    onnx = pytest.importorskip("onnx")
    path = FOLDER / "silero_vad" / "data" / "silero_vad_16k_sequence.onnx"
    graph = onnx.load(path).graph
    held = {each.name: onnx.numpy_helper.to_array(each) for each in graph.initializer}
    (node,) = (each for each in graph.node if each.op_type == "LSTM")
    W, U, b = (held[name][0] for name in node.input[1:4])
    rows = np.concatenate([np.arange(128 * k, 128 * k + 128) for k in (0, 2, 3, 1)])  # of i o f g
    rnn = module("LSTM", 128, 128, [W[rows], U[rows], b[:512][rows], b[512:][rows]])
    x = numbers(128)
    h = load_model(path).run(x).traces["recurrent.LSTM"]["h"]
    assert np.abs(h - rnn(torch.as_tensor(x))[0].detach().numpy()).max() < 1e-12


def test_the_cudnn_layers_of_textgenrnn():
    h5py = pytest.importorskip("h5py")
    path = FOLDER / "textgenrnn" / "textgenrnn_weights.hdf5"
    with h5py.File(path) as file:
        read = {name: np.array(file["rnn_1"]["rnn_1"][name]) for name in file["rnn_1"]["rnn_1"]}
    kernel, recurrent, bias = (read[f"{n}:0"] for n in ("kernel", "recurrent_kernel", "bias"))
    W = [gate.reshape(gate.shape[::-1]) for gate in np.split(kernel, 4, axis=1)]  # as cuDNN has it
    U = np.split(recurrent, 4, axis=1)
    rnn = module("LSTM", 100, 128, [np.vstack(W), np.vstack(U), bias[:512], bias[512:]])
    x = numbers(100)
    same(load_model(path, "rnn_1"), x, rnn(torch.as_tensor(x))[0])


def test_the_frozen_graph_of_cutkum_is_refused():
    with pytest.raises(InputError, match=r"not a model file that can be read|\.pb"):
        load_model(FOLDER / "cutkum" / "frozen_model.pb")
