"""A bare machine for every test: what is installed or set here is hidden unless a test asks for it.

Variables, the user's folders, system fonts and ffmpeg are gone, here and in processes that a test
starts. A test that wants an optional thing takes the fixture of its name, and is skipped in words
where there is none.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
import tempfile
from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FOUND = dict(os.environ)  # as the machine had it
KEPT = ("OMP_", "OPENBLAS_", "MKL_", "TMPDIR", "HYPOTHESIS_", "COVERAGE_", "KERAS_BACKEND")
NOWHERE = "hidden from the tests"


def pytest_configure(config):
    """Before any test is read: importing the program already asks the machine this and that."""
    config.bare = Path(tempfile.mkdtemp(prefix="lstm-viz-bare-"))
    folders = {name: config.bare / name.lower() for name in ("HOME", "PATH", "MPLCONFIGDIR")}
    for folder in folders.values():
        folder.mkdir()
    modules = _without(config.bare / "modules", "imageio_ffmpeg")
    kept = {name: value for name, value in FOUND.items() if name.startswith(KEPT)}
    os.environ.clear()
    os.environ |= kept | {name: str(folder) for name, folder in folders.items()}
    os.environ |= {"LANG": "C.UTF-8", "PYTHONPATH": os.pathsep.join((str(modules), str(ROOT)))}
    sys.path.insert(0, str(modules))
    _hide_fonts(folders["MPLCONFIGDIR"])
    _hear_signals()


def pytest_unconfigure(config):
    os.environ.clear()
    os.environ |= FOUND
    shutil.rmtree(config.bare)


def _without(folder, module):
    """A folder that stands before all others, in which a module is one that cannot be imported."""
    folder.mkdir()
    (folder / f"{module}.py").write_text(f"raise ImportError({NOWHERE!r})\n")
    return folder


def _hear_signals():
    """What `&` or nohup runs in the background ignores these, and so would all that it starts."""
    for number in (signal.SIGINT, signal.SIGHUP, signal.SIGTERM):
        if signal.getsignal(number) is signal.SIG_IGN:
            own = signal.default_int_handler if number == signal.SIGINT else lambda *_: None
            signal.signal(number, own)


def _hide_fonts(cache):
    """The list of fonts: Matplotlib's own; the machine's under a name that nobody asks for."""
    from matplotlib import font_manager as fonts

    own = [each for each in fonts.fontManager.ttflist if _is_bundled(each.fname)]
    # Of fonts with one name the first is taken: one that is bundled, never one of the machine.
    hidden = [own[0].fname, *fonts.findSystemFonts()]
    system = [fonts.FontEntry(fname=path, name=NOWHERE) for path in hidden]
    fonts.fontManager.ttflist = own + system
    fonts.fontManager.afmlist = [f for f in fonts.fontManager.afmlist if _is_bundled(f.fname)]
    version = fonts.FontManager.__version__
    fonts.json_dump(fonts.fontManager, cache / f"fontlist-v{version}.json")


def _is_bundled(path):
    import matplotlib

    return Path(path).is_relative_to(matplotlib.get_data_path())


# ---------------------------------------------------------------------------- asked for


def _library(name):
    @pytest.fixture(scope="session", name=name)
    def library():
        return pytest.importorskip(name, reason=f"{name} is not installed")

    return library


torch, keras, onnx, h5py = map(_library, ("torch", "keras", "onnx", "h5py"))


@pytest.fixture
def ffmpeg(tmp_path_factory, monkeypatch):
    """The machine's ffmpeg, or that of imageio-ffmpeg, alone on PATH."""
    there = shutil.which("ffmpeg", path=FOUND.get("PATH")) or _bundled_ffmpeg(monkeypatch)
    if not there:
        pytest.skip("no ffmpeg here")
    link = tmp_path_factory.mktemp("bin") / "ffmpeg"
    link.symlink_to(there)
    monkeypatch.setenv("PATH", str(link.parent))
    return str(link)


def _bundled_ffmpeg(monkeypatch):
    hidden = os.environ["PYTHONPATH"].split(os.pathsep)[0]
    monkeypatch.setattr(sys, "path", [folder for folder in sys.path if folder != hidden])
    try:
        return import_module("imageio_ffmpeg").get_ffmpeg_exe()
    except (ImportError, RuntimeError):
        return ""


@pytest.fixture
def chinese_font(monkeypatch):
    """A font of the machine for Chinese that the bundled one lacks: figures may use it here."""
    from matplotlib.font_manager import FontManager, fontManager

    from lstm_viz.figure import fonts

    caches = fonts.font_with, fonts.letters, fonts.bundled, fontManager._findfont_cached
    monkeypatch.setattr(fontManager, "ttflist", FontManager().ttflist)
    try:
        for each in caches:
            each.cache_clear()
        yield fonts.font_with(frozenset("鑫")) or pytest.skip("no Chinese font here")
    finally:
        for each in caches:
            each.cache_clear()
