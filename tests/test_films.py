"""Films and files: right pixels, small, and never a torn file in the place of a good one."""

import os
import re
import resource
import signal
import subprocess
import sys
import time
import tracemalloc
from dataclasses import replace
from io import BytesIO

import numpy as np
import pytest
from PIL import Image
from program import lstm_viz, start
from samples import ran, samples

from lstm_viz.commands.output import Output
from lstm_viz.figure import save_film, save_still
from lstm_viz.figure.frames import Frames
from lstm_viz.figure.gif import Palette, write_gif
from lstm_viz.figure.saving import _with_bar
from lstm_viz.figure.tiles import Tiles
from lstm_viz.figure.webp import MARGIN, differing, write_webp
from lstm_viz.validation.errors import InputError
from lstm_viz.views.wiring import frames as wires

SHORT = ("step", "--input", "1,0", "--backward", "--size", "640x360")
MOVING = 2 * (2 * (7 * 6 - 1) + 30 + 30)  # there and back: 2 steps of 7 operations, their rests
LONG = ("step", "--input", "noise:3000", "--hidden", "2")


def frames(count=3):
    """A wiring that changes from frame to frame."""
    return list(wires.forward(ran()[0]))[:count]


def pixels_of(path, frame):
    with Image.open(path) as image:
        image.seek(frame)
        return np.asarray(image.convert("RGB")).astype(int)


@pytest.fixture
def kind(request):
    """The ending of a file that can be written here."""
    if request.param == "mp4":
        request.getfixturevalue("ffmpeg")
    return request.param


def facts(path):
    """How many frames a file has, and what it says of itself."""
    with Image.open(path) as image:
        return getattr(image, "n_frames", 1), image.info


# ---------------------------------------------------------------------------- pixels


@pytest.mark.parametrize("kind", ["gif", "webp"])
def test_every_frame_of_a_file_is_the_frame_that_was_drawn(kind, tmp_path):
    path = tmp_path / f"a.{kind}"
    save_film(path, frames(), "dark", seconds=0.2)
    assert facts(path)[0] == 3
    for k, drawn in enumerate(Frames(frames(), "dark")):
        off = np.abs(pixels_of(path, k) - drawn[..., :3]).max(axis=2)
        assert (off > 24).mean() < (0.01 if kind == "gif" else 1e-9)


def test_what_is_wiped_out_in_a_gif_leaves_no_shadow():
    white = np.full((40, 60, 4), 255, np.uint8)
    written, moved = white.copy(), white.copy()
    written[5:20, 5:25, :3] = moved[20:35, 30:50, :3] = 250  # edges, nearly white
    written[8:18, 8:20, 1] = moved[22:32, 33:45, 2] = np.arange(120).reshape(10, 12)
    file = BytesIO()
    write_gif(file, [white, written, moved], 0.1, "")
    assert pixels_of(file, 2)[5:20, 5:25].min() == 255


def test_a_gif_runs_for_ever_at_its_pace_and_says_what_it_shows(tmp_path):
    save_film(tmp_path / "a.gif", frames(), seconds=0.2)
    info = facts(tmp_path / "a.gif")[1]
    assert (info["duration"], info["loop"]) == (200, 0)
    assert info["comment"].startswith(b"lstm, step 1 of 6")


def test_what_does_not_change_takes_no_room():
    still = np.random.default_rng(0).integers(0, 255, (90, 120, 4), np.uint8)
    one, many = BytesIO(), BytesIO()
    write_gif(one, [still], 0.1, "")
    write_gif(many, [still] * 50, 0.1, "")
    assert len(many.getvalue()) - len(one.getvalue()) < 50 * 30
    corners = still.copy()
    corners[0, 0] = corners[-1, -1] = 255
    both = BytesIO()
    write_gif(both, [still, corners] * 25, 0.1, "")
    assert len(both.getvalue()) - len(one.getvalue()) < 50 * 300


def test_colours_that_only_a_later_frame_has_are_drawn_too():
    plain = np.full((60, 80, 4), 255, np.uint8)
    rainbow = plain.copy()
    across = np.linspace(0, 255, 60).astype(np.uint8)
    rainbow[:, :60, 0], rainbow[:, :60, 1], rainbow[:, :60, 2] = across, across[:, None], 80
    file = BytesIO()
    write_gif(file, [plain, rainbow, plain], 0.1, "")
    for k, wanted in enumerate((plain, rainbow, plain)):
        off = np.abs(pixels_of(file, k) - wanted[..., :3]).max(axis=2)
        assert (off > 24).mean() < 0.01


def test_a_webp_has_every_pixel_as_it_was_and_each_frame_as_long():
    """Whatever changes: nothing, one pixel at an odd place, all of it."""
    rng = np.random.default_rng(0)
    film = [rng.integers(0, 255, (61, 83, 4), np.uint8)]
    film[0][..., 3] = 255
    for rows, columns in ((0, 0), (1, 1), (0, 0), (0, 0), (5, 8), (61, 83), (0, 0)):
        film.append(film[-1].copy())
        film[-1][7 : 7 + rows, 5 : 5 + columns, :3] = rng.integers(0, 255, 3)
    file = BytesIO()
    write_webp(file, film, 0.04)
    with Image.open(file) as image:
        shown, lasted = [], []
        for k in range(image.n_frames):
            image.seek(k)
            image.load()
            lasted.append(image.info["duration"])
            shown += [np.asarray(image.convert("RGB"))] * (lasted[-1] // 40)
    assert lasted == [80, 120, 40, 80]
    np.testing.assert_array_equal(shown, np.array(film)[..., :3])


def test_a_text_is_drawn_anew_once_it_has_changed_and_not_before(monkeypatch):
    drawn = []
    tile = Tiles._tile
    monkeypatch.setattr(Tiles, "_tile", lambda self, text: drawn.append(text) or tile(self, text))
    first, second = frames(2)
    shown = [pixels.copy() for pixels in Frames([first, second, first])]
    assert 0 < len(drawn) < 3 * len(set(drawn))
    (alone,) = Frames([second])
    assert (np.abs(shown[1].astype(int) - alone) > 24).mean() < 1e-3
    np.testing.assert_array_equal(shown[0], shown[2])


def test_a_palette_keeps_few_colours_as_they_are():
    colours = np.array([[255, 255, 255], [18, 22, 28], [200, 72, 12]], np.uint8)
    palette = Palette.of(np.repeat(colours, 10, axis=0))
    assert (palette.colours[palette.indices(colours)] == colours).all()


def test_an_mp4_holds_all_frames(ffmpeg, tmp_path):
    save_film(tmp_path / "a.mp4", frames(), seconds=0.2)
    told = subprocess.run(
        [ffmpeg, "-i", tmp_path / "a.mp4", "-f", "null", "-"], capture_output=True, text=True
    ).stderr
    assert re.findall(r"frame= *(\d+)", told)[-1] == "3"
    assert "h264" in told
    assert "5 fps" in told
    assert "lstm, step 1 of 6" in told


def test_of_numbers_in_a_grid_only_those_that_changed_are_drawn_anew(monkeypatch):
    anew, tile = [], Tiles._tile
    monkeypatch.setattr(Tiles, "_tile", lambda self, text: anew.append(text) or tile(self, text))
    first = samples()["numbers"]
    values = first.values.copy()
    values[0, 2] = 0.5
    shown = Frames([first, replace(first, values=values)])
    counts = [len(anew) for _ in shown]
    assert counts[0] >= 6
    assert counts[1] - counts[0] == 1


def test_memory_does_not_grow_with_the_number_of_frames(tmp_path):
    def peak(count):
        tracemalloc.start()
        shown = (samples(k % 2)["grid"] for k in range(count))
        save_film(tmp_path / "a.gif", shown, pixels=(500, 300))
        top = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return top

    peak(2)
    assert peak(9) < 1.1 * peak(3)


def test_a_frame_of_another_build_is_drawn_in_the_first_ones_size(tmp_path):
    mixed = [samples()["curves"], samples(1)["curves"], samples()["grid"]]
    shapes = [pixels.shape for pixels in Frames(mixed)]
    assert len(set(shapes)) == 1


# ---------------------------------------------------------------------------- the command


@pytest.mark.parametrize("kind", ["png", "pdf", "gif", "webp"])
def test_step_saves_pictures_and_films(kind, tmp_path):
    path = tmp_path / f"a.{kind}"
    result = lstm_viz(*SHORT, "--save", str(path), "--theme", "dark")
    assert result.exit_code == 0
    assert result.stderr == f"saved {path}\n"
    if kind != "pdf":
        frames = {"png": 1, "gif": MOVING}.get(kind)  # a WebP makes one of frames that are equal
        assert facts(path)[0] == (frames or pytest.approx(MOVING, abs=2 * 2 * 30))


def test_at_saves_the_wiring_of_a_step(tmp_path):
    assert lstm_viz("step", "--at", "2", "--save", str(tmp_path / "a.png")).exit_code == 0
    said = facts(tmp_path / "a.png")[1]["Description"]
    assert "lstm, step 2 of 6 x = 1.000" in said
    assert "c 0.918" in said


@pytest.mark.parametrize(
    ("given", "size"),
    [(("--at", "2", "--save", "a.png"), (1920, 1080)),
     (("--at", "2", "--size", "800x600", "--save", "a.png"), (800, 600)),
     (("--input", "1", "--size", "320x200", "--save", "a.gif"), (320, 200)),
     (("--input", "1", "--save", "a.gif"), (1920, 1080))],
)  # fmt: skip
def test_a_step_and_a_film_have_a_slide_s_size_or_the_one_asked_for(
    given, size, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    assert lstm_viz("step", *given).exit_code == 0
    with Image.open(tmp_path / given[-1]) as image:
        assert image.size == size


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (("--size", "641x360", "--save", "a.gif"), "even number of pixels"),
        (("--size", "80x24", "--save", "a.png"), "even number of pixels"),
        (("--size", "1920x1080", "--as", "terminal", "--save", "a.txt"), "columns and rows"),
        (("--at", "2", "--save", "a.gif"), "a film shows all steps"),
        (("--at", "b2.f", "--save", "a.png"), "give its number"),
        (("--save", "a.bmp"), "does not end in one of"),
    ],
)
def test_what_cannot_be_drawn_is_refused(given, said, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = lstm_viz("step", *given)
    assert result.exit_code == 2
    assert said in result.stderr
    assert os.listdir(tmp_path) == []


def test_without_ffmpeg_one_line_names_the_extra_before_any_work(tmp_path):
    path = tmp_path / "a.mp4"
    result = lstm_viz("step", "--cell", "nowhere.txt", "--save", str(path))  # not even read
    assert result.exit_code == 3
    assert result.stderr.count("\n") == 1
    assert "imageio-ffmpeg" in result.stderr
    assert os.listdir(tmp_path) == []
    with pytest.raises(InputError, match="ffmpeg"):
        save_film(path, frames())


# ---------------------------------------------------------------------------- killed in the middle


def kill_while_writing(path, number):
    """Start a long export onto `path`, send a signal while it writes, and give the exit code."""
    process = start(*LONG, "--save", str(path), cwd=path.parent)
    limit = time.monotonic() + 60
    try:
        while time.monotonic() < limit and process.poll() is None:
            beside = [p for p in path.parent.iterdir() if p.name.startswith(".lstm-viz.")]
            if any(p.stat().st_size > (20_000 if path.suffix == ".gif" else 0) for p in beside):
                break
            time.sleep(0.02)
        time.sleep(0.3)
        process.send_signal(number)
        return process.wait(30)
    finally:
        process.kill()
        process.communicate()


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
@pytest.mark.parametrize("kind", ["gif", "mp4"], indirect=True)
def test_a_killed_export_leaves_the_previous_file_whole(kind, number, code, tmp_path):
    path = tmp_path / f"a.{kind}"
    path.write_bytes(b"the previous one")
    assert kill_while_writing(path, number) == code
    assert path.read_bytes() == b"the previous one"
    assert os.listdir(tmp_path) == [path.name]


def test_even_sigkill_leaves_the_previous_file_whole(tmp_path):
    path = tmp_path / "a.gif"
    path.write_bytes(b"the previous one")
    assert kill_while_writing(path, signal.SIGKILL) == -signal.SIGKILL
    assert path.read_bytes() == b"the previous one"


def small_disk():
    resource.setrlimit(resource.RLIMIT_FSIZE, (16_000, 16_000))


@pytest.mark.parametrize("kind", ["png", "gif", "webp", "mp4"], indirect=True)
def test_a_full_disk_leaves_the_previous_file_whole(kind, tmp_path):
    path = tmp_path / f"a.{kind}"
    path.write_bytes(b"the previous one")
    process = start(*SHORT, "--save", str(path), preexec_fn=small_disk)
    said = process.communicate(timeout=60)[1].decode()
    assert process.returncode == 3
    assert "cannot be written" in said
    assert said.count("\n") == 1
    assert path.read_bytes() == b"the previous one"
    assert os.listdir(tmp_path) == [path.name]


@pytest.mark.parametrize("kind", ["png", "gif"])
def test_no_folder_is_said_in_one_line(kind, tmp_path):
    result = lstm_viz("step", "--save", str(tmp_path / "no" / f"a.{kind}"))
    assert result.exit_code == 3
    assert "cannot be written (No such file or directory)" in result.stderr


def test_an_error_in_a_view_leaves_the_previous_file_whole(tmp_path):
    path = tmp_path / "a.gif"
    path.write_bytes(b"the previous one")

    def broken():
        yield frames()[0]
        raise RuntimeError("a fault of the view")

    with pytest.raises(RuntimeError, match="a fault"):
        save_film(path, broken())
    assert path.read_bytes() == b"the previous one"
    assert os.listdir(tmp_path) == [path.name]


# ---------------------------------------------------------------------------- how far it is


class _Terminal(list):
    def write(self, text):
        self.append(text)

    def flush(self):
        pass

    def isatty(self):
        return True


def test_a_bar_is_shown_on_a_terminal_once_it_takes_long_and_is_taken_away(monkeypatch):
    said = _Terminal()
    monkeypatch.setattr(sys, "stderr", said)
    clock = iter(range(100))
    monkeypatch.setattr("lstm_viz.figure.saving.time.monotonic", lambda: next(clock))
    assert list(_with_bar(range(4), 4, "a.gif")) == [0, 1, 2, 3]
    assert "4/4" in "".join(said)
    assert said[-1] == "\r\033[K"


def test_a_still_is_the_same_every_time(tmp_path):
    for name in ("a", "b"):
        save_still(tmp_path / f"{name}.svg", samples()["curves"])
    assert (tmp_path / "a.svg").read_bytes() == (tmp_path / "b.svg").read_bytes()


def test_what_differs_from_the_first_frame_of_a_page_is_drawn_with_a_margin():
    one, other = np.zeros((2, 30, 40, 3), np.uint8)
    other[15, 20, 1] = 1
    found = differing(one, other)
    rows, columns = np.nonzero(found)
    assert (rows.min(), rows.max()) == (15 - MARGIN, 15 + MARGIN)
    assert (columns.min(), columns.max()) == (20 - MARGIN, 20 + MARGIN)
    assert set(np.unique(found)) == {0, 255}
    assert not differing(one, one).any()


@pytest.mark.parametrize(("asked", "least", "most"), [((), 10, 15.1), (("--speed", "1"), 55, 65)])
def test_the_film_of_the_usual_run_lasts_as_long_as_one_looks_on(asked, least, most, monkeypatch):
    seen = {}

    def kept(_path, frames, _theme, *, seconds, count, **_):
        seen.update(seconds=seconds, count=count, drawn=sum(1 for _ in frames))

    monkeypatch.setattr("lstm_viz.figure.save_film", kept)
    monkeypatch.setattr(Output, "say_saved", lambda _: None)
    assert lstm_viz("step", *asked, "--save", "a.gif").exit_code == 0
    assert seen["drawn"] == seen["count"]
    assert least <= seen["seconds"] * seen["count"] <= most
