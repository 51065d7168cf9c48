"""What is said of a model file is true of it, and the ways out that are named work."""

from __future__ import annotations

import json
import re
import zipfile
from functools import cache
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from lstm_viz import InputError, load_model
from lstm_viz.models import read_model
from lstm_viz.models.parts import EMBEDDING
from lstm_viz.network.layers import Dense, Last

rng = np.random.default_rng(3)
FIXTURES = Path(__file__).parent / "fixtures"
KINDS = {".pt", ".pth", ".npz", ".safetensors", ".keras", ".h5", ".onnx"}
FILES = sorted(path for path in FIXTURES.rglob("*") if path.suffix in KINDS)
OPTION = re.compile(r"--(layer|head|nonlinearity) ([\w.,-]*\w)")


@cache
def told(path):
    """The notes of what runs by itself, or why nothing does."""
    model = read_model(path)
    try:
        return model, model.chain(), model.chain().notes
    except InputError as error:
        return model, None, (str(error),)


# ------------------------------------------------------------------ what is said → whether it is so


def input_is_what_comes_out(path, model, chain, name):
    names = [part.name for part in model.parts]
    before = names.index(chain.parts[0].name) - 1
    return names[before] == name and not model.parts[before].readable


def tanh_is_assumed(path, model, chain, name):
    first = chain.parts[0]
    x = [0, 1] if first.role == EMBEDDING else rng.normal(size=(4, first.inputs))
    for function, word in ((np.tanh, None), (lambda z: np.maximum(z, 0), "relu")):
        traces = load_model(path, nonlinearity=word).run(x).traces
        of = [trace for at, trace in traces.items() if at.startswith(name)]
        if not of or not all(np.allclose(trace["h"], function(trace["z"])) for trace in of):
            return False
    return True


def comes_before(path, model, chain, name, after):
    return (name, after) in pairwise(part.name for part in chain.parts)


def reads_the_last_step(path, model, chain, name):
    *_, last, dense = chain.parts
    built = dense.build()
    return isinstance(last.build(), Last) and isinstance(built, Dense) and dense.name == name


def only_these_run(path, model, chain, last, others, words):
    names = {part.name for part in model.parts} | set(model.ignored)
    left = others.split(", ")
    return chain.words == words.split(" → ") and chain.parts[-1].name == last and (
        set(left) <= names - set(chain.words)
    )  # fmt: skip


def is_computed_from(path, model, chain, tensor, others):
    with pytest.raises(InputError):
        model.network()
    held = path.read_bytes()
    return all(each.encode() in held for each in (tensor, *others.split(", ")))


def gives_what_pytorch_gave(path, model, chain, tensor):
    given = np.load(path.with_name("outputs.npz"))
    found = model.network().run(given[f"{path.name}:x"]).outputs
    return tensor.encode() in path.read_bytes() and np.allclose(found, given[f"{path.name}:y"])


def has_no_configuration(path, model, chain):
    (cell,) = chain.parts[0].cells
    return ".weights" in path.name and "relu" not in cell.name


def has_outputs(path, model, chain, number, name):
    with zipfile.ZipFile(path) as held:
        listed = json.loads(held.read("config.json"))["config"]["output_layers"]
    return len(listed) == int(number) and listed[0][0] == name == chain.parts[-1].name


def every_step_goes_on(path, model, chain, name):
    record = model.network().run(np.ones((5, chain.parts[1].inputs or 3)))
    return len(record.outputs) == 5


def holds_eight_bits(path, model, chain):
    return any("int8" in tensor.dtype for tensor in model.tensors.values()) or "quant" in path.name


SAID = {
    r"(\S+) is not read: the inputs are what comes out of it": input_is_what_comes_out,
    r"(\S+): assumed: tanh \(the file does not say tanh or relu; .*": tanh_is_assumed,
    r"(\S+): assumed to come before (\S+) \(.*": comes_before,
    r"(\S+): assumed to read the last step, no activation \(.*": reads_the_last_step,
    r"how (\S+) and (.*) are connected is unknown \(.*\): only (.*?) runs;.*": only_these_run,
    r"lstm: (\S+) is computed from other tensors \((.*?)\) in a way .*": is_computed_from,
    r"(\S+): (?:W · mask|g · v / ‖v‖|W / \(u · W v\), as after eval\(\)) \(.*\)": (
        gives_what_pytorch_gave
    ),
    r"the file has no configuration: tanh, for the gates sigmoid, .*": has_no_configuration,
    r"the model has (\d+) outputs: .* ends with the first that (\S+) gives": has_outputs,
    r"(\S+): takes one sequence of the batch, not one step: every .*": every_step_goes_on,
    r"quantised: its 8-bit weights are used as the numbers they represent; .*": holds_eight_bits,
}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_note_is_true_of_its_file(path, h5py):
    model, chain, notes = told(path)
    for note in notes if chain else ():
        ((true, found),) = [
            (true, found) for said, true in SAID.items() if (found := re.fullmatch(said, note))
        ]
        assert true(path, model, chain, *found.groups()), note


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_way_out_that_a_note_names_is_one(path, h5py):
    *_, notes = told(path)
    for option, value in OPTION.findall(" ".join(notes)):
        if value == "such":  # as
            continue
        assert load_model(path, **{option: value}).layers, (option, value)
    for listed in re.findall(r"choose one of (.*) with --layer", " ".join(notes)):
        assert all(load_model(path, layer=name).layers for name in listed.split(", "))


def test_each_kind_of_note_is_met(h5py):
    met = " \n".join(note for path in FILES for note in told(path)[2])
    assert [said for said in SAID if not re.search(said, met)] == []
