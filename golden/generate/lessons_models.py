"""What the experiments of `gen_lessons_stats.py` share: initial values, layers, one loop of training, in torch."""

import math

import torch

torch.set_num_threads(1)
RECURRENT = {"rnn": torch.nn.RNN, "lstm": torch.nn.LSTM, "gru": torch.nn.GRU}


def recurrent(kind, inputs, units, forget_bias=1.0, layers=1):
    """A torch layer with Keras' initial values: Glorot uniform, orthogonal, biases 0 but the LSTM's forget bias."""
    net = RECURRENT[kind](inputs, units, layers, batch_first=True)
    for name, parameter in net.named_parameters():
        if name.startswith("weight_ih"):
            torch.nn.init.xavier_uniform_(parameter)
        elif name.startswith("weight_hh"):
            block = torch.empty(units, parameter.shape[0])  # the whole [H, GH] block is orthogonal, as in Keras
            torch.nn.init.orthogonal_(block)
            parameter.data.copy_(block.T)
        else:
            torch.nn.init.zeros_(parameter)
        if kind == "lstm" and name.startswith("bias_ih"):
            parameter.data[units : 2 * units] = forget_bias
    return net


def dense(inputs, outputs):
    """A dense layer, Glorot uniform, bias 0."""
    layer = torch.nn.Linear(inputs, outputs)
    torch.nn.init.xavier_uniform_(layer.weight)
    torch.nn.init.zeros_(layer.bias)
    return layer


class Readout(torch.nn.Module):
    """Recurrent layer and dense layer; `last` reads the last step only."""

    def __init__(self, net, outputs, last=False):
        """Put a dense layer behind a recurrent one, or behind nothing."""
        super().__init__()
        self.net, self.last = net, last
        self.dense = dense(net.hidden_size if net is not None else 1, outputs)

    def forward(self, x):
        """The outputs at every step, or at the last."""
        hidden = x if self.net is None else self.net(x)[0]
        return self.dense(hidden[:, -1] if self.last else hidden)


def update(model, optimizer, loss, limit=1.0):
    """One step of an optimiser, all gradients clipped together; the norm before clipping."""
    optimizer.zero_grad()
    loss.backward()
    norm = torch.nn.utils.clip_grad_norm_(model.parameters(), math.inf if limit is None else limit)
    optimizer.step()
    return norm.item()
