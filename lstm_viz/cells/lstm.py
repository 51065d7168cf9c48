"""Long short-term memory: today's, the one of 1997, and the one with peepholes."""

_1997 = "Hochreiter & Schmidhuber, Long Short-Term Memory, 1997"

TEXTS = {
    "lstm": (
        f"{_1997}; forget gate: Gers, Schmidhuber & Cummins, Learning to Forget, 2000",
        """
        z_i = W_i @ x + U_i @ h_prev + b_i   # input gate pre-activation
        z_f = W_f @ x + U_f @ h_prev + b_f   # forget gate pre-activation
        z_g = W_g @ x + U_g @ h_prev + b_g   # candidate pre-activation
        z_o = W_o @ x + U_o @ h_prev + b_o   # output gate pre-activation
        i = sigmoid(z_i)          # input gate: how much of the candidate to write
        f = sigmoid(z_f)          # forget gate: how much of the memory to keep
        g = tanh(z_g)             # candidate: what could be written
        o = sigmoid(z_o)          # output gate: how much of the memory to output
        c = f * c_prev + i * g    # cell state: the memory
        h = o * tanh(c)           # hidden state: the output
        """,
    ),
    "lstm-1997": (
        f"{_1997} (no forget gate; g within ±2, as there)",
        """
        z_i = W_i @ x + U_i @ h_prev + b_i   # input gate pre-activation
        z_g = W_g @ x + U_g @ h_prev + b_g   # candidate pre-activation
        z_o = W_o @ x + U_o @ h_prev + b_o   # output gate pre-activation
        i = sigmoid(z_i)              # input gate: how much of the candidate to write
        g = 4 * sigmoid(z_g) - 2      # candidate: what could be written, from -2 to 2
        o = sigmoid(z_o)              # output gate: how much of the memory to output
        c = c_prev + i * g            # cell state: the memory, which nothing erases
        h = o * (2 * sigmoid(c) - 1)  # hidden state: the output
        """,
    ),
    "peephole-lstm": (
        "Gers & Schmidhuber, Recurrent Nets that Time and Count, 2000",
        """
        z_i = W_i @ x + U_i @ h_prev + p_i * c_prev + b_i   # input gate pre-activation
        z_f = W_f @ x + U_f @ h_prev + p_f * c_prev + b_f   # forget gate pre-activation
        z_g = W_g @ x + U_g @ h_prev + b_g                  # candidate pre-activation
        i = sigmoid(z_i)          # input gate: how much of the candidate to write
        f = sigmoid(z_f)          # forget gate: how much of the memory to keep
        g = tanh(z_g)             # candidate: what could be written
        c = f * c_prev + i * g    # cell state: the memory
        z_o = W_o @ x + U_o @ h_prev + p_o * c + b_o        # output gate pre-activation
        o = sigmoid(z_o)          # output gate: how much of the memory to output
        h = o * tanh(c)           # hidden state: the output
        """,
    ),
}
