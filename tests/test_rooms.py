"""The house: which room may know which. Each file, each import, at the top of a file or inside."""

import ast
import configparser
import re
from functools import cache
from pathlib import Path

import pytest

HOME = Path(__file__).parents[1]
PACKAGE = HOME / "lstm_viz"

# From the ground up. A room may import the floors below it, and its own files; nothing else.
FLOORS = (
    {"validation", "version"},
    {"equations", "files"},
    {"kernels", "weights", "inputs", "pictures"},
    {"cells", "trace", "terminal", "figure"},
    {"measures", "network", "problems"},
    {"models", "exercises"},
    {"learning", "experiments", "lessons"},
    {"views"},
    {"commands"},
    {"display"},
    {"lab"},
    {"__init__", "__main__"},
    {"scripts"},
)
# The one arrow that runs up: a record shows itself as a figure and in a notebook.
UPWARD = {("lstm_viz.trace.record", "lstm_viz.display")}
# Numbers know no pictures, and views no back end.
SHOWING = {"terminal", "figure", "commands", "display", "lab", "__main__", "scripts"}
PICTURES = {"pictures", "views", *SHOWING}
LIBRARIES = {
    "rich": {"terminal"},
    "matplotlib": {"figure"},
    "PIL": {"figure"},
    "click": {"commands", "terminal"},
}
FILES = sorted([*PACKAGE.rglob("*.py"), *(HOME / "lessons").rglob("*.py")])


def name(file):
    parts = file.relative_to(HOME).with_suffix("").parts
    return ".".join(parts).removesuffix(".__init__")


NAMES = {name(each) for each in FILES}


def room(module):
    """`lstm_viz.cells.gru` → cells; the package itself is `__init__`."""
    parts = module.split(".")
    return "scripts" if parts[0] == "lessons" else parts[1] if len(parts) > 1 else "__init__"


def floor(module):
    return next(k for k, rooms in enumerate(FLOORS) if room(module) in rooms)


class _WithoutTypes(ast.NodeTransformer):
    """Strikes the libraries that only a type checker reads; our own modules count all the same."""

    def visit_If(self, node):
        if getattr(node.test, "id", "") == "TYPE_CHECKING":
            own = [each for each in node.body if getattr(each, "module", "").startswith("lstm_viz")]
            node.body = own or [ast.Pass()]
        return self.generic_visit(node)


@cache
def imports(file):
    """Full names of all that a file imports anywhere: modules, and names taken from modules."""
    return tuple(_imports(file))


def _imports(file):
    for node in ast.walk(_WithoutTypes().visit(ast.parse(file.read_text(encoding="utf-8")))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{file}, line {node.lineno}: relative imports are not used here"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def modules(file):
    """The modules of this project that a file imports."""
    for full in imports(file):
        if full.split(".")[0] == "lstm_viz":
            yield full if full in NAMES else full.rpartition(".")[0]


def test_every_room_stands_on_one_floor():
    rooms = {room(name(file)) for file in FILES}
    assert sorted(rooms) == sorted(each for floor in FLOORS for each in floor)


@pytest.mark.parametrize("file", FILES, ids=name)
def test_arrows_only_run_down(file):
    own = name(file)
    up = {
        (own, module)
        for module in modules(file)
        if room(module) != room(own) and floor(module) >= floor(own)
    }
    assert not up - UPWARD


def test_the_one_exception_is_needed():
    assert {(name(f), m) for f in FILES for m in modules(f)} >= UPWARD


@pytest.mark.parametrize("file", FILES, ids=name)
def test_numbers_know_no_pictures_and_views_no_back_end(file):
    known = {room(module) for module in modules(file) if (name(file), module) not in UPWARD}
    assert room(name(file)) in PICTURES or not known & {"pictures", "terminal", "figure"}
    assert room(name(file)) in SHOWING or not known & {"terminal", "figure"}


@pytest.mark.parametrize("file", FILES, ids=name)
def test_a_library_of_drawing_is_known_to_its_own_room_only(file):
    used = {full.split(".")[0] for full in imports(file)}
    assert not [lib for lib in used & LIBRARIES.keys() if room(name(file)) not in LIBRARIES[lib]]


def circles():
    """The sets of files that import each other, directly or around (Tarjan's components)."""
    arrows = {name(f): set(modules(f)) for f in FILES}
    index, low, stack, found = {}, {}, [], []

    def visit(one):
        index[one] = low[one] = len(index)
        stack.append(one)
        for other in arrows.get(one, ()):
            if other not in index:
                visit(other)
            if other in stack:
                low[one] = min(low[one], low[other])
        if low[one] == index[one]:
            place = stack.index(one)
            found.append(stack[place:])
            del stack[place:]

    for one in arrows:
        if one not in index:
            visit(one)
    return [set(each) for each in found if len(each) > 1]


def test_files_import_each_other_in_one_circle_only():
    """The records draw themselves: views and figures know records, and records ask for them."""
    assert all({"lstm_viz.trace.record", "lstm_viz.display"} <= each for each in circles())


@pytest.mark.parametrize("file", sorted(PACKAGE.rglob("*.py")), ids=name)
def test_a_file_of_more_than_250_lines_says_at_its_head_why_it_is_long(file):
    text = file.read_text(encoding="utf-8")
    head = ast.get_docstring(ast.parse(text)) or text.partition("\n\n")[0]
    assert text.count("\n") <= 250 or re.search(r"\b[Ll]ong(er)?\b", head)


def test_the_packages_of_setup_cfg_are_the_folders():
    config = configparser.ConfigParser()
    config.read(HOME / "setup.cfg", encoding="utf-8")
    listed = config["options"]["packages"].split()
    folders = {name(each) for each in FILES if each.name == "__init__.py"}
    scripts = "lstm_viz.lessons.scripts"
    assert sorted(listed) == sorted({scripts if f == "lessons" else f for f in folders})


def test_types_are_checked_in_the_whole_package():
    config = configparser.ConfigParser()
    config.read(HOME / "setup.cfg", encoding="utf-8")
    assert config["mypy"]["files"].split() == ["lstm_viz/"]


@pytest.mark.parametrize("file", [f for f in FILES if f.name == "__init__.py"], ids=name)
def test_every_package_says_what_it_is_for(file):
    assert ast.get_docstring(ast.parse(file.read_text(encoding="utf-8")))
