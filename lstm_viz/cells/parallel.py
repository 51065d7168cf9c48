"""Cells whose gates see the input only, so that a scan could compute all steps at once."""

_MIN = "Feng, Tung, Ahmed, Bengio & Hajimirsadeghi, Were RNNs All We Needed?, 2024"

TEXTS = {
    "mingru": (
        _MIN,
        """
        z_z = W_z @ x + b_z           # update gate pre-activation
        z = sigmoid(z_z)              # update gate: how much of the past to replace
        n = W_n @ x + b_n             # candidate: what could replace the past
        h = (1 - z) * h_prev + z * n  # hidden state: the memory, all of it output
        """,
    ),
    "minlstm": (
        f"{_MIN} (the length-independent form: the two gates share one whole)",
        """
        z_f = W_f @ x + b_f           # forget gate pre-activation
        z_i = W_i @ x + b_i           # input gate pre-activation
        f = sigmoid(z_f)              # forget gate: its claim on the memory
        i = sigmoid(z_i)              # input gate: its claim on the memory
        k = f / (f + i)               # share kept: how much of the past stays
        w = i / (f + i)               # share written: how much of the candidate comes in
        n = W_n @ x + b_n             # candidate: what could be written
        h = k * h_prev + w * n        # hidden state: the memory, all of it output
        """,
    ),
    "linear": (
        "a diagonal linear recurrence, the idea behind S4 (Gu, Goel & Ré, 2022)"
        " and Mamba (Gu & Dao, 2023)",
        """
        a = exp(-softplus(p_a))       # decay: how much of each state one step keeps, from 0 to 1
        s = a * s_prev + B_s @ x      # state: a fading sum of the input, each unit at its own pace
        h = C_s @ s + D_x @ x         # output: a mixture of the states and of the input itself
        """,
    ),
}
