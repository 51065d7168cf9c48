"""A plugin of pytest for mutate.py: which tests call which functions; and some tests, in order.

CALLED names the file that is written: test → its seconds, and the functions of the package as
`path:line`. ASKED names a file with the ids of the tests that run, one a line, in this order.
"""

import json
import os
import sys
import time
from pathlib import Path

import pytest

TREE = Path(__file__).parents[2]
PACKAGE = str(TREE / "lstm_viz")
CALLED, ASKED = (os.environ.get(name) for name in ("CALLED", "ASKED"))  # conftest.py hides them
found = {}


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item):
    seen = set()
    began = time.perf_counter()
    if CALLED:
        sys.settrace(lambda frame, event, arg: seen.add(frame.f_code))
    try:
        return (yield)
    finally:
        sys.settrace(None)
        places = {(c.co_filename, c.co_firstlineno) for c in seen}
        own = [f"{Path(f).relative_to(TREE)}:{n}" for f, n in places if f.startswith(PACKAGE)]
        found[item.nodeid] = time.perf_counter() - began, own


def pytest_collection_modifyitems(items):
    if ASKED:
        order = {name: k for k, name in enumerate(Path(ASKED).read_text().splitlines())}
        items[:] = sorted((i for i in items if i.nodeid in order), key=lambda i: order[i.nodeid])


def pytest_sessionfinish():
    if CALLED:
        Path(CALLED).write_text(json.dumps(found))
