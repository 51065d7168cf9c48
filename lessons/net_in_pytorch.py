"""How `net.pt` of lesson 15 was made: an LSTM in PyTorch that says the first number's sign."""

import torch

STEPS = 30


class Net(torch.nn.Module):
    """An LSTM of 8 units, and a linear layer on its last output."""

    def __init__(self) -> None:
        super().__init__()
        self.lstm = torch.nn.LSTM(1, 8, batch_first=True)
        self.fc = torch.nn.Linear(8, 1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """(B, T, 1) → (B, 1): above 0 for a first number above 0."""
        out, _ = self.lstm(x)
        return self.fc(out[:, -1])


if __name__ == "__main__":
    torch.manual_seed(0)
    net = Net()
    with torch.no_grad():
        net.lstm.bias_ih_l0[8:16] = 3  # the forget gate's
    adam = torch.optim.Adam(net.parameters(), lr=1e-2)
    for update in range(600):
        x = torch.randn(64, STEPS, 1)
        loss = torch.nn.functional.soft_margin_loss(net(x), x[:, 0].sign())
        adam.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), 1)
        adam.step()
        if update % 50 == 49:
            print(update, loss.item())
    torch.save(net.state_dict(), "net.pt")
