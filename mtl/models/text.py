"""From the tokens of a text to one vector."""

import torch
from torch import Tensor, nn

from mtl.data.tokens import PADDING
from mtl.models.shape import NetworkShape

EMBEDDING_SCALE = 0.03
"""Standard deviation of initial embeddings. PyTorch's own, 1, drowns what a rare word or category learns in noise: on
the validation side of each example, single-task and multi-task models alike are better with this one."""

FORGET_BIAS = 2.0
"""Initial bias of an LSTM's forget gates, which then keep σ(2) = 0.88 of a state per token. With PyTorch's own, 0, they
keep half, and a sentence is forgotten before it ends (Jozefowicz, Zaremba and Sutskever 2015, section 2). On the
validation side of `reviews_topic` the log loss of the topic alone falls from 0.37 to 0.29."""


class LastState(nn.Module):
    """An LSTM over a text's token embeddings (Hochreiter and Schmidhuber 1997): its state at the last token.

    What follows the last token is run through and its states are left unread. Packed sequences would skip it, but with
    them a training step on 64 texts takes 2.5 times as long: PyTorch's fused CPU kernel takes rectangles alone.
    """

    def __init__(self, vocabulary_size: int, width: int) -> None:
        super().__init__()
        self.embedding = nn.Embedding(vocabulary_size, width, padding_idx=PADDING)
        nn.init.normal_(self.embedding.weight, std=EMBEDDING_SCALE)
        self.lstm = nn.LSTM(width, width, batch_first=True)
        self.lstm.get_parameter("bias_ih_l0").detach()[width : 2 * width] = FORGET_BIAS

    def forward(self, tokens: Tensor) -> Tensor:
        """Codes [B, T], padded at the end, to states [B, width]; 0 for a text of padding alone."""
        lengths = (tokens != PADDING).sum(dim=1)
        # One token at least: every parameter has a gradient, if only 0, when no text has a token, too.
        longest = max([1, *lengths.tolist()])
        states, _ = self.lstm(self.embedding(tokens[:, :longest]))
        last: Tensor = states[torch.arange(len(tokens), device=tokens.device), (lengths - 1).clamp(min=0)]
        return last * (lengths > 0).unsqueeze(1)


def text_part(shape: NetworkShape) -> nn.EmbeddingBag | LastState:
    """The text encoder that a shape names: int64 [B, T] to [B, text_width]."""
    if shape.text_encoder == "lstm":
        return LastState(shape.vocabulary_size, shape.text_width)
    table = nn.EmbeddingBag(shape.vocabulary_size, shape.text_width, mode="mean", padding_idx=PADDING)
    nn.init.normal_(table.weight, std=EMBEDDING_SCALE)
    return table
