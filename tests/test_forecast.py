"""The forecast of the next row: by a saved model, on the rows of a file; and what is refused."""

import json

import numpy as np
import pytest

from lstm_viz.learning.model import Model
from tests.helpers.program import lstm_viz

LEARN = [
    "train",
    "bitcoin",
    "--csv",
    "prices.csv",
    "--hidden",
    "3",
    "--epochs",
    "2",
    "--window",
    "5",
]


@pytest.fixture
def prices(tmp_path, monkeypatch):
    """A file of prices, and the model that was trained on it."""
    monkeypatch.chdir(tmp_path)
    close = 100 + np.cumsum(np.random.default_rng(0).normal(size=60))
    write("prices.csv", close)
    assert lstm_viz(*LEARN, "--save", "m.npz").exit_code == 0
    return close


def write(path, close):
    """A table with dates."""
    rows = [
        f"2024-{1 + k // 28:02}-{1 + k % 28:02},{each!r}" for k, each in enumerate(close.tolist())
    ]
    with open(path, "w") as file:
        file.write("\n".join(["Date,Close", *rows]))


def by_hand(close, learned_on):
    """The last five prices, scaled by mean and deviation of the training part, and back."""
    part = learned_on[: int(0.8 * (len(learned_on) - 5)) + 5]
    x = (close[-5:] - part.mean()) / part.std()
    return float(Model.load("m.npz").predict(x[None, :, None])[0, 0] * part.std() + part.mean())


def test_tomorrow_is_predicted_from_the_last_rows(prices):
    shown = lstm_viz("train", "bitcoin", "--resume", "m.npz", "--forecast", "--json")
    found = json.loads(shown.stdout)
    assert found["value"] == pytest.approx(by_hand(prices, prices), rel=1e-6)
    assert (found["last"], found["after"]) == (prices[-1], "2024-03-04")


def test_of_rows_far_from_those_that_it_learned_on_that_is_said(prices):
    write("far.csv", 100 * prices)
    asked = ["train", "bitcoin", "--resume", "m.npz", "--forecast"]
    assert "far from those" not in lstm_viz(*asked).stdout
    shown = " ".join(lstm_viz(*asked, "--csv", "far.csv").stdout.split())
    reach = np.abs(100 * prices[-5:] - prices[:49].mean()).max() / prices[:49].std()
    assert f"scaled like those they reach {reach:,.0f}." in shown


def test_newer_rows_are_scaled_as_those_that_it_learned_on_were(prices):
    newer = np.append(prices, [140.0, 150.0])
    write("newer.csv", newer)
    asked = ["train", "bitcoin", "--resume", "m.npz", "--forecast", "--csv", "newer.csv"]
    found = json.loads(lstm_viz(*asked, "--json").stdout)
    assert found["value"] == pytest.approx(by_hand(newer, prices), rel=1e-6)
    assert "after 2024-03-06: " in lstm_viz(*asked).stdout


def test_what_cannot_be_predicted_is_refused_in_one_line(prices):
    write("short.csv", prices[:4])
    forecast = ["train", "bitcoin", "--forecast"]
    for asked, code, said in (
        (forecast, 2, "--forecast needs a model: --resume FILE.npz"),
        ([*forecast, "--resume", "m.npz", "--csv", "short.csv"], 3, "4 rows are too few"),
        ([*forecast, "--resume", "m.npz", "--save", "n.npz"], 2, "leave out --save"),
        (["train", "adding", "--forecast"], 2, "--forecast is not for adding"),
        (["train", "starbucks", "--forecast", "--resume", "m.npz"], 2, "is not for starbucks"),
    ):
        shown = lstm_viz(*asked)
        assert (shown.exit_code, shown.stdout) == (code, "")
        assert said in shown.stderr
        assert shown.stderr.count("\n") == 1
