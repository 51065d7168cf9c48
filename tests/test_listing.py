"""A listing reads headers only: five gigabytes in little time and little memory."""

import io
import json
import struct
import zipfile

import numpy as np
import pytest
from limited import limited

SHAPES = {"lstm.weight_ih_l0": (68_000, 1000), "lstm.weight_hh_l0": (68_000, 17_000)}
BYTES = {name: 4 * rows * columns for name, (rows, columns) in SHAPES.items()}


def safetensors(path):
    head, begin = {}, 0
    for name, shape in SHAPES.items():
        end = begin + BYTES[name]
        head[name] = {"dtype": "F32", "shape": shape, "data_offsets": [begin, end]}
        begin = end
    written = json.dumps(head).encode()
    with path.open("wb") as file:
        file.write(struct.pack("<Q", len(written)) + written)
        file.truncate(file.tell() + begin)


def stored(archive, name, size, start=b""):
    """A member of a zip whose bytes after `start` are a hole in the file."""
    info = zipfile.ZipInfo(name)
    info.file_size = info.compress_size = size
    info.header_offset = archive.fp.tell()
    info.CRC = 0
    archive.fp.write(info.FileHeader(zip64=True) + start)
    archive.fp.seek(size - len(start), io.SEEK_CUR)
    archive.start_dir, archive._didModify = archive.fp.tell(), True
    archive.filelist.append(info)
    archive.NameToInfo[name] = info


def npz(path):
    with zipfile.ZipFile(path, "w") as archive:
        for name, shape in SHAPES.items():
            head, said = io.BytesIO(), {"descr": "<f4", "fortran_order": False, "shape": shape}
            np.lib.format.write_array_header_1_0(head, said)
            start = head.getvalue()
            stored(archive, f"{name}.npy", len(start) + BYTES[name], start)


def text(word):
    return b"X" + struct.pack("<I", len(word)) + word.encode()


def numbers(*values):
    return b"(" + b"".join(b"J" + struct.pack("<i", value) for value in values) + b"t"


def pt(path):
    tensors = b""
    for key, (name, shape) in enumerate(SHAPES.items()):
        count = struct.pack("<i", shape[0] * shape[1])
        storage = text("storage") + b"ctorch\nFloatStorage\n" + text(f"{key}") + text("cpu")
        arguments = b"((" + storage + b"J" + count + b"tQK\0" + numbers(*shape)
        arguments += numbers(shape[1], 1) + b"\x89}t"
        tensors += text(name) + b"ctorch._utils\n_rebuild_tensor_v2\n" + arguments + b"R"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a/data.pkl", b"\x80\x02}(" + tensors + b"u.")
        for key, size in enumerate(BYTES.values()):
            stored(archive, f"a/data/{key}", size)


@pytest.mark.parametrize("write", [safetensors, npz, pt])
def test_five_gigabytes_are_listed_in_little_time_and_memory(tmp_path, write):
    path = tmp_path / f"big.{write.__name__}"
    write(path)
    assert path.stat().st_size > 4.8e9
    assert limited("model", str(path)) == (0, [])
