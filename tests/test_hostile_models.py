"""Hostile and broken model files: one clear line, nothing executed, memory bounded, no crash."""

import json
import os
import pickle
import struct
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest
from program import lstm_viz

from lstm_viz import InputError, load_model

ROOT = Path(__file__).parent.parent
FIXTURES = ROOT / "tests" / "fixtures"


class Evil:
    """Unpickled freely, it would run a command."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return os.system, (f"touch {self.path}",)


def zipped(path, members):
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def changed(original, path, name, change):
    """A copy of a zip with one member changed."""
    with zipfile.ZipFile(original) as archive:
        members = {info.filename: archive.read(info) for info in archive.infolist()}
    (place,) = [member for member in members if member.endswith(name)]
    members[place] = change(members[place])
    return zipped(path, members)


def test_a_pickle_that_would_run_a_command_runs_nothing(tmp_path):
    mark = tmp_path / "executed"
    path = zipped(tmp_path / "evil.pt", {"a/data.pkl": pickle.dumps({"w": Evil(mark)}, 2)})
    with pytest.raises(InputError, match="no tensors in it but a pickled"):
        load_model(path)
    assert not mark.exists()


@pytest.mark.parametrize("what", ["plain", "nested", "with weights"])
def test_objects_in_a_checkpoint_stay_words(tmp_path, what):
    mark = tmp_path / "executed"
    path = tmp_path / "evil.pt"
    evil = pickle.dumps(Evil(mark), 2)
    if what == "plain":
        path.write_bytes(evil)
    elif what == "nested":
        zipped(path, {"a/data.pkl": pickle.dumps({"model": {"x": [Evil(mark)]}}, 2)})
    else:
        start, end = b"\x80\x02", b"."

        def with_evil(content):  # the evil is made and dropped, then comes the state_dict
            return start + evil[2:].removesuffix(end) + b"0" + content[2:]

        changed(FIXTURES / "torch" / "lstm.pt", path, "data.pkl", with_evil)
        assert load_model(path).count == 72
    if what != "with weights":
        with pytest.raises(InputError):
            load_model(path)
    assert not mark.exists()


@pytest.mark.parametrize("cut", [1, 100])
def test_an_old_file_that_ends_in_its_storages_is_refused(tmp_path, cut):
    content = (FIXTURES / "torch" / "old-format.pt").read_bytes()
    (tmp_path / "a.pt").write_bytes(content[:-cut])
    with pytest.raises(InputError, match=r"the storage \d+ ends too early"):
        load_model(tmp_path / "a.pt")


def test_a_storage_that_is_longer_than_the_old_file_is_refused(tmp_path):
    content = (FIXTURES / "torch" / "old-format.pt").read_bytes()
    count = struct.pack("<q", 36)  # weight_hh, 12 × 3
    assert content.count(count) == 1
    (tmp_path / "a.pt").write_bytes(content.replace(count, struct.pack("<q", 2**60)))
    with pytest.raises(InputError, match="ends too early"):
        load_model(tmp_path / "a.pt")


def test_a_file_without_tensors_says_how_to_save_them(tmp_path):
    path = zipped(tmp_path / "a.pt", {"a/data.pkl": pickle.dumps({}, 2), "a/code/a.py": "x = 1"})
    with pytest.raises(
        InputError, match=r"no tensors in it; torch.save\(torch.load\(file, weights_"
    ):
        load_model(path)


def test_a_tensor_larger_than_its_storage_is_refused(tmp_path):
    def larger(content):  # the columns of weight_ih, 2, become 200
        assert b"K\x0cK\x02\x86" in content
        return content.replace(b"K\x0cK\x02\x86", b"K\x0cK\xc8\x86", 1)

    path = changed(FIXTURES / "torch" / "lstm.pt", tmp_path / "a.pt", "data.pkl", larger)
    with pytest.raises(InputError, match="reaches beyond its storage"):
        load_model(path)


@pytest.mark.parametrize(
    ("head", "body", "said"),
    [
        (2**60, b"{}", "the header says"),
        (2, b"[]", "does not list tensors"),
        (9, b"not json!", "not JSON"),
        (
            {"a": {"dtype": "F32", "shape": [4], "data_offsets": [0, 16]}},
            b"\0" * 8,
            "offset outside",
        ),
        (
            {"a": {"dtype": "F32", "shape": [2**40], "data_offsets": [0, 8]}},
            b"\0" * 8,
            "offset outside",
        ),
        (
            {"a": {"dtype": "Q9", "shape": [1], "data_offsets": [0, 8]}},
            b"\0" * 8,
            "wrong description",
        ),
        (
            {
                "a": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]},
                "b": {"dtype": "F32", "shape": [2], "data_offsets": [4, 12]},
            },
            b"\0" * 12,
            "overlap",
        ),
    ],
)
def test_a_lying_header_of_safetensors_is_refused(tmp_path, head, body, said):
    if isinstance(head, dict):
        written = json.dumps(head).encode()
        head, body = len(written), written + body
    path = tmp_path / "a.safetensors"
    path.write_bytes(struct.pack("<Q", head) + body)
    with pytest.raises(InputError, match=said):
        load_model(path)


def test_an_array_that_claims_more_than_the_file_holds_is_refused(tmp_path):
    path = tmp_path / "a.npz"
    head = (
        b"{'descr': '<f8', 'fortran_order': False, 'shape': (90000, 1000000), }".ljust(117) + b"\n"
    )
    zipped(
        path, {"W_i.npy": b"\x93NUMPY\x01\x00" + struct.pack("<H", len(head)) + head + b"\0" * 64}
    )
    with pytest.raises(InputError, match="declares the shape"):
        load_model(path)


@pytest.mark.parametrize(
    "place", ["../secret", "/etc/passwd", "a/../../secret", "link", "", "missing"]
)
def test_weights_beside_an_onnx_file_come_from_its_folder_only(tmp_path, place):
    onnx = pytest.importorskip("onnx")
    (tmp_path / "secret").write_bytes(b"\0" * 1000)
    folder = tmp_path / "model"
    folder.mkdir()
    (folder / "link").symlink_to(tmp_path / "secret")
    model = onnx.load(FIXTURES / "onnx" / "external.onnx", load_external_data=False)
    for tensor in model.graph.initializer:
        for entry in tensor.external_data:
            if entry.key == "location":
                entry.value = place
    (folder / "a.onnx").write_bytes(model.SerializeToString())
    with pytest.raises(InputError, match=r"outside the model's folder|are not in"):
        load_model(folder / "a.onnx")


def test_an_hdf5_file_that_leads_elsewhere_is_refused(tmp_path):
    h5py = pytest.importorskip("h5py")
    with h5py.File(tmp_path / "other.h5", "w") as file:
        file["w"] = np.ones((2, 12))
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file["layers/lstm/cell/vars/0"] = h5py.ExternalLink("other.h5", "w")
    with pytest.raises(InputError, match="a link out of its place"):
        load_model(tmp_path / "a.h5")


def test_a_lambda_layer_is_never_built(tmp_path):
    pytest.importorskip("h5py")

    def with_lambda(content):
        said = json.loads(content)
        layer = {"class_name": "Lambda", "config": {"name": "evil", "function": "import os"}}
        said["config"]["layers"].append(layer)
        return json.dumps(said)

    original = FIXTURES / "keras" / "lstm.keras"
    path = changed(original, tmp_path / "a.keras", "config.json", with_lambda)
    network = load_model(path)
    assert network.layers[-1].name != "evil"
    assert any("evil is not read" in note for note in network.notes)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("torch/transformer.pt", "look like a Transformer's"),
        ("torch/encoder-decoder.pt", "--layer encoder runs one alone"),
        ("keras/branched.keras", "its layers branch: choose one of left, right"),
        ("keras/dense.keras", "no recurrent layer in it"),
        ("make_torch.py", "not a model file that can be read"),
    ],
)
def test_the_wrong_file_is_answered_with_what_was_found(name, said):
    with pytest.raises(InputError, match=said):
        load_model(FIXTURES / name)


def test_nodes_that_do_not_stand_in_a_chain_are_chosen_by_name(tmp_path):
    onnx = pytest.importorskip("onnx")
    model = onnx.load(FIXTURES / "onnx" / "lstm.onnx")
    other = onnx.NodeProto()
    other.CopyFrom(model.graph.node[0])
    other.name, other.output[0] = "second", "Y2"
    model.graph.node.append(other)
    onnx.save(model, tmp_path / "a.onnx")
    with pytest.raises(InputError, match="its layers branch: choose one of lstm, second"):
        load_model(tmp_path / "a.onnx")
    assert load_model(tmp_path / "a.onnx", "second").count == 72


@pytest.mark.parametrize(("way", "said"), [(0, ""), (1, "alone (Gather) is not read")])
def test_one_direction_taken_out_of_two_is_followed_at_its_own_end_only(tmp_path, way, said):
    onnx = pytest.importorskip("onnx")
    model = onnx.load(FIXTURES / "onnx" / "lstm-both.onnx")
    lstm = next(node for node in model.graph.node if node.op_type == "LSTM")
    for name, value in (("end", -1), ("way", way)):
        model.graph.initializer.append(onnx.numpy_helper.from_array(np.array(value), name))
    gathers = [
        onnx.helper.make_node("Gather", [lstm.output[0], "end"], ["last step"], axis=0),
        onnx.helper.make_node("Gather", ["last step", "way"], ["alone"], axis=0),
    ]
    del model.graph.node[:]
    model.graph.node.extend([lstm, *gathers])
    model.graph.output[0].name = "alone"
    onnx.save(model, tmp_path / "a.onnx")
    network = load_model(tmp_path / "a.onnx")
    assert any(said in note for note in network.notes) if said else not network.notes
    assert network.layers[0].states == (() if way else ((0, "h"),))


@pytest.mark.parametrize("name", ["empty.pt", "text.onnx", "text.keras", "missing.pt", "folder"])
def test_the_command_says_it_in_one_line_and_exits_with_3(tmp_path, name):
    (tmp_path / "empty.pt").touch()
    for each in ("text.onnx", "text.keras"):
        (tmp_path / each).write_text("hello")
    (tmp_path / "folder").mkdir()
    done = lstm_viz("model", str(tmp_path / name))
    assert done.exit_code == 3
    assert len(done.stderr.splitlines()) == 1


def test_a_missing_package_is_named(monkeypatch):
    from lstm_viz.models.keras import hdf5

    monkeypatch.setattr(hdf5, "find_spec", lambda name: None)
    with pytest.raises(InputError, match=r"pip install h5py"):
        load_model(FIXTURES / "keras" / "lstm.keras")


@pytest.mark.parametrize(("only", "cases"), [("torch", 600), ("onnx", 600), ("keras", 20)])
def test_broken_copies_of_every_fixture_are_refused_or_read(only, cases, request):
    if only != "torch":
        request.getfixturevalue({"onnx": "onnx", "keras": "h5py"}[only])
    asked = [sys.executable, str(ROOT / "tests" / "bench" / "fuzz_models.py"), "--only", f"{only}/"]
    done = subprocess.run([*asked, "--cases", str(cases)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
