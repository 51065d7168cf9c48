"""What the example of a live module does not show is said: padding, comparisons, other inputs."""

import pytest

from lstm_viz import InputError, from_torch

torch = pytest.importorskip("torch")


class Reader(torch.nn.Module):
    """An embedding, a GRU, and a forward() of one's own after it."""

    def __init__(self, read):
        super().__init__()
        self.table, self.rnn = torch.nn.Embedding(9, 3), torch.nn.GRU(3, 4, batch_first=True)
        self.fc, self.read = torch.nn.Linear(4, 2), read

    def forward(self, ids, *others):
        return self.fc(self.read(self, ids, *others))


def packed(net, ids):
    lengths = (ids != 0).sum(1)
    pack = torch.nn.utils.rnn.pack_padded_sequence
    return net.rnn(pack(net.table(ids), lengths, batch_first=True, enforce_sorted=False))[1][-1]


def packed_as_told(net, ids, lengths):
    pack = torch.nn.utils.rnn.pack_padded_sequence
    return net.rnn(pack(net.table(ids), lengths, batch_first=True, enforce_sorted=False))[1][-1]


def masked(net, ids):
    return (net.rnn(net.table(ids))[0] * (ids != 0)[..., None]).mean(1)


def cut(net, ids):
    x = net.table(ids)
    return net.rnn(torch.where(x > 99, torch.zeros_like(x), x))[0][:, -1]


def weighed(net, ids, weights):
    return (net.rnn(net.table(ids))[0] * weights[..., None]).mean(1)


IDS = torch.tensor([[1, 2, 3, 4], [5, 6, 7, 8]])


@pytest.mark.parametrize(
    ("read", "others", "said"),
    [
        (packed, (), "packs sequences, which are all equally long in the example"),
        (packed_as_told, (torch.tensor([4, 4]),), "packs sequences, which are all equally long"),
        (masked, (), "compares numbers (ne)"),
        (cut, (), "compares numbers (gt)"),
        (weighed, (torch.ones(2, 4),), "takes 2 inputs"),
    ],
)
def test_what_the_example_does_not_show_is_said(read, others, said):
    network = from_torch(Reader(read), example=(IDS, *others))
    assert any(said in note for note in network.notes)


def test_nothing_is_said_where_all_is_seen():
    notes = from_torch(Reader(lambda net, ids: net.rnn(net.table(ids))[1][-1]), example=IDS).notes
    assert not any("compares" in note or "packs" in note or "inputs" in note for note in notes)


def test_initial_states_that_are_given_are_seen():
    read = lambda net, ids, h: net.rnn(net.table(ids), h)[1][-1]  # noqa: E731
    network = from_torch(Reader(read), example=(IDS, torch.ones(1, 2, 4)))
    assert network.states["rnn"]["h"].tolist() == [1.0] * 4
    assert not any("inputs" in note for note in network.notes)


@pytest.mark.parametrize("bound", [torch.minimum, torch.fmin])
def test_a_bound_that_changes_nothing_in_the_example_is_refused(bound):
    read = lambda net, ids: net.rnn(bound(net.table(ids), torch.tensor(99.0)))[1][-1]  # noqa: E731
    with pytest.raises(InputError, match="does not show on the example"):
        from_torch(Reader(read), example=IDS)


FIXED = {
    "a step": lambda net, x: net.rnn(x)[0][:, 3],
    "a mean": lambda net, x: net.rnn(x)[0].sum(1) / 4,
    "cut": lambda net, x: net.rnn(x[:, :4])[1][-1],
    "padded": lambda net, x: net.rnn(torch.nn.functional.pad(x, (0, 0, 0, 4 - x.shape[1])))[1][-1],
}


class Series(Reader):
    """The same, of numbers."""

    def forward(self, x):
        return self.fc(self.read(self, x))


@pytest.mark.parametrize("fixed", FIXED)
def test_that_forward_depends_on_the_length_of_the_example_is_said(fixed):
    notes = from_torch(Series(FIXED[fixed]), example=torch.randn(3, 4, 3)).notes
    assert any("this holds for 4 steps" in note for note in notes)


@pytest.mark.parametrize(
    "read",
    [
        lambda net, x: net.rnn(x)[1][-1],
        lambda net, x: net.rnn(x)[0].mean(1),
        lambda net, x: net.rnn(x)[0].max(1)[0],
        lambda net, x: net.rnn(x)[0],
    ],
)
@pytest.mark.parametrize("steps", [2, 4, 5])
def test_nothing_is_said_of_the_length_where_any_will_do(read, steps):
    notes = from_torch(Series(read), example=torch.randn(3, steps, 3)).notes
    assert not any("this holds" in note for note in notes)
