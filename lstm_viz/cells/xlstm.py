"""The sLSTM of xLSTM: exponential gates, a normaliser, and a stabiliser against overflow."""

TEXTS = {
    "slstm": (
        "Beck et al., xLSTM: Extended Long Short-Term Memory, 2024 (one head)",
        """
        z_i = W_i @ x + U_i @ h_prev + b_i   # input gate pre-activation
        z_f = W_f @ x + U_f @ h_prev + b_f   # forget gate pre-activation
        z_g = W_g @ x + U_g @ h_prev + b_g   # candidate pre-activation
        z_o = W_o @ x + U_o @ h_prev + b_o   # output gate pre-activation
        m = maximum(z_f + m_prev, z_i)       # stabiliser: the larger exponent, out of both gates
        i = exp(z_i - m)                     # input gate: how much of the candidate to write
        f = exp(z_f + m_prev - m)            # forget gate: how much of the memory to keep
        g = tanh(z_g)                        # candidate: what could be written
        o = sigmoid(z_o)                     # output gate: how much of the memory to output
        c = f * c_prev + i * g               # cell state: the memory
        n = f * n_prev + i                   # normaliser: the sum of what the gates let in
        h = o * (c / n)                      # hidden state: the output
        """,
    ),
}
