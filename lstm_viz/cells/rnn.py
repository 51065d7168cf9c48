"""The vanilla recurrent network, with tanh and with relu."""

TEXTS = {
    "rnn": (
        "Elman, Finding Structure in Time, 1990",
        """
        z = W @ x + U @ h_prev + b   # pre-activation: the input and the past, added up
        h = tanh(z)                  # hidden state: the output, passed on to the next step
        """,
    ),
    "irnn": (
        "Le, Jaitly & Hinton, A Simple Way to Initialize Recurrent Networks"
        " of Rectified Linear Units, 2015",
        """
        z = W @ x + U @ h_prev + b   # pre-activation: the input and the past, added up
        h = relu(z)                  # hidden state: the output, passed on to the next step
        """,
    ),
}
