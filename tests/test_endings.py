"""Each view into each ending: a file of that kind, or one line that refuses and no file."""

import os
from pathlib import Path

import pytest
from program import lstm_viz

from lstm_viz.commands.output import endings
from lstm_viz.views.gradients import PARTS as PARTS_BY_NAME

BEGINNINGS = {
    "npz": b"PK", "json": b"{", "csv": (b"step,", b"row,"), "txt": b"", "html": b"<!doctype html>",
    "svg": b"<", "png": b"\x89PNG", "pdf": b"%PDF", "gif": b"GIF89a", "webp": b"RIFF",
    "mp4": b"\0\0\0", "cast": b"{",
}  # fmt: skip
PRICES = "Date,Open,High,Low,Close\n" + "".join(
    f"2024-{month:02}-{day:02},{day},{day + 2},{day - 1},{day * day % 17}\n"
    for month in (1, 3)
    for day in range(1, 32)
)
PARTS = [f"--{name}" for name in PARTS_BY_NAME]
FLOWS = ("gradients", "--length", "2", "--hidden", "2", "--cells", "lstm,rnn")
VIEWS = [
    *(("step", "--input", "1", *at) for at in ((), ("--backward",), ("--at", "b1"))),
    *(("step", "--input", "1", "--at", f"1.h{letter}") for letter in ("", ".x", ".t")),
    FLOWS,
    *((*FLOWS, part) for part in PARTS),
    ("train", "bitcoin", "--csv", "prices.csv", "--window", "3", "--hidden", "2", "--epochs", "2"),
]


@pytest.mark.parametrize("view", VIEWS, ids=" ".join)
def test_a_view_is_saved_to_each_ending_or_refused_in_one_line(view, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("lstm_viz.commands.train.drawn.SLIDE", (640, 360))
    monkeypatch.setattr("lstm_viz.commands.train.drawn.save_films.__defaults__", ((10, 2),))
    monkeypatch.setattr("lstm_viz.views.gradients.chain.SECOND", 4)  # frames
    Path("prices.csv").write_text(PRICES)
    done = {"prices.csv"}
    for ending in endings(view[0]):
        path = Path(f"a{ending}")
        film = ending in (".gif", ".webp", ".mp4") and view[0] != "train"
        small = ("--size", "640x360") if film else ()  # a film in full size takes a minute
        result = lstm_viz(*view, *small, "--save", path.name)
        if result.exit_code:
            assert result.exit_code == (3 if "needs ffmpeg" in result.stderr else 2)
            assert len(result.stderr.splitlines()) == 1
        else:
            assert path.read_bytes().startswith(BEGINNINGS[ending[1:]])
            done.add(path.name)
    assert set(os.listdir()) == done
    assert done & {"a.svg", "a.png", "a.html"}
