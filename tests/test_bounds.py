"""Whatever a file holds: one line, within two seconds of computing and half a gigabyte."""

import io
import json
import os
import pickletools
import struct
import zipfile

import numpy as np
import pytest

pytest.importorskip("resource", reason="a system that gives processes limits")

from limited import limited

from lstm_viz import LSTM, InputError


def refused(*asked, said="", **options):
    """The one line it ends with."""
    code, lines = limited(*asked, **options)
    assert code in (2, 3), (code, lines)
    assert len(lines) == 1
    assert len(lines[0]) < 1000
    assert lines[0].isprintable()
    assert said in lines[0]
    assert "not enough memory" not in lines[0]  # it is our bound that holds, not the system's


def pickled(path, content):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a/data.pkl", b"\x80\x02" + content)
    return str(path)


def colliding(count):
    """Places to remember in, all of one hash."""
    return b"".join(b"p%d\n" % (k * (2**61 - 1)) for k in range(1, count))


def tensor_with_key(key):
    """A state_dict with one tensor, whose storage has this key."""
    storage = b"(X\7\0\0\0storagectorch\nFloatStorage\n" + key + b"X\3\0\0\0cpuK\1tQ"
    return b"}X\1\0\0\0wctorch._utils\n_rebuild_tensor_v2\n(" + storage + b"K\0K\1\x85K\1\x85tRs."


SHARED, DEEP = b")" + b"2\x86" * 60, b")" + b"\x85" * 1_000_000
PICKLES = {
    "a key that holds itself 2⁶⁰ times": b"}" + SHARED + b"Ns.",
    "a key a million tuples deep": b"}" + DEEP + b"Ns.",
    "a value a million tuples deep": b"}N" + DEEP + b"s.",
    "a storage's key that holds itself 2⁶⁰ times": tensor_with_key(SHARED),
    "a storage's key a million tuples deep": tensor_with_key(DEEP),
    "a tensor's shape that holds itself": b"}X\1\0\0\0wctorch._utils\n_rebuild_tensor_v2\n("
    b"(X\7\0\0\0storagectorch\nFloatStorage\nX\1\0\0\0aX\3\0\0\0cpuK\1tQK\0" + SHARED + b"2tRs.",
    "places to remember in of one hash": b"}" + colliding(200_000) + b".",
    "keys of one hash": b"}(" + b"".join(
        b"\x8a\x0c" + (k * (2**61 - 1)).to_bytes(12, "little") + b"N" for k in range(1, 200_000)
    ) + b"u.",
    "objects without end": b"cbuiltins\nobject\nq\1)q\2" + b"h\1h\2R" * 5_000_000 + b".",
    "dictionaries without end": b"}" * 30_000_000 + b".",
    "a long number": b"}\x8b" + struct.pack("<i", 30_000_000) + b"\x7f" * 30_000_000 + b"Ns.",
    "one text as many keys": b"}X" + struct.pack("<I", 1 << 24) + b"a" * (1 << 24) + b"Ns.",
}  # fmt: skip


@pytest.mark.parametrize("content", PICKLES.values(), ids=PICKLES)
def test_a_pickle_is_read_in_bounds(tmp_path, content):
    refused("model", pickled(tmp_path / "a.pt", content), said="a.pt: ")


def test_twenty_thousand_tensors_are_read(tmp_path):
    """Written as PyTorch writes them, each with a storage of its own."""
    text = lambda said: b"X" + struct.pack("<I", len(said)) + said.encode()  # noqa: E731
    lstm = LSTM.start(1, 2)
    rows = [
        np.concatenate([lstm[f"{letter}_{gate}"] for gate in "ifgo"]).astype("<f4")
        for letter in "WUb"
    ]
    arrays = dict(zip(("weight_ih_l0", "weight_hh_l0", "bias_ih_l0"), rows, strict=True))
    arrays |= {f"other.{k}": np.ones(1, "<f4") for k in range(20_000 - len(arrays))}
    content, members = b"}q\0(", {}
    for k, (name, array) in enumerate(arrays.items()):
        sizes = b"(" + b"".join(b"M" + struct.pack("<H", n) for n in array.shape) + b"t"
        strides = (
            b"("
            + b"".join(b"M" + struct.pack("<H", n // array.itemsize) for n in array.strides)
            + b"t"
        )
        storage = b"(" + text("storage") + b"ctorch\nFloatStorage\n" + text(str(k)) + text("cpu")
        content += (
            text(name) + b"q\1ctorch._utils\n_rebuild_tensor_v2\nq\2(" + storage + b"q\3q\4q\5"
        )
        content += b"M" + struct.pack("<H", array.size) + b"tq\6QK\0" + sizes + b"q\7" + strides
        content += b"q\1" * 5 + b"\x89ccollections\nOrderedDict\n)RtR"
        members[f"a/data/{k}"] = array.tobytes()
    path = tmp_path / "a.pt"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a/data.pkl", b"\x80\2" + content + b"u.")
        for name, held in members.items():
            archive.writestr(name, held)
    assert len(list(pickletools.genops(b"\x80\2" + content + b"u."))) > 600_000
    code, lines = limited("model", str(path))
    assert (code, lines) == (0, [])


def test_many_tensors_of_one_packed_storage_are_refused(tmp_path):
    storage = b"(X\7\0\0\0storagectorch\nFloatStorage\nX\1\0\0\0aX\3\0\0\0cpuJ" + struct.pack(
        "<i", 7_000_000
    )
    made = b"ctorch._utils\n_rebuild_tensor_v2\n(" + storage + b"tQK\0K\1\x85K\1\x85tR"
    named = b"".join(b"X\7\0\0\0" + b"%07d" % k + made + b"s" for k in range(1000))
    path = pickled(tmp_path / "a.pt", b"}" + named + b".")
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a/data/a", bytes(28_000_000))
    refused("model", path, said="claim more numbers than the file holds")


def test_weights_of_another_number_of_axes_are_refused(tmp_path):
    for weights in (np.ones(2), np.float64(1), np.ones((1,) * 32)):  # the most of NumPy 1
        path = packed(tmp_path / "a.npz", **LSTM.start(1, 2) | {"W_i": weights})
        refused("step", "--weights", path, said="W_i")
        refused("gradients", "--cells", "lstm", "--trained", path, said="W_i")


def test_a_size_of_400_digits_is_refused():
    refused("train", "adding", "--hidden", "9" * 400)
    with pytest.raises(InputError, match="would take more than 1,000,000,000 GB"):
        LSTM.start(1, 10**400)


def packed(path, **members):
    """A `.npz` whose arrays are deflated; bytes go in as they are."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, held in members.items():
            file = io.BytesIO()
            if not isinstance(held, bytes):
                np.save(file, held)
            archive.writestr(f"{name}.npy", held if isinstance(held, bytes) else file.getvalue())
    return str(path)


ARRAYS = {
    "bools that become numbers": np.zeros(100_000_000, bool),
    "zeros": np.zeros(50_000_000),
    "a head without end": b"\x93NUMPY\2\0" + struct.pack("<I", 2**31) + bytes(300_000_000),
    "a hundred axes": b"\x93NUMPY\1\0" + struct.pack("<H", 400)
    + f"{{'descr': '<f8', 'fortran_order': False, 'shape': {(1,) * 100}}}".ljust(400).encode()
    + bytes(8),
    "a hundred minus signs": b"\x93NUMPY\1\0" + struct.pack("<H", 9000) + b"-" * 9000,
}  # fmt: skip


@pytest.mark.parametrize("array", ARRAYS.values(), ids=ARRAYS)
def test_arrays_that_unpack_to_too_much_are_refused(tmp_path, array):
    path = packed(tmp_path / "a.npz", W_i=array)
    refused("step", "--weights", path, said="a.npz")
    refused("model", path, said="a.npz")
    refused("step", "--input", f"@{path}", said="a.npz")


def test_many_small_arrays_are_counted_together(tmp_path):
    path = packed(tmp_path / "a.npz", **{f"W{k}": np.zeros(2_000_000, bool) for k in range(40)})
    refused("step", "--weights", path, said="unpacked from a file")


def test_a_zip_of_a_million_names_is_refused(tmp_path):
    entry = b"PK\1\2" + bytes(24) + struct.pack("<H", 1) + bytes(16) + b"a"
    count = 1_000_000
    end = struct.pack("<4sHHHHIIH", b"PK\5\6", 0, 0, 65535, 65535, count * len(entry), 0, 0)
    (tmp_path / "a.npz").write_bytes(entry * count + end)
    refused("step", "--weights", str(tmp_path / "a.npz"), said="a.npz")


@pytest.mark.parametrize("start", ["[" * 100_000, "[" + "{}," * 20_000_000], ids=["deep", "long"])
def test_json_is_read_in_bounds(tmp_path, start):
    (tmp_path / "a.safetensors").write_bytes(struct.pack("<Q", len(start)) + start.encode())
    refused("model", str(tmp_path / "a.safetensors"), said="a.safetensors")


@pytest.mark.skipif(not os.path.exists("/dev/zero"), reason="no such device")
@pytest.mark.parametrize("device", ["/dev/zero", "/dev/urandom"])
def test_devices_are_no_files_and_end(tmp_path, device):
    for ending in ("onnx", "pt", "npz", "safetensors", "h5", "npy", "csv", "py"):
        (tmp_path / f"x.{ending}").symlink_to(device)
    for ending in ("onnx", "pt", "npz", "safetensors", "h5"):
        refused("model", str(tmp_path / f"x.{ending}"), said="device or a pipe")
    refused("step", "--weights", device, said="device or a pipe")
    refused("lesson", str(tmp_path / "x.py"), said="device or a pipe")
    refused("step", "--cell", device)
    for ending in ("npy", "npz", "csv"):
        refused("step", "--input", f"@{tmp_path}/x.{ending}")
    refused("train", "bitcoin", "--csv", device)


def test_a_pipe_is_read_to_its_end_but_not_for_ever(tmp_path):
    rows = b"open,close\n" + b"".join(b"%d,%d\n" % (k, k % 7) for k in range(300))
    small = "--epochs", "1", "--hidden", "2", "--save", str(tmp_path / "m.npz")
    assert limited("train", "bitcoin", "--csv", "/dev/stdin", *small, given=rows)[0] == 0
    for asked in (["step", "--input", "-"], ["step", "--input", "@/dev/stdin"]):
        assert limited(*asked, given=b"1\n2\n") == (0, [])
        refused(*asked, given=b"1\n" * 10_000_000, said="it may never end")
    refused("model", "/dev/stdin", given=b"PK", said="device or a pipe")


def test_long_numbers_and_names_are_shortened(tmp_path):
    refused("step", "--input", "-", given=b"1" * 50_000_000, said="…")
    refused("step", "--input", "-", given=b"x" * 50_000_000, said="…")
    refused("step", "--input", "-", given=b"x" * 20_000_000 + b"\n1,2\n", said="")
    for ending, wrapped in ("json", '{"W": [%s]}'), ("toml", "W = [%s]"):
        (tmp_path / f"w.{ending}").write_text(wrapped % ("1" * 5000))
        refused("step", "--weights", str(tmp_path / f"w.{ending}"), said="thousands of digits")
    (tmp_path / "a.csv").write_bytes(b"x\x1b[2J" + b"y" * 20_000_000 + b"\n1\nz\n")
    refused("step", "--input", f"@{tmp_path}/a.csv", said="…")
    refused("step", "--input", f"@{tmp_path}/a.csv", "--column", "w", said="…")


def test_names_in_a_model_that_a_terminal_would_obey_are_refused(tmp_path):
    evil = packed(tmp_path / "a.npz", **{"rnn.weight_ih_l0\x1b[2J": np.ones(3)})
    refused("model", evil, said="is not a name")


def test_a_graph_whose_branches_meet_again_is_walked_once(tmp_path, onnx):
    nodes = [onnx.helper.make_node("Add", [f"x{k}", f"x{k}"], [f"x{k + 1}"]) for k in range(100)]
    lstm = onnx.load(os.path.join(os.path.dirname(__file__), "fixtures/onnx/lstm.onnx"))
    lstm.graph.node[0].input[0] = "x100"
    lstm.graph.node.extend(nodes)
    onnx.save(lstm, tmp_path / "a.onnx")
    code, lines = limited("model", str(tmp_path / "a.onnx"))
    assert (code, lines) == (0, [])


def test_a_graph_of_millions_of_empty_nodes_is_refused(tmp_path, onnx):
    nodes = b"\x0a\0" * 20_000_000
    length = b"\x80\xb4\x89\x13"  # of the nodes, in groups of seven bits
    (tmp_path / "a.onnx").write_bytes(b"\x3a" + length + nodes)
    refused("model", str(tmp_path / "a.onnx"), said="too many parts")


def test_an_hdf5_file_that_unpacks_to_too_much_is_refused(tmp_path, h5py):
    zeros = np.zeros((5_000_000, 1), np.int8)
    with h5py.File(tmp_path / "a.h5", "w") as file:
        for k in range(8):
            file.create_dataset(f"layers/lstm/vars/{k}", data=zeros, compression="gzip")
    refused("model", str(tmp_path / "a.h5"), said="unpacks to more")


def test_a_configuration_of_many_layers_is_refused(tmp_path, h5py):
    layers = [
        {"class_name": "Dense", "config": {"name": f"d{k}"}, "inbound_nodes": [[f"d{k - 1}", 0, 0]]}
        for k in range(50_000)
    ]
    whole = {"class_name": "Functional", "config": {"layers": layers, "output_layers": []}}
    with h5py.File(tmp_path / "w.h5", "w"):
        pass
    with zipfile.ZipFile(tmp_path / "a.keras", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("config.json", json.dumps(whole))
        archive.write(tmp_path / "w.h5", "model.weights.h5")
    refused("model", str(tmp_path / "a.keras"), said="50,000 layers are too many")
