"""Memory that was taken comes back: lengths and sizes that are over hold nothing."""

import os
import threading
import tracemalloc

import numpy as np
import pytest

from lstm_viz import LSTM, backpropagate, run
from lstm_viz.kernels import compiled, pool
from lstm_viz.kernels.compiled import compiled_forward
from lstm_viz.learning import Model
from lstm_viz.network.build import build, dense, recurrent


def there_and_back(steps, hidden):
    weights = LSTM.start(inputs=4, hidden=hidden)
    trace = run(LSTM, weights, np.ones((steps, 4)))
    backpropagate(trace, {"h": np.ones((steps, hidden))})


def predictions():
    model = Model(build([recurrent(LSTM, 64), dense(5)], inputs=4))
    return lambda steps: model.predict(np.ones((2, steps, 4)))


@pytest.mark.parametrize(
    ("use", "sizes"),
    [
        (lambda steps: there_and_back(steps, 64), range(40, 70)),
        (lambda hidden: there_and_back(5, hidden), range(64, 84)),
        (predictions(), range(40, 70)),
    ],
    ids=["lengths", "sizes", "predictions"],
)
def test_many_of_them_stay_within_three_times_the_largest(use, sizes, monkeypatch):
    monkeypatch.setattr(pool, "ROOM", 0)
    monkeypatch.setattr(pool, "_kept", [])
    monkeypatch.setattr(compiled, "_spare", pool.Shelf(times=2))
    use(sizes[0])  # what is made once for all
    tracemalloc.start()
    use(sizes[-1] + 1)
    largest = tracemalloc.get_traced_memory()[1]
    held = []
    for size in sizes:
        use(size)
        held.append(tracemalloc.get_traced_memory()[0])
    tracemalloc.stop()
    assert max(held) < 3 * largest


def test_one_plan_serves_every_length():
    there_and_back(5, 7)
    made = compiled_forward.cache_info().misses
    there_and_back(6, 7)
    there_and_back(5000, 7)
    assert compiled_forward.cache_info().misses == made


def test_memory_that_nobody_uses_does_not_pile_up(monkeypatch):
    monkeypatch.setattr(pool, "ROOM", 0)
    monkeypatch.setattr(pool, "_kept", [])
    held = pool.take((1 << 18,), np.float64)
    for megabytes in range(2, 20):
        last = pool.take((megabytes << 17,), np.float64)
    kept = sum(each.nbytes for each in pool._kept)
    assert held.nbytes + last.nbytes <= kept <= held.nbytes + 3 * last.nbytes


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")
def test_a_child_of_a_fork_beside_a_running_thread_can_use_memory():
    holding, done = threading.Event(), threading.Event()

    def hold():
        with pool._lock:
            holding.set()
            done.wait(0.2)

    thread = threading.Thread(target=hold)
    thread.start()
    holding.wait()
    if not (child := os.fork()):
        os._exit(0 if pool._lock.acquire(timeout=5) else 1)
    done.set()
    thread.join()
    assert os.waitpid(child, 0)[1] == 0


def test_three_layers_there_and_back_take_so_little_that_2_gb_hold_512_units_over_2000_steps():
    steps, units = 600, 64
    network = build([recurrent(LSTM, units, sequences=True)] * 3, inputs=8, dtype=np.float64)
    inputs = np.ones((steps, 8))
    tracemalloc.start()
    record = network.run(inputs)
    network.backpropagate(record, np.ones((steps, units)))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak / (3 * units * steps) < 2e9 / (3 * 512 * 2000)
