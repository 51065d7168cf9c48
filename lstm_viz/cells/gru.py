"""Gated recurrent units: the reset gate after or before the product, and one gate only."""

_CHO = "Cho et al., Learning Phrase Representations using RNN Encoder-Decoder, 2014"

TEXTS = {
    "gru": (
        f"{_CHO}; reset after the product, as in PyTorch",
        """
        z_r = W_r @ x + U_r @ h_prev + b_r   # reset gate pre-activation
        z_z = W_z @ x + U_z @ h_prev + b_z   # update gate pre-activation
        r = sigmoid(z_r)                     # reset gate: how much of the past the candidate sees
        z = sigmoid(z_z)                     # update gate: how much of the past to keep
        z_n = W_n @ x + b_n + r * (U_n @ h_prev + b_hn)   # candidate pre-activation
        n = tanh(z_n)                        # candidate: what could replace the past
        h = (1 - z) * n + z * h_prev         # hidden state: the memory, all of it output
        """,
    ),
    "gru-reset-before": (
        _CHO,
        """
        z_r = W_r @ x + U_r @ h_prev + b_r   # reset gate pre-activation
        z_z = W_z @ x + U_z @ h_prev + b_z   # update gate pre-activation
        r = sigmoid(z_r)                     # reset gate: how much of the past the candidate sees
        z = sigmoid(z_z)                     # update gate: how much of the past to keep
        z_n = W_n @ x + U_n @ (r * h_prev) + b_n   # candidate pre-activation
        n = tanh(z_n)                        # candidate: what could replace the past
        h = z * h_prev + (1 - z) * n         # hidden state: the memory, all of it output
        """,
    ),
    "mgu": (
        "Zhou, Wu, Zhang & Zhou, Minimal Gated Unit for Recurrent Neural Networks, 2016",
        """
        z_f = W_f @ x + U_f @ h_prev + b_f         # gate pre-activation
        f = sigmoid(z_f)                           # forget gate: how much of the past to replace
        z_n = W_n @ x + U_n @ (f * h_prev) + b_n   # candidate pre-activation
        n = tanh(z_n)                              # candidate: what could replace the past
        h = (1 - f) * h_prev + f * n               # hidden state: the memory, all of it output
        """,
    ),
}
