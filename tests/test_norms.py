"""Normalisation and PReLU around the recurrent layers of files of PyTorch."""

import numpy as np
import pytest

from lstm_viz import load_model
from lstm_viz.models import read_model


@pytest.fixture
def net(torch):
    """A batch norm in front, a layer norm and a PReLU after, with numbers as after training."""
    nn = torch.nn
    torch.manual_seed(3)

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.bn, self.lstm = nn.BatchNorm1d(2), nn.LSTM(2, 3, batch_first=True)
            self.ln, self.act, self.last = nn.LayerNorm(3), nn.PReLU(), nn.BatchNorm1d(3)
            self.fc = nn.Linear(3, 2)

        def forward(self, x):
            x = self.bn(x.transpose(1, 2)).transpose(1, 2)
            return self.fc(self.last(self.act(self.ln(self.lstm(x)[0][:, -1]))))

    net = Net().eval()
    for norm in (net.bn, net.last):
        norm.running_mean.normal_()
        norm.running_var.uniform_(0.5, 2.0)
    return net


def near(torch, network, net, read=lambda net, x: net(x)):
    x = torch.randn(4, 5, 2)
    with torch.no_grad():
        y = read(net, x).numpy()
    np.testing.assert_allclose(network.run(x.numpy().swapaxes(0, 1)).outputs, y, atol=1e-6)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("way", ["traced", "scripted"])
def test_torchscript_does_not_keep_an_epsilon_and_that_is_said(torch, net, tmp_path, way):
    path = tmp_path / "net.pt"
    x = torch.randn(4, 5, 2)
    (torch.jit.trace(net, x) if way == "traced" else torch.jit.script(net)).save(str(path))
    network = load_model(path, "bn,lstm", head="last,ln,act,fc")
    assert [n for n in network.notes if "epsilon is not in the file" in n]
    near(torch, network, net, lambda net, x: _short(net, x))


def _short(net, x):
    x = net.bn(x.transpose(1, 2)).transpose(1, 2)
    return net.fc(net.act(net.ln(net.lstm(x)[0][:, -1])))


def test_a_whole_module_says_all_of_its_norms(torch, net, tmp_path):
    # a class that can be pickled: the same modules in a Sequential, whose forward is not read
    path = tmp_path / "net.pt"
    torch.save(torch.nn.Sequential(*net.children()), path)
    model = read_model(path)
    assert not [part.what for part in model.parts if not part.readable]
    near(torch, model.network("0,1", head="last,2,3,4,5"), net)


def test_a_state_dict_holds_a_batch_norm_but_for_its_epsilon(torch, net, tmp_path):
    path = tmp_path / "net.pt"
    torch.save(net.state_dict(), path)
    network = load_model(path, "bn,lstm", head="none")
    assert "bn: assumed: epsilon is 1e-5 (the file does not say)" in network.notes
    near(
        torch,
        network,
        net,
        lambda net, x: net.lstm(net.bn(x.transpose(1, 2)).transpose(1, 2))[0].swapaxes(0, 1),
    )


def test_a_batch_norm_without_weights_is_one_too(torch, tmp_path):
    path, nn = tmp_path / "net.pt", torch.nn
    norm = nn.BatchNorm1d(3, affine=False).eval()
    norm.running_mean.normal_()
    torch.save({**nn.LSTM(2, 3).state_dict(prefix="l."), **norm.state_dict(prefix="n.")}, path)
    parts = {part.name: part for part in read_model(path).parts}
    assert (parts["n"].readable, parts["n"].what) == (True, "batch normalisation")
